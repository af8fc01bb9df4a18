// Links that make an account or give one a new password, once. Whoever has such a link may do that and nothing else; the database
// keeps a hash of its token only.
import { INVITATION_DAYS_DEFAULT, RESET_LINK_HOURS } from '../../shared/protocol/admin.ts'
import type { InvitationKind, InvitationLook, invitationAcceptInputSchema } from '../../shared/protocol/invitations.ts'
import { failure, success, type Result } from '../../shared/protocol/result.ts'
import type { SignInOutput } from '../../shared/protocol/session.ts'
import type { User } from '../../shared/protocol/things.ts'
import type { AccountRole } from '../../shared/protocol/trust.ts'
import { passwordProblem, passwordSentence } from '../../shared/passwords.ts'
import type { z } from 'zod'
import type { Entropy } from '../entropy.ts'
import { findAccount, hasAccounts, setPasswordHash } from '../storage/accountRows.ts'
import {
  deleteInvitation,
  deleteResetLinks,
  deleteSetupLinks,
  findInvitation,
  forgetExpiredInvitations,
  insertInvitation,
  type InvitationRow,
} from '../storage/invitationRows.ts'
import type { Db, Store, Work } from '../storage/store.ts'
import { insertUser } from '../storage/userRows.ts'
import { checkNames } from './accounts.ts'
import { refuseDemo } from './administration.ts'
import { audit, type Actor } from './audit.ts'
import { endSessionsOf } from './endSession.ts'
import type { Lockout } from './lockout.ts'
import { hashOfToken } from './refreshTokens.ts'
import type { Sessions } from './sessions.ts'

const HOUR_MS = 60 * 60_000

type Accepting = z.output<typeof invitationAcceptInputSchema>

export interface Invitations {
  look(input: { token: string }): Promise<Result<InvitationLook>>
  accept(input: Accepting, address: string | null): Promise<Result<SignInOutput>>
}

export type InvitationsOptions = {
  store: Store
  sessions: Sessions
  entropy: Entropy
  lockout: Lockout
  hash(password: string): Promise<string>
}

export function createInvitations({ store, sessions, entropy, lockout, hash }: InvitationsOptions): Invitations {
  return {
    look: ({ token }) =>
      store.read(async (db, now) => {
        const row = await findGood(db, token, now)
        if (!row.ok) return row
        const { kind, role, expiresAt } = row.value
        const account = await accountOf(db, row.value)
        return success({ kind, role, expiresAt, account: account && { login: account.login, name: account.name } })
      }),
    async accept(input, address) {
      const login = input.login.toLowerCase()
      const good = await store.read(async (db, now) => {
        const row = await findGood(db, input.token, now)
        if (!row.ok) return row
        const account = await accountOf(db, row.value)
        const owner = account ?? { login, name: input.name }
        const names = account === null ? checkNames(owner) : success(null)
        if (!names.ok) return names
        const problem = passwordProblem(input.password, owner)
        if (problem !== null) return failure('invalid', passwordSentence(problem), { field: 'password' })
        return success({ userId: account?.id ?? entropy.uuid(), kind: row.value.kind })
      })
      if (!good.ok) return good
      const { userId, kind } = good.value
      const passwordHash = await hash(input.password)
      // Looked at again in the transaction: hashing takes a while, and of two who come at once one is first.
      const started = await sessions.start(userId, input.device, { address, way: kind }, async (unit) => {
        const row = await findGood(unit.db, input.token, unit.now)
        if (!row.ok) return row
        if (row.value.kind === 'reset') return giveNewPassword(unit, row.value, { passwordHash, address, lockout })
        return makeAccount(unit, row.value, { id: userId, login, name: input.name, passwordHash, address })
      })
      return started.ok ? success({ user: started.value.prepared, tokens: started.value.tokens }) : started
    },
  }
}

const noGood = () =>
  failure('notAllowed', 'This link was used already, has run out or was taken back. Ask for a new one.', {
    field: 'token',
  })

async function findGood(db: Db, token: string, now: number): Promise<Result<InvitationRow>> {
  const row = await findInvitation(db, hashOfToken(token), now)
  if (row === null) return noGood()
  // The first account may have been made another way meanwhile.
  if (row.kind === 'setup' && (await hasAccounts(db))) return noGood()
  if (row.kind !== 'reset') return success(row)
  const account = await accountOf(db, row)
  return account === null || account.disabledAt !== null ? noGood() : success(row)
}

const accountOf = async (db: Db, { kind, userId }: InvitationRow) =>
  kind === 'reset' && userId !== null ? findAccount(db, { userId }) : null

