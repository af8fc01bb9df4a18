// Queries about what another process did here and the running server has to carry out.
import type { Effect } from '../effects.ts'
import type { Db } from './store.ts'

export async function leaveErrand(db: Db, effects: readonly Effect[]): Promise<void> {
  if (effects.length > 0)
    await db
      .insertInto('errands')
      .values({ effects: JSON.stringify(effects) })
      .execute()
}

export async function hasErrands(db: Db): Promise<boolean> {
  return (await db.selectFrom('errands').select('seq').limit(1).executeTakeFirst()) !== undefined
}

/** In the order in which they were left; they are gone then. */
export async function takeErrands(db: Db): Promise<Effect[]> {
  const rows = await db.selectFrom('errands').selectAll().orderBy('seq').execute()
  await db.deleteFrom('errands').execute()
  // What is stored there was made by the same code, of the same version: at its start a server clears what is left.
  return rows.flatMap((row) => JSON.parse(row.effects) as Effect[])
}
