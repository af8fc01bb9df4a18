// Queries about links that make an account or give one a new password.
import type { Db } from './store.ts'
import type { Tables } from './tables.ts'

export type InvitationRow = Tables['invitations']

export async function insertInvitation(db: Db, row: InvitationRow): Promise<void> {
  await db.insertInto('invitations').values(row).execute()
}

/** One that can still be used. */
export async function findInvitation(db: Db, tokenHash: string, now: number): Promise<InvitationRow | null> {
  const row = await db
    .selectFrom('invitations')
    .selectAll()
    .where('tokenHash', '=', tokenHash)
    .where('expiresAt', '>', now)
    .executeTakeFirst()
  return row ?? null
}

/** Of these, the invitations alone: a reset is nobody's business but its person's. */
export async function openInvitations(db: Db, now: number): Promise<InvitationRow[]> {
  return db
    .selectFrom('invitations')
    .selectAll()
    .where('kind', '=', 'invitation')
    .where('expiresAt', '>', now)
    .orderBy('createdAt', 'desc')
    .orderBy('id')
    .execute()
}

/** False when it was gone already. */
export async function deleteInvitation(db: Db, id: string, kind?: InvitationRow['kind']): Promise<boolean> {
  let query = db.deleteFrom('invitations').where('id', '=', id)
  if (kind !== undefined) query = query.where('kind', '=', kind)
  return (await query.executeTakeFirst()).numDeletedRows > 0n
}

export async function deleteResetLinks(db: Db, userId: string): Promise<void> {
  await db.deleteFrom('invitations').where('userId', '=', userId).execute()
}

export async function deleteSetupLinks(db: Db): Promise<void> {
  await db.deleteFrom('invitations').where('kind', '=', 'setup').execute()
}

export async function forgetExpiredInvitations(db: Db, now: number): Promise<void> {
  await db.deleteFrom('invitations').where('expiresAt', '<=', now).execute()
}
