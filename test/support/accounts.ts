// What tests of accounts ask of the database behind the server's back: who has which role, and what was written down.
import type { AccountRole, AuditAction } from '../../shared/protocol/trust.ts'
import { setAccountRole } from '../../server/storage/accountRows.ts'
import type { World } from './server.ts'
import type { TestDevice } from './testDevice.ts'

export const GOOD_PASSWORD = 'violet kettle on the moon'

export async function givesRole(world: World, { id }: TestDevice, role: AccountRole = 'administrator'): Promise<void> {
  await world.server.store.write(({ db }) => setAccountRole(db, id, role))
}

/** What was written down, oldest first; all of it, or of these actions. */
export async function auditOf(world: World, ...actions: AuditAction[]) {
  const rows = await world.server.store.read((db) => db.selectFrom('audit').selectAll().orderBy('seq').execute())
  return rows
    .filter(({ action }) => actions.length === 0 || actions.includes(action))
    .map(({ details, ...row }) => ({
      ...row,
      details: details === null ? null : (JSON.parse(details) as Record<string, unknown>),
    }))
}
