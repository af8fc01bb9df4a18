// The one way to the database: every command is one transaction, one after the other, and effects are performed after its commit.
import { Kysely, type Transaction } from 'kysely'
import { Migrator } from 'kysely/migration'
import type { Effect } from '../effects.ts'
import { migrations } from './migrations.ts'
import { sqliteDialect } from './sqlite.ts'
import type { Tables } from './tables.ts'

export type Db = Kysely<Tables> | Transaction<Tables>

/** One transaction under way. `now` stands still during it. */
export type Work = { db: Transaction<Tables>; now: number; effects: Effect[] }

export interface Store {
  /** Runs `work` in a transaction that commits when it resolves and leaves no trace when it throws. */
  write<Value>(work: (unit: Work) => Promise<Value>): Promise<Value>
  /** Sees every earlier `write`. Must not write. */
  read<Value>(query: (db: Db, now: number) => Promise<Value>): Promise<Value>
  close(): Promise<void>
}

export type StoreOptions = {
  /** A path, or `:memory:`. */
  file: string
  now: () => number
  /** Called in commit order, before the writer gets its answer. Must not throw. */
  perform: (effects: readonly Effect[]) => void
}

/** Opens the database and brings it to the newest version; throws when that fails. */
export async function openStore(options: StoreOptions): Promise<Store> {
  const db = new Kysely<Tables>({ dialect: sqliteDialect(options.file) })
  const { error } = await new Migrator({ db, provider: { getMigrations: async () => migrations } }).migrateToLatest()
  if (error !== undefined) {
    await db.destroy()
    throw error
  }
  let last: Promise<unknown> = Promise.resolve()
  // One after the other also outside of the transactions: what follows a commit must not be overtaken.
  const inTurn = <Value>(task: () => Promise<Value>): Promise<Value> => {
    const mine = last.then(task)
    last = mine.catch(() => undefined)
    return mine
  }
  return {
    write: (work) =>
      inTurn(async () => {
        const effects: Effect[] = []
        const value = await db.transaction().execute((trx) => work({ db: trx, now: options.now(), effects }))
        options.perform(effects)
        return value
      }),
    read: (query) => inTurn(() => query(db, options.now())),
    close: () => inTurn(() => db.destroy()),
  }
}
