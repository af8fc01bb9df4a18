// The sounds Parley makes itself, computed rather than recorded: the ring, and the ticks when people join and leave.

import type { Settings } from '../../shared/settings.ts'

type Note = { atSeconds: number; hertz: number; seconds: number }

const A4 = 440
const E5 = 659.26
const A5 = 880
const CS6 = 1108.73

/** Each ends in a pause to answer in. */
const RINGS: Readonly<Record<Settings['ringTone'], readonly Note[]>> = {
  /** Two soft notes rising, asked twice. */
  rising: [0, 0.95].flatMap((atSeconds) => [
    { atSeconds, hertz: E5, seconds: 0.5 },
    { atSeconds: atSeconds + 0.22, hertz: A5, seconds: 0.7 },
  ]),
  /** One bell, struck twice and left to ring out. */
  bell: [0, 0.6].flatMap((atSeconds) => [
    { atSeconds, hertz: CS6, seconds: 1.6 },
    { atSeconds, hertz: A4, seconds: 1.8 },
  ]),
  /** Six short low notes, for those who dislike melodies. */
  pulse: [0, 0.16, 0.32, 0.9, 1.06, 1.22].map((atSeconds) => ({ atSeconds, hertz: A4, seconds: 0.14 })),
}
const RING_SECONDS = 3.2
/** While one talks to others: two low notes, soft and far between, that nobody takes for a voice. */
const WAITING: readonly Note[] = [
  { atSeconds: 0, hertz: A4, seconds: 0.35 },
  { atSeconds: 0.3, hertz: E5, seconds: 0.5 },
]
const WAITING_SECONDS = 4.8
const WAITING_VOLUME = 0.45
/** What the caller hears meanwhile: one low note, and a long pause. */
const RING_BACK: readonly Note[] = [
  { atSeconds: 0, hertz: A4, seconds: 1.1 },
  { atSeconds: 0.02, hertz: E5, seconds: 0.9 },
]
const RING_BACK_SECONDS = 3.6
const JOIN: readonly Note[] = [
  { atSeconds: 0, hertz: A5, seconds: 0.12 },
  { atSeconds: 0.08, hertz: CS6, seconds: 0.2 },
]
const LEAVE: readonly Note[] = [
  { atSeconds: 0, hertz: A5, seconds: 0.12 },
  { atSeconds: 0.08, hertz: E5, seconds: 0.2 },
]
const TICK_SECONDS = 0.4
const PEAK = 0.22
const ATTACK_SECONDS = 0.012
const FADE_SECONDS = 0.08

/** Samples between -1 and 1. A bell: quick to begin, slow to die, an octave above it fading faster. */
export function renderNotes(notes: readonly Note[], seconds: number, sampleRate: number): Float32Array<ArrayBuffer> {
  const samples = new Float32Array(Math.round(seconds * sampleRate))
  for (const { atSeconds, hertz, seconds: length } of notes) {
    const first = Math.round(atSeconds * sampleRate)
    const count = Math.min(Math.round(length * sampleRate), samples.length - first)
    for (let index = 0; index < count; index++) {
      const time = index / sampleRate
      const rise = Math.min(1, time / ATTACK_SECONDS)
      const end = Math.min(1, (length - time) / ATTACK_SECONDS)
      const base = Math.sin(2 * Math.PI * hertz * time) * Math.exp((-4 * time) / length)
      const octave = 0.3 * Math.sin(4 * Math.PI * hertz * time) * Math.exp((-9 * time) / length)
      samples[first + index] = (samples[first + index] ?? 0) + PEAK * rise * end * (base + octave)
    }
  }
  return samples
}

export const ringSamples = (sampleRate: number, tone: Settings['ringTone'] = 'rising') =>
  renderNotes(RINGS[tone], RING_SECONDS, sampleRate)

/** Chromium's contexts have an output of their own; TypeScript does not know it, and other browsers lack it. */
type RoutedContext = AudioContext & { readonly sinkId?: string; setSinkId?(sinkId: string): Promise<void> }

/** Sends a context's sound to that device; to the system's own choice when it is none any more. */
export async function playsOn(context: RoutedContext, deviceId: string): Promise<void> {
  const sink = deviceId === 'default' ? '' : deviceId
  if (context.sinkId === sink) return
  await context.setSinkId?.(sink).catch(() => context.setSinkId?.('').catch(() => {}))
}

function play(context: AudioContext, samples: Float32Array<ArrayBuffer>, volume: number, loop: boolean): () => void {
  // A context made before the first gesture sleeps; where the host allows sound without one, this wakes it.
  if (context.state === 'suspended') void context.resume()
  const buffer = context.createBuffer(1, samples.length, context.sampleRate)
  buffer.copyToChannel(samples, 0)
  const gain = new GainNode(context, { gain: volume })
  const source = new AudioBufferSourceNode(context, { buffer, loop })
  source.connect(gain).connect(context.destination)
  source.onended = () => gain.disconnect()
  source.start()
  return () => {
    gain.gain.setTargetAtTime(0, context.currentTime, FADE_SECONDS / 4)
    source.stop(context.currentTime + FADE_SECONDS)
  }
}

/** Rings until the returned function is called. `volume` from 0 to 1. */
export const playRing = (context: AudioContext, { tone, volume }: { tone: Settings['ringTone']; volume: number }) =>
  play(context, ringSamples(context.sampleRate, tone), volume, true)

export const waitingSamples = (sampleRate: number) => renderNotes(WAITING, WAITING_SECONDS, sampleRate)

/** Call waiting, until the returned function is called. `volume` from 0 to 1, of the ring: it is softer than that. */
export const playWaiting = (context: AudioContext, volume: number) =>
  play(context, waitingSamples(context.sampleRate), volume * WAITING_VOLUME, true)

/** The caller's tone, until the returned function is called. `volume` from 0 to 1. */
export const playRingBack = (context: AudioContext, volume = 1) =>
  play(context, renderNotes(RING_BACK, RING_BACK_SECONDS, context.sampleRate), volume, true)

export const playTick = (context: AudioContext, which: 'join' | 'leave', volume = 1) =>
  void play(context, renderNotes(which === 'join' ? JOIN : LEAVE, TICK_SECONDS, context.sampleRate), volume, false)