type NewAccount = { id: string; login: string; name: string; passwordHash: string; address: string | null }

async function makeAccount(unit: Work, row: InvitationRow, account: NewAccount): Promise<Result<User>> {
  const { address, ...user } = account
  const added = await insertUser(unit.db, { ...user, demo: false, createdAt: unit.now, role: row.role })
  if (!added) return failure('conflict', `There is an account "${user.login}" already.`, { field: 'login' })
  await deleteInvitation(unit.db, row.id)
  const actor: Actor = { kind: 'user', id: user.id }
  const details = { role: row.role, way: row.kind, invitation: row.id, invitedBy: row.createdBy }
  await audit(unit, { action: 'account.created', actor, subjectId: user.id, address, details })
  return success({ id: user.id, name: user.name })
}

async function giveNewPassword(
  unit: Work,
  row: InvitationRow,
  { passwordHash, address, lockout }: { passwordHash: string; address: string | null; lockout: Lockout },
): Promise<Result<User>> {
  const account = await accountOf(unit.db, row)
  if (account === null) return noGood()
  const { id, login, name } = account
  await setPasswordHash(unit.db, id, passwordHash)
  await deleteResetLinks(unit.db, id)
  await lockout.forgive(unit, login)
  const actor: Actor = { kind: 'user', id }
  await endSessionsOf(unit, id, { reason: 'passwordChanged', actor, address })
  await audit(unit, { action: 'account.passwordChanged', actor, subjectId: id, address, details: { way: 'reset' } })
  return success({ id, name })
}

export type NewLink = { token: string; id: string; expiresAt: number }

type LinkFields = { kind: InvitationKind; role: AccountRole; userId: string | null; lifeMs: number; actor: Actor }

async function makeLink(unit: Work, entropy: Entropy, fields: LinkFields): Promise<NewLink> {
  const { kind, role, userId, lifeMs, actor } = fields
  const token = Buffer.from(entropy.bytes(24)).toString('base64url')
  const id = entropy.uuid()
  const expiresAt = unit.now + lifeMs
  const createdBy = actor.kind === 'user' ? actor.id : null
  const row = { id, tokenHash: hashOfToken(token), kind, role, userId, createdBy, createdAt: unit.now, expiresAt }
  await forgetExpiredInvitations(unit.db, unit.now)
  await insertInvitation(unit.db, row)
  return { token, id, expiresAt }
}

export async function makeInvitation(
  unit: Work,
  { role, days = INVITATION_DAYS_DEFAULT, actor }: { role: AccountRole; days?: number; actor: Actor },
  entropy: Entropy,
): Promise<NewLink> {
  const link = await makeLink(unit, entropy, {
    kind: 'invitation',
    role,
    userId: null,
    lifeMs: days * 24 * HOUR_MS,
    actor,
  })
  const details = { invitation: link.id, role, expiresAt: link.expiresAt }
  await audit(unit, { action: 'account.invited', actor, details })
  return link
}

/** `unknownUser`; `notAllowed` while the account is disabled. */
export async function makeResetLink(
  unit: Work,
  { userId, actor }: { userId: string; actor: Actor },
  entropy: Entropy,
): Promise<Result<NewLink>> {
  const account = await findAccount(unit.db, { userId })
  if (account === null) return failure('unknownUser', 'There is no such account.', { field: 'userId' })
  const refusal = refuseDemo(account)
  if (refusal !== null) return refusal
  if (account.disabledAt !== null)
    return failure('notAllowed', 'This account is disabled. Enable it first.', { field: 'disabled' })
  await deleteResetLinks(unit.db, userId)
  const lifeMs = RESET_LINK_HOURS * HOUR_MS
  const link = await makeLink(unit, entropy, { kind: 'reset', role: account.role, userId, lifeMs, actor })
  await audit(unit, { action: 'account.resetAsked', actor, subjectId: userId, details: { expiresAt: link.expiresAt } })
  return success(link)
}

/** How long the link is good with which the first administrator is made; a new start makes a new one. */
const SETUP_LIFE_MS = 24 * HOUR_MS

/** The token for making the first administrator; null when there is an account. An earlier one is good no more. */
export async function openSetup(store: Store, entropy: Entropy): Promise<string | null> {
  return store.write(async (unit) => {
    await deleteSetupLinks(unit.db)
    if (await hasAccounts(unit.db)) return null
    const fields = { kind: 'setup', role: 'administrator', userId: null, lifeMs: SETUP_LIFE_MS } as const
    return (await makeLink(unit, entropy, { ...fields, actor: { kind: 'server' } })).token
  })
}
