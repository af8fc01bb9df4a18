// What administrators do to accounts; also done at the command line. Everything is written down, and somebody always stays to look
// after the server.
import type { CheckedInput } from '../../shared/protocol/contract.ts'
import type { Account, Invitation } from '../../shared/protocol/admin.ts'
import { failure, success, type Result } from '../../shared/protocol/result.ts'
import type { AccountRole } from '../../shared/protocol/trust.ts'
import { settleRing } from '../calls/settling.ts'
import {
  findAccount,
  hasAdministratorBeside,
  pageOfAccounts,
  setAccountRole,
  setDisabledAt,
  type AccountRow,
} from '../storage/accountRows.ts'
import { findRings } from '../storage/callRows.ts'
import { decodeCursor, encodeCursor } from '../storage/cursor.ts'
import { deleteInvitation, deleteResetLinks, openInvitations } from '../storage/invitationRows.ts'
import type { Db, Work } from '../storage/store.ts'
import { findUser, findUsers, toUser } from '../storage/userRows.ts'
import { audit, type Actor } from './audit.ts'
import { endSessionsOf } from './endSession.ts'

type IsOnline = (userId: string) => boolean

export const toAccount = (row: AccountRow, isOnline: IsOnline): Account => ({
  user: { id: row.id, name: row.name },
  login: row.login,
  role: row.role,
  disabled: row.disabledAt !== null,
  // What was open is being closed.
  online: row.disabledAt === null && isOnline(row.id),
  devices: row.devices ?? 0,
  ...(row.lastSeenAt === null ? {} : { lastSeenAt: row.lastSeenAt }),
})

/** Null when this user may look after the server, at this very moment. */
export async function refuseUnlessAdministrator(db: Db, userId: string) {
  const user = await findUser(db, userId)
  return user?.role === 'administrator' && user.disabledAt === null && user.guestOf === null
    ? null
    : failure('notAllowed', 'Only administrators of this server can do this.')
}

export async function listAccounts(
  db: Db,
  input: CheckedInput<'admin.listPeople'>,
  isOnline: IsOnline,
): Promise<Result<{ people: Account[]; nextCursor: string | null }>> {
  const position = input.cursor === undefined ? null : decodeCursor(input.cursor)
  if (position === undefined) return failure('invalid', 'This page marker is not one of ours.', { field: 'cursor' })
  const after = position === null ? null : { searchName: position.key, id: position.id }
  const rows = await pageOfAccounts(db, { query: input.query, after, limit: input.limit + 1 })
  const shown = rows.slice(0, input.limit)
  const last = shown.at(-1)
  const more = rows.length > shown.length && last !== undefined
  return success({
    people: shown.map((row) => toAccount(row, isOnline)),
    nextCursor: more ? encodeCursor({ key: last.searchName, id: last.id }) : null,
  })
}

export async function listInvitations(db: Db, now: number): Promise<Invitation[]> {
  const rows = await openInvitations(db, now)
  const makers = await findUsers(
    db,
    rows.flatMap(({ createdBy }) => createdBy ?? []),
  )
  return rows.map(({ id, role, createdBy, createdAt, expiresAt }) => {
    const by = createdBy === null ? undefined : makers.get(createdBy)
    return { id, role, by: by === undefined ? null : toUser(by), createdAt, expiresAt }
  })
}

export async function revokeInvitation(unit: Work, invitationId: string, actor: Actor): Promise<void> {
  const gone = await deleteInvitation(unit.db, invitationId, 'invitation')
  if (gone) await audit(unit, { action: 'account.invitationRevoked', actor, details: { invitation: invitationId } })
}

type Change = { userId: string; actor: Actor }

/** The account meant: `unknownUser`. */
async function meant({ db }: Work, userId: string): Promise<Result<AccountRow>> {
  const row = await findAccount(db, { userId })
  return row === null ? failure('unknownUser', 'There is no such account.', { field: 'userId' }) : success(row)
}

/** A failure when nobody would be left to look after the server. */
async function refuseLast({ db }: Work, { id, role, disabledAt }: AccountRow) {
  if (role !== 'administrator' || disabledAt !== null || (await hasAdministratorBeside(db, id))) return null
  const words = 'This is the only administrator. Make somebody else an administrator first.'
  return failure('notAllowed', words, { field: 'lastAdministrator' })
}

/** Its password is known to everybody, and it is no account where the server is no demo. */
export const refuseDemo = ({ demo }: AccountRow) =>
  demo === 1 ? failure('notAllowed', 'This is a demo account: everybody knows its password.', { field: 'demo' }) : null

export async function setRole(
  unit: Work,
  { userId, actor, role }: Change & { role: AccountRole },
): Promise<Result<AccountRow>> {
  const account = await meant(unit, userId)
  if (!account.ok || account.value.role === role) return account
  const refusal = role === 'administrator' ? refuseDemo(account.value) : await refuseLast(unit, account.value)
  if (refusal !== null) return refusal
  await setAccountRole(unit.db, userId, role)
  await audit(unit, { action: 'account.roleChanged', actor, subjectId: userId, details: { role } })
  unit.effects.push({
    kind: 'send',
    to: { users: [userId] },
    event: { name: 'session.roleChanged', payload: { role } },
  })
  return meant(unit, userId)
}

export async function setDisabled(
  unit: Work,
  { userId, actor, disabled }: Change & { disabled: boolean },
): Promise<Result<AccountRow>> {
  const account = await meant(unit, userId)
  if (!account.ok || (account.value.disabledAt !== null) === disabled) return account
  const refusal = disabled ? await refuseLast(unit, account.value) : null
  if (refusal !== null) return refusal
  await setDisabledAt(unit.db, userId, disabled ? unit.now : null)
  await audit(unit, { action: disabled ? 'account.disabled' : 'account.enabled', actor, subjectId: userId })
  if (disabled) {
    await deleteResetLinks(unit.db, userId)
    // Before the seat goes: what rings them has nobody to answer it any more.
    for (const call of await findRings(unit.db, { calleeId: userId }))
      await settleRing(unit, call, { type: 'revoke', reason: 'permissionLost' })
    await endSessionsOf(unit, userId, { reason: 'disabled', actor })
  }
  return meant(unit, userId)
}
