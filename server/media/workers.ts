// mediasoup's worker processes: starts them, gives each its WebRtcServer, replaces the ones that die.
import { createWorker } from 'mediasoup'
import type { TransportListenInfo, WebRtcServer, Worker } from 'mediasoup/types'
import type { Timers } from '../../shared/time.ts'

/** pino's shape. */
export type MediaLog = {
  info(fields: object, message: string): void
  warn(fields: object, message: string): void
  error(fields: object, message: string): void
}

/** `routers`: one a room; each says how many consumers it has to serve. */
export type LiveWorker = { pid: number; worker: Worker; webRtcServer: WebRtcServer; routers: Set<{ load(): number }> }

/** Consumers of all rooms on it. */
export const loadOf = ({ routers }: LiveWorker): number => [...routers].reduce((sum, router) => sum + router.load(), 0)

export type WorkerPoolOptions = {
  count: number
  listenIp: string
  /** What clients are told to connect to, when it is not `listenIp` itself. */
  announcedAddress?: string | undefined
  /** Worker n listens on `rtcPort + n`, UDP and TCP; without it on any free port of the range. */
  rtcPort?: number | undefined
  log: MediaLog
  timers: Pick<Timers, 'after'>
  onDied(live: LiveWorker): void
  onReady(live: LiveWorker): void
  /** A replacement could not be started; the pool tries again later by itself. */
  onStartFailed(): void
}

export interface WorkerPool {
  live(): readonly LiveWorker[]
  close(): Promise<void>
}

/** mediasoup takes no port 0: it tries ports of a range, from a random one on, until one is free. */
const ANY_PORT = { min: 10_000, max: 59_999 }
/** A worker that lived this long is taken for healthy: when it dies, it is replaced at once. */
const HEALTHY_AFTER_MS = 10_000
const RESTART_DELAY_MIN_MS = 200
const RESTART_DELAY_MAX_MS = 10_000

/** Resolves when all workers run; rejects when one cannot be started at all (its binary is missing, its port is taken). */
export async function createWorkerPool(options: WorkerPoolOptions): Promise<WorkerPool> {
  const live: LiveWorker[] = []
  const callOffs = new Set<() => void>()
  let closed = false

  function listenInfos(index: number): TransportListenInfo[] {
    return (['udp', 'tcp'] as const).map((protocol) => ({
      protocol,
      ip: options.listenIp,
      ...(options.announcedAddress ? { announcedAddress: options.announcedAddress } : {}),
      ...(options.rtcPort ? { port: options.rtcPort + index } : { portRange: ANY_PORT }),
    }))
  }

  /** `quickDeaths`: how many workers of this slot died young in a row. */
  async function start(index: number, quickDeaths: number): Promise<LiveWorker> {
    const worker = await createWorker({ logLevel: 'warn' })
    try {
      const webRtcServer = await worker.createWebRtcServer({ listenInfos: listenInfos(index) })
      if (worker.closed || closed) throw new Error('the worker ended while it was being started')
      const entry: LiveWorker = { pid: worker.pid, worker, webRtcServer, routers: new Set() }
      let deaths = quickDeaths
      const callOffHealthy = later(HEALTHY_AFTER_MS, () => (deaths = 0))
      worker.on('died', (error) => {
        callOffHealthy()
        live.splice(live.indexOf(entry), 1)
        options.log.error({ pid: entry.pid, err: error }, 'media worker died')
        options.onDied(entry)
        replace(index, deaths)
      })
      live.push(entry)
      options.log.info({ pid: entry.pid }, 'media worker ready')
      return entry
    } catch (error) {
      worker.close()
      throw error
    }
  }

  function replace(index: number, deaths: number) {
    if (closed) return
    const delay = deaths === 0 ? 0 : Math.min(RESTART_DELAY_MAX_MS, RESTART_DELAY_MIN_MS * 2 ** (deaths - 1))
    const attempt = () =>
      start(index, deaths + 1).then(options.onReady, (error: unknown) => {
        if (closed) return
        options.log.error({ err: error }, 'media worker could not be started')
        options.onStartFailed()
        replace(index, deaths + 1)
      })
    if (delay === 0) void attempt()
    else later(delay, attempt)
  }

  function later(ms: number, action: () => unknown): () => void {
    const callOffTimer = options.timers.after(ms, () => {
      callOffs.delete(callOff)
      action()
    })
    const callOff = () => {
      callOffs.delete(callOff)
      callOffTimer()
    }
    callOffs.add(callOff)
    return callOff
  }

  async function close() {
    if (closed) return
    closed = true
    for (const callOff of [...callOffs]) callOff()
    const ended = live
      .filter(({ worker }) => !worker.subprocessClosed)
      .map(({ worker }) => new Promise<void>((resolve) => worker.once('subprocessclose', resolve)))
    for (const { worker } of live.splice(0)) worker.close()
    await Promise.all(ended)
  }

  const pool: WorkerPool = {
    live: () => live,
    close,
  }
  const started = await Promise.allSettled(Array.from({ length: options.count }, (_, index) => start(index, 0)))
  const failed = started.find((outcome) => outcome.status === 'rejected')
  if (failed) {
    await close()
    throw failed.reason
  }
  return pool
}
