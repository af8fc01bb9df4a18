// What Prometheus and its like read: how many are online, how rings end and how soon they are answered, what media and database take.
// Nobody is named, and nobody outside decides how many series there are.
import { Counter, Gauge, Histogram, Registry } from 'prom-client'
import { isTerminal } from '../shared/call/call.ts'
import type { Call } from '../shared/protocol/things.ts'
import type { CommitStats } from './storage/store.ts'

export interface Meters {
  registry: Registry
  /** A call was told of; its ending counts once, however many are told. */
  noteCall(call: Call): void
  committed(stats: CommitStats): void
  command(name: string, answer: string, ms: number): void
}

export type MetersOptions = {
  /** Devices and people online now. */
  online(): { devices: number; users: number }
  workers(): { rooms: number }[]
  /** Of each worker so far, in seconds. */
  workerCpuSeconds(): Promise<number[]>
}

const ENDED_KEPT = 10_000
const DATABASE_BOUNDS = [0.001, 0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5]

export function createMeters({ online, workers, workerCpuSeconds }: MetersOptions): Meters {
  const registry = new Registry()
  const registers = [registry]
  const gauge = (
    name: string,
    help: string,
    collect: (gauge: Gauge<string>) => void | Promise<void>,
    labelNames: string[] = [],
  ) =>
    new Gauge({
      name,
      help,
      labelNames,
      registers,
      collect() {
        return collect(this)
      },
    })

  gauge('parley_connections', 'Devices that are connected.', (own) => own.set(online().devices))
  gauge('parley_users_online', 'People with a device that is connected.', (own) => own.set(online().users))
  gauge('parley_media_workers', 'SFU workers that live.', (own) => own.set(workers().length))
  gauge(
    'parley_media_rooms',
    'Rooms with media on this worker; one that was piped counts on each.',
    (own) => {
      own.reset()
      workers().forEach(({ rooms }, worker) => own.set({ worker: String(worker) }, rooms))
    },
    ['worker'],
  )
  gauge(
    'parley_media_cpu_seconds',
    'Processor time this worker has used since it was started.',
    async (own) => {
      own.reset()
      ;(await workerCpuSeconds()).forEach((seconds, worker) => own.set({ worker: String(worker) }, seconds))
    },
    ['worker'],
  )
  gauge('parley_process_memory_bytes', 'Resident memory of the server, without its workers.', (own) =>
    own.set(process.memoryUsage.rss()),
  )
  gauge('parley_process_cpu_seconds', 'Processor time the server has used, without its workers.', (own) => {
    const { user, system } = process.cpuUsage()
    own.set((user + system) / 1e6)
  })

  const endings = new Counter({
    name: 'parley_calls_ended_total',
    help: 'Rings by how they ended.',
    labelNames: ['status', 'reason'],
    registers,
  })
  const commit = new Histogram({
    name: 'parley_database_commit_seconds',
    help: 'From the beginning of a transaction until it is on the disk.',
    buckets: DATABASE_BOUNDS,
    registers,
  })
  const wait = new Histogram({
    name: 'parley_database_wait_seconds',
    help: 'How long the first piece of work of a transaction has waited for its turn.',
    buckets: DATABASE_BOUNDS,
    registers,
  })
  const together = new Counter({
    name: 'parley_database_work_total',
    help: 'Pieces of work that were committed; several may share a transaction.',
    registers,
  })
  const commands = new Histogram({
    name: 'parley_command_seconds',
    help: 'From reading a command until its answer.',
    labelNames: ['command', 'answer'],
    buckets: DATABASE_BOUNDS,
    registers,
  })
  const ended = new Set<string>()

  return {
    registry,
    noteCall({ id, status, reason }) {
      if (!isTerminal(status) || ended.has(id)) return
      if (ended.size >= ENDED_KEPT) ended.delete(ended.values().next().value as string)
      ended.add(id)
      endings.inc({ status, reason: reason ?? 'none' })
    },
    committed({ work, waitedMs, tookMs }) {
      commit.observe(tookMs / 1000)
      wait.observe(waitedMs / 1000)
      together.inc(work)
    },
    command(name, answer, ms) {
      commands.observe({ command: name, answer }, ms / 1000)
    },
  }
}
