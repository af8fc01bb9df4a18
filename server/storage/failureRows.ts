// Queries about wrong passwords.
import type { Db } from './store.ts'
import type { Tables } from './tables.ts'

export type FailureRow = Tables['signInFailures']

export async function findFailures(db: Db, key: string): Promise<FailureRow | null> {
  return (await db.selectFrom('signInFailures').selectAll().where('key', '=', key).executeTakeFirst()) ?? null
}

export async function putFailures(db: Db, row: FailureRow): Promise<void> {
  await db
    .insertInto('signInFailures')
    .values(row)
    .onConflict((conflict) => conflict.column('key').doUpdateSet(row))
    .execute()
}

export async function deleteFailures(db: Db, key: string): Promise<void> {
  await db.deleteFrom('signInFailures').where('key', '=', key).execute()
}

/** Those of long ago, unless they say that somebody is known there. */
export async function forgetFailures(db: Db, lastBefore: number, now: number): Promise<void> {
  await db.deleteFrom('signInFailures').where('lastAt', '<', lastBefore).where('knownUntil', '<', now).execute()
}
