// A real media engine for tests: the real worker on 127.0.0.1 and free ports, and a listener that remembers what it was told.
import { randomUUID } from 'node:crypto'
import { existsSync } from 'node:fs'
import type { MediaEngine, MediaEvent, ProduceInput, SeatKey } from '../../../server/media/engine.ts'
import { createMediasoupEngine } from '../../../server/media/mediasoup.ts'
import type { OpaqueMedia } from '../../../shared/protocol/media.ts'
import type { Result } from '../../../shared/protocol/result.ts'
import type { Timers } from '../../../shared/time.ts'

/** Why tests with a real worker cannot run here; `null` when they can. */
export const missingWorker = (): string | null => {
  const path = process.env['MEDIASOUP_WORKER_BIN']
  if (!path) return 'no mediasoup worker: MEDIASOUP_WORKER_BIN is not set'
  return existsSync(path) ? null : `no mediasoup worker at ${path}`
}

type Told = { seat: SeatKey; event: MediaEvent }
type Sources = { seat: SeatKey; sources: { microphone: boolean; camera: boolean; screen: boolean } }

export type TestEngine = {
  engine: MediaEngine
  told: Told[]
  sources: Sources[]
  resets: string[]
  /** Resolves when `seen` finds what it looks for; fails naming `what` after `timeoutMs`. */
  until<Value>(what: string, seen: () => Value | undefined | false, timeoutMs?: number): Promise<Value>
}

export async function startTestEngine(
  options: {
    workers?: number
    consumersPerWorker?: number
    listenIp?: string
    timers?: Timers
    onEvent?: (seat: SeatKey, event: MediaEvent) => void
    onReset?: (roomId: string) => void
  } = {},
): Promise<TestEngine> {
  const quiet = () => {}
  const engine = await createMediasoupEngine({
    workers: options.workers ?? 1,
    consumersPerWorker: options.consumersPerWorker,
    listenIp: options.listenIp ?? '127.0.0.1',
    log: { info: quiet, warn: quiet, error: quiet },
    ...(options.timers ? { timers: options.timers } : {}),
  })
  const told: Told[] = []
  const sources: Sources[] = []
  const resets: string[] = []
  const looks = new Set<() => void>()
  const news = () => [...looks].forEach((look) => look())
  engine.setListener({
    toSeat(seat, event) {
      told.push({ seat, event })
      options.onEvent?.(seat, event)
      news()
    },
    sourcesChanged(seat, now) {
      sources.push({ seat, sources: now })
      news()
    },
    roomReset(roomId) {
      resets.push(roomId)
      options.onReset?.(roomId)
      news()
    },
  })
  const until = <Value>(what: string, seen: () => Value | undefined | false, timeoutMs = 5_000) =>
    new Promise<Value>((resolve, reject) => {
      const done = (finish: () => void) => {
        looks.delete(look)
        clearTimeout(timer)
        finish()
      }
      const look = () => {
        const value = seen()
        if (value !== undefined && value !== false) done(() => resolve(value))
      }
      const timer = setTimeout(() => done(() => reject(new Error(`within ${timeoutMs} ms: ${what}`))), timeoutMs)
      looks.add(look)
      look()
    })
  return { engine, told, sources, resets, until }
}

export const newSeat = (roomId: string): SeatKey => ({ roomId, userId: randomUUID(), deviceId: randomUUID() })

export function valueOf<Value>(result: Result<Value>): Value {
  if (!result.ok) throw new Error(`${result.error.code}: ${result.error.message}`)
  return result.value
}

/** `code` or `code field` of a refusal. */
export const refusalOf = (result: Result<unknown>) =>
  result.ok ? 'ok' : [result.error.code, result.error.field].filter(Boolean).join(' ')

let ssrc = 10_000

export const opusParameters = (): OpaqueMedia => ({
  codecs: [
    {
      mimeType: 'audio/opus',
      payloadType: 111,
      clockRate: 48_000,
      channels: 2,
      parameters: { useinbandfec: 1 },
      rtcpFeedback: [],
    },
  ],
  headerExtensions: [],
  encodings: [{ ssrc: ssrc++ }],
  rtcp: { cname: 'test' },
})

export const vp8Parameters = (): OpaqueMedia => ({
  codecs: [
    {
      mimeType: 'video/VP8',
      payloadType: 96,
      clockRate: 90_000,
      parameters: {},
      rtcpFeedback: [{ type: 'nack', parameter: 'pli' }],
    },
  ],
  headerExtensions: [],
  encodings: [{ ssrc: ssrc++, maxBitrate: 500_000 }],
  rtcp: { cname: 'test' },
})

export const microphone = (transportId: string, more: Partial<ProduceInput> = {}): ProduceInput => ({
  transportId,
  producerId: randomUUID(),
  source: 'microphone',
  kind: 'audio',
  rtpParameters: opusParameters(),
  paused: false,
  ...more,
})

export const camera = (transportId: string, more: Partial<ProduceInput> = {}): ProduceInput =>
  microphone(transportId, { source: 'camera', kind: 'video', rtpParameters: vp8Parameters(), ...more })

export const dtlsParameters = (): OpaqueMedia => ({
  role: 'client',
  fingerprints: [{ algorithm: 'sha-256', value: Array.from({ length: 32 }, () => 'AB').join(':') }],
})
