// Making accounts. There is no public sign-up: whoever runs the server adds people.
import { failure, success, type Result } from '../../shared/protocol/result.ts'
import type { User } from '../../shared/protocol/things.ts'
import type { AccountRole } from '../../shared/protocol/trust.ts'
import type { Entropy } from '../entropy.ts'
import type { Store } from '../storage/store.ts'
import { findCredentials, insertUser } from '../storage/userRows.ts'
import { audit } from './audit.ts'
import { DEMO_PASSWORD, DEMO_PASSWORD_COST, DEMO_PEOPLE } from './demo.ts'
import { hashPassword } from './passwords.ts'

export type AccountsOptions = { store: Store; entropy: Entropy; passwordCost: number }

/** `id`: one of its own when left out. */
export type NewAccount = {
  id?: string
  login: string
  name: string
  password: string
  demo?: boolean
  role?: AccountRole
}

/** Of a whole login and name: `invalid` with the field. */
export function checkNames({ login, name }: { login: string; name: string }): Result<null> {
  if (!/^[\p{L}\p{N}][\p{L}\p{N}._@-]{0,119}$/u.test(login)) {
    return failure('invalid', 'A login is made of letters, digits and . _ @ -', { field: 'login' })
  }
  if (name === '' || name.length > 120) return failure('invalid', 'A name has 1 to 120 characters.', { field: 'name' })
  return success(null)
}

/** `conflict` when the login is taken, `invalid` with the field. */
export async function addAccount(
  { store, entropy, passwordCost }: AccountsOptions,
  account: NewAccount,
): Promise<Result<User>> {
  const login = account.login.trim().toLowerCase()
  const name = account.name.trim()
  const names = checkNames({ login, name })
  if (!names.ok) return names
  const passwordHash = await hashPassword(account.password, passwordCost, entropy)
  const id = account.id ?? entropy.uuid()
  const { demo = false, role = 'user' } = account
  const added = await store.write(async (unit) => {
    const inserted = await insertUser(unit.db, { id, login, name, passwordHash, demo, createdAt: unit.now, role })
    if (inserted && !demo)
      await audit(unit, { action: 'account.created', actor: { kind: 'operator' }, subjectId: id, details: { role } })
    return inserted
  })
  return added
    ? success({ id, name })
    : failure('conflict', `There is an account "${login}" already.`, { field: 'login' })
}

/** Adds whichever demo people are missing. */
export async function addDemoAccounts(options: AccountsOptions): Promise<void> {
  const passwordCost = Math.min(options.passwordCost, DEMO_PASSWORD_COST)
  for (const person of DEMO_PEOPLE) {
    const known = await options.store.read((db) => findCredentials(db, person.login))
    if (known === null)
      await addAccount({ ...options, passwordCost }, { ...person, password: DEMO_PASSWORD, demo: true })
  }
}
