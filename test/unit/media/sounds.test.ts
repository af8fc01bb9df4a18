// Sounds and levels, as far as they can be told without ears: neither clipped nor silent, and without clicks.
import { describe, expect, it } from 'vitest'
import { levelOf } from '../../../renderer/media/levels.ts'
import { ringSamples, waitingSamples } from '../../../renderer/media/ringTone.ts'
import { cameraEncodings } from '../../../renderer/media/sendingOptions.ts'

describe('the ring', () => {
  const samples = ringSamples(48_000)
  const peak = (from: number, to: number) =>
    samples.slice(from * 48_000, to * 48_000).reduce((most, one) => Math.max(most, Math.abs(one)), 0)

  it('is soft, and pauses before it begins again', () => {
    expect(peak(0, 3.2)).toBeGreaterThan(0.1)
    expect(peak(0, 3.2)).toBeLessThan(0.5)
    expect(peak(2, 3.2)).toBe(0)
  })

  it('has no step that would click, where it loops neither', () => {
    const steps = samples.map((one, index) => Math.abs(one - (samples.at(index - 1) ?? 0)))
    expect(Math.max(...steps.slice(0, 48_000))).toBeLessThan(0.1)
    expect(Math.abs((samples[0] ?? 1) - (samples.at(-1) ?? 1))).toBeLessThan(0.001)
  })
})

describe('call waiting', () => {
  const samples = waitingSamples(48_000)
  const energy = (of: Float32Array) => of.reduce((sum, one) => sum + one * one, 0) / of.length

  it('is much softer than the ring, silent for most of the time, and loops without a step', () => {
    expect(energy(samples)).toBeGreaterThan(0)
    expect(energy(samples)).toBeLessThan(energy(ringSamples(48_000)) / 3)
    expect(samples.slice(48_000).every((one) => one === 0)).toBe(true)
    expect(Math.abs((samples[0] ?? 1) - (samples.at(-1) ?? 1))).toBeLessThan(0.001)
  })
})

describe('the level', () => {
  const tone = (peak: number) => Float32Array.from({ length: 512 }, (_, index) => peak * Math.sin(index / 5))

  it('goes from nothing to full, by ear', () => {
    expect(levelOf(new Float32Array(512))).toBe(0)
    expect(levelOf(tone(0.0005))).toBeLessThan(0.1)
    expect(levelOf(tone(0.05))).toBeGreaterThan(0.4)
    expect(levelOf(tone(1))).toBe(1)
  })
})

describe('camera layers', () => {
  it.each([
    [720, [4, 2, 1]],
    [360, [2, 1]],
    [180, [1]],
  ])('of a picture %i high', (height, scales) => {
    expect(cameraEncodings(height).map(({ scaleResolutionDownBy }) => scaleResolutionDownBy)).toEqual(scales)
  })
})
