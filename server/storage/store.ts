// The one way to the database: every command is all or nothing, one after the other, and effects are performed after its commit. Those that
// wait at the same time share one.
import { CompiledQuery, Kysely, type Transaction } from 'kysely'
import { Migrator } from 'kysely/migration'
import type { Effect } from '../effects.ts'
import { migrations } from './migrations.ts'
import { sqliteDialect } from './sqlite.ts'
import type { Tables } from './tables.ts'

export type Db = Kysely<Tables> | Transaction<Tables>

/** One piece of work under way, all or nothing. `now` stands still during it. */
export type Work = { db: Transaction<Tables>; now: number; effects: Effect[] }

export interface Store {
  /** Runs `work`, which is kept when it resolves and leaves no trace when it throws; resolves once it is on the disk. */
  write<Value>(work: (unit: Work) => Promise<Value>): Promise<Value>
  /** Sees every earlier `write`. Must not write. */
  read<Value>(query: (db: Db, now: number) => Promise<Value>): Promise<Value>
  close(): Promise<void>
}

/** One transaction that was committed: how many pieces of work shared it, how long the first had waited, and how long it took. */
export type CommitStats = { work: number; waitedMs: number; tookMs: number }

export type StoreOptions = {
  /** A path, or `:memory:`. */
  file: string
  now: () => number
  /** Called in commit order, before the writer gets its answer. Must not throw. */
  perform: (effects: readonly Effect[]) => void
  onCommit?: (stats: CommitStats) => void
}

/** So many at most share one commit: whoever came first is not kept waiting by whoever came much later. */
const TOGETHER_MAX = 32

const begin = CompiledQuery.raw('savepoint job')
const takeBack = CompiledQuery.raw('rollback to job')
const finish = CompiledQuery.raw('release job')

/** `carryOut` never rejects but for a transaction that is lost as a whole; `settle` gives the answer, after the commit. */
type Job = {
  kind: 'write' | 'read' | 'close'
  since: number
  carryOut(db: Db): Promise<void>
  settle(): void
  fail(error: unknown): void
}

/** Opens the database and brings it to the newest version; throws when that fails. */
export async function openStore(options: StoreOptions): Promise<Store> {
  const { now, perform } = options
  const db = new Kysely<Tables>({ dialect: sqliteDialect(options.file) })
  const { error } = await new Migrator({ db, provider: { getMigrations: async () => migrations } }).migrateToLatest()
  if (error !== undefined) {
    await db.destroy()
    throw error
  }
  const waiting: Job[] = []
  let running = false

  /** One after the other, also outside of the transactions: what follows a commit must not be overtaken. */
  function inTurn<Value>(kind: Job['kind'], work: (db: Db, told: Effect[]) => Promise<Value>): Promise<Value> {
    return new Promise((resolve, reject) => {
      let settle = () => {}
      waiting.push({
        kind,
        since: performance.now(),
        async carryOut(on) {
          const writes = kind === 'write'
          const effects: Effect[] = []
          if (writes) await on.executeQuery(begin)
          try {
            const value = await work(on, effects)
            settle = () => {
              if (effects.length > 0) perform(effects)
              resolve(value)
            }
          } catch (failed) {
            settle = () => reject(failed as Error)
            if (writes) await on.executeQuery(takeBack)
          }
          if (writes) await on.executeQuery(finish)
        },
        settle: () => settle(),
        fail: reject,
      })
      if (!running) void runAll()
    })
  }

  async function runAll() {
    running = true
    for (let jobs = take(); jobs.length > 0; jobs = take()) {
      const all = async (on: Db) => {
        for (const job of jobs) await job.carryOut(on)
      }
      try {
        const startedAt = performance.now()
        const writes = jobs.some(({ kind }) => kind === 'write')
        await (writes ? db.transaction().execute(all) : all(db))
        if (writes) {
          const waitedMs = startedAt - (jobs[0]?.since ?? startedAt)
          options.onCommit?.({ work: jobs.length, waitedMs, tookMs: performance.now() - startedAt })
        }
        for (const job of jobs) job.settle()
      } catch (lost) {
        for (const job of jobs) job.fail(lost)
      }
    }
    running = false
  }

  /** What waits by now shares one commit: waiting for the disk takes longer than all else that a command does. */
  function take(): Job[] {
    if (waiting[0]?.kind !== 'write') return waiting.splice(0, 1)
    const closing = waiting.findIndex(({ kind }) => kind === 'close')
    return waiting.splice(0, closing === -1 ? TOGETHER_MAX : Math.min(closing, TOGETHER_MAX))
  }

  return {
    write: (work) => inTurn('write', (on, effects) => work({ db: on as Transaction<Tables>, now: now(), effects })),
    read: (query) => inTurn('read', (on) => query(on, now())),
    close: () => inTurn('close', () => db.destroy()),
  }
}
