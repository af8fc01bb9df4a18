// Small facts the server keeps about itself.
import type { Db } from './store.ts'

/** The stored value, or `fresh()` stored now. */
export async function metaOrFresh(db: Db, name: string, fresh: () => string): Promise<string> {
  const row = await db.selectFrom('meta').select('value').where('name', '=', name).executeTakeFirst()
  if (row !== undefined) return row.value
  const value = fresh()
  await db.insertInto('meta').values({ name, value }).execute()
  return value
}

export async function findMeta(db: Db, name: string): Promise<string | null> {
  const row = await db.selectFrom('meta').select('value').where('name', '=', name).executeTakeFirst()
  return row?.value ?? null
}

export async function putMeta(db: Db, name: string, value: string): Promise<void> {
  await db
    .insertInto('meta')
    .values({ name, value })
    .onConflict((conflict) => conflict.column('name').doUpdateSet({ value }))
    .execute()
}
