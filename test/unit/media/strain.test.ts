// A computer that does not manage its pictures: what it leaves out, when, and when it tries again.
import { describe, expect, test } from 'vitest'
import { topLayer } from '../../../renderer/media/sendingLimits.ts'
import {
  takeSample,
  turnOnAgain,
  unstrained,
  type StrainLevel,
  type StrainState,
} from '../../../renderer/media/strain.ts'
import { flowOf } from '../../../renderer/media/strainStats.ts'

const EVERY_MS = 2_000

/** Samples every two seconds, for so long; `levels` are those that it came to. */
function run(
  ms: number,
  sample: { held?: boolean; dropped?: number | null },
  from: { state: StrainState; atMs: number },
) {
  let { state, atMs } = from
  const levels: StrainLevel[] = []
  for (const end = atMs + ms; atMs < end;) {
    atMs += EVERY_MS
    const { held = false, dropped = null } = sample
    const next = takeSample(state, { atMs, encoderHeldBack: held, droppedPart: dropped })
    if (next.level !== state.level) levels.push(next.level)
    state = next
  }
  return { state, atMs, levels }
}
const fresh = { state: unstrained, atMs: 0 }
const busy = { held: true, dropped: 0.6 }

describe('strain', () => {
  test('a moment of it changes nothing', () => {
    const strained = run(4_000, busy, fresh)
    expect(run(4_000, busy, run(2_000, {}, strained)).levels).toEqual([])
  })

  test('steps down one after the other, each after longer, to sound alone', () => {
    expect(run(8_000, busy, fresh).levels).toEqual(['smaller'])
    expect(run(60_000, busy, fresh).levels).toEqual(['smaller', 'fewer', 'none'])
  })

  test('an encoder that is held back alone takes nobody’s last pictures away', () => {
    expect(run(120_000, { held: true }, fresh).levels.slice(0, 2)).toEqual(['smaller', 'fewer'])
    expect(run(28_000, { held: true }, fresh).state.level).toBe('fewer')
    expect(run(120_000, { held: true }, fresh).levels).not.toContain('none')
    expect(run(120_000, { dropped: 0.1 }, fresh).levels).toEqual([])
  })

  test('steps up after a calm time, one at a time, to all', () => {
    const down = run(60_000, busy, fresh)
    expect(run(28_000, {}, down).levels).toEqual([])
    expect(run(32_000, {}, down).levels).toEqual(['fewer'])
    expect(run(120_000, {}, down).levels).toEqual(['fewer', 'smaller', 'full'])
  })

  test('a trial that failed makes the next one wait longer; a proven one does not', () => {
    const down = run(60_000, busy, fresh)
    const failed = run(18_000, busy, run(32_000, {}, down))
    expect(failed.levels).toEqual(['none'])
    expect(failed.state.calmMs).toBe(60_000)
    expect(run(50_000, {}, failed).levels).toEqual([])
    expect(run(64_000, {}, failed).levels).toEqual(['fewer'])
    expect(run(400_000, {}, failed).state).toMatchObject({ level: 'full', calmMs: 30_000 })
  })

  test('a press brings all pictures back, and they are left out again only when it is too much still', () => {
    const down = run(60_000, busy, fresh)
    const again = { state: turnOnAgain(down.state, down.atMs), atMs: down.atMs }
    expect(again.state.level).toBe('full')
    expect(run(20_000, {}, again).levels).toEqual([])
    expect(run(8_000, busy, again).levels).toEqual(['smaller'])
  })

  test('fewer layers are sent at each step, and one stays', () => {
    const at = (layers: number) =>
      (['full', 'smaller', 'fewer', 'none'] as const).map((level) => topLayer(layers, level))
    expect([at(3), at(2), at(1)]).toEqual([
      [2, 1, 0, 0],
      [1, 0, 0, 0],
      [0, 0, 0, 0],
    ])
  })

  test('reads what holds the encoder back; layers that are off say nothing', () => {
    const flow = flowOf([
      { type: 'outbound-rtp', active: false, qualityLimitationReason: 'cpu' },
      { type: 'outbound-rtp', active: true, qualityLimitationReason: 'bandwidth' },
      { type: 'inbound-rtp', kind: 'video', framesDecoded: 90, framesDropped: 10 },
      { type: 'inbound-rtp', kind: 'video', framesDecoded: 10 },
    ])
    expect(flow).toEqual({ decoded: 100, dropped: 10, heldBackBy: 'bandwidth' })
  })
})
