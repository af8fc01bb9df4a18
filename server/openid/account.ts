// Whose account it is that the provider vouches for: known, linked, or made now.
import type { AccountRole } from '../../shared/protocol/trust.ts'
import type { Entropy } from '../entropy.ts'
import { setRole } from '../people/administration.ts'
import { audit } from '../people/audit.ts'
import {
  insertIdentity,
  insertUserOfIdentity,
  userOfIdentity,
  userToLink,
  type IdentifiedUser,
} from '../storage/identityRows.ts'
import type { Work } from '../storage/store.ts'
import type { Outcome, Person } from './provider.ts'
import type { OpenIdConfig } from './settings.ts'

type Options = { config: OpenIdConfig; entropy: Entropy; address: string | null }

/** Writes down what it made or changed. `subjectId`: whose account a refusal is about. */
export async function accountOf(
  unit: Work,
  person: Person,
  options: Options,
): Promise<Outcome<IdentifiedUser> & { subjectId?: string }> {
  const { config } = options
  if (!mayComeFrom(person, config.allowedDomains)) return { ok: false, problem: 'domain' }
  const user =
    (await userOfIdentity(unit.db, person)) ??
    (await link(unit, person, options)) ??
    (await make(unit, person, options))
  if (user.disabledAt !== null) return { ok: false, problem: 'disabled', subjectId: user.id }
  await followRole(unit, user, person, options)
  return { ok: true, value: user }
}

/** An address that nobody has verified proves nothing. */
const mayComeFrom = ({ email, emailVerified }: Person, domains: readonly string[]): boolean =>
  domains.length === 0 || (emailVerified && email !== null && domains.includes(email.slice(email.lastIndexOf('@') + 1)))

/** An account that is disabled stays as it is: nothing is linked to it. */
async function link(unit: Work, person: Person, { config, address }: Options): Promise<IdentifiedUser | null> {
  const { issuer, subject, email, emailVerified } = person
  if (!config.linkAccounts || !emailVerified || email === null) return null
  const user = await userToLink(unit.db, email, issuer)
  if (user === null || user.disabledAt !== null) return user
  await insertIdentity(unit.db, { issuer, subject, userId: user.id, createdAt: unit.now })
  const actor = { kind: 'user', id: user.id } as const
  await audit(unit, { action: 'account.linked', actor, subjectId: user.id, address, details: { way: 'openid' } })
  return user
}

async function make(unit: Work, person: Person, { config, entropy, address }: Options): Promise<IdentifiedUser> {
  const { db, now } = unit
  const { issuer, subject } = person
  const user = { id: entropy.uuid(), name: nameOf(person), role: roleOf(person, config) ?? 'user', createdAt: now }
  const wanted = loginOf(person)
  let login = wanted
  for (let count = 2; !(await insertUserOfIdentity(db, { ...user, login })); count++)
    login = count < 10 ? `${wanted}-${count}` : `${wanted}-${entropy.uuid().slice(0, 8)}`
  await insertIdentity(db, { issuer, subject, userId: user.id, createdAt: now })
  const details = { way: 'openid', role: user.role }
  await audit(unit, { action: 'account.created', actor: { kind: 'server' }, subjectId: user.id, address, details })
  return { ...user, disabledAt: null }
}

/** Null when roles are given here. */
const roleOf = ({ groups }: Person, { adminGroup }: OpenIdConfig): AccountRole | null =>
  adminGroup === null ? null : groups.includes(adminGroup) ? 'administrator' : 'user'

/** With a group for it the provider decides who is an administrator, at each sign-in anew; the last one stays one all the same. */
async function followRole(unit: Work, user: IdentifiedUser, person: Person, { config }: Options): Promise<void> {
  const role = roleOf(person, config)
  if (role !== null && role !== user.role) await setRole(unit, { userId: user.id, actor: { kind: 'server' }, role })
}

/** What others see. Nothing invisible, and never empty. */
export function nameOf({ name, username, email }: Pick<Person, 'name' | 'username' | 'email'>): string {
  for (const text of [name, username, email?.split('@')[0]]) {
    const shown = (text ?? '')
      .replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, '')
      .trim()
      .slice(0, 120)
      .trim()
    if (shown !== '') return shown
  }
  return 'Unnamed'
}

/** A login as `accounts.ts` takes them, with room for a number behind it. */
export function loginOf({ username, email, name }: Pick<Person, 'name' | 'username' | 'email'>): string {
  for (const text of [username, email, name]) {
    const login = (text ?? '')
      .normalize('NFKC')
      .toLowerCase()
      .replace(/[^\p{L}\p{N}._@-]+/gu, '.')
      .replace(/^[^\p{L}\p{N}]+/u, '')
      .slice(0, 100)
      .replace(/[.]+$/, '')
    if (login !== '') return login
  }
  return 'person'
}
