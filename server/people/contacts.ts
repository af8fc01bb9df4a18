// Whom somebody has starred: they count as met (`whoMayRing`), and may ring where the server's rule asks for it.
import type { CheckedInput } from '../../shared/protocol/contract.ts'
import { CONTACTS_MAX } from '../../shared/protocol/reach.ts'
import { failure, success, type Result } from '../../shared/protocol/result.ts'
import type { User } from '../../shared/protocol/things.ts'
import type { DeviceKey } from '../effects.ts'
import { contactsOf, deleteContact, insertContact } from '../storage/reachRows.ts'
import type { Work } from '../storage/store.ts'
import { findUser, hasAccount } from '../storage/userRows.ts'

/** Asked for what is so already, it answers the same. The other one is not told. */
export async function setContact(
  unit: Work,
  { userId }: DeviceKey,
  input: CheckedInput<'people.setContact'>,
): Promise<Result<{ contacts: User[] }>> {
  const pair = { userId, contactId: input.userId }
  if (input.userId === userId) return failure('notAllowed', 'You are no contact of your own.', { field: 'userId' })
  const before = await contactsOf(unit.db, userId)
  const known = before.some(({ id }) => id === input.userId)
  if (input.contact && !known) {
    const other = await findUser(unit.db, input.userId)
    if (other === null || !hasAccount(other) || other.erasedAt !== null)
      return failure('unknownUser', 'This person has no account here.', { field: 'userId' })
    if (before.length >= CONTACTS_MAX)
      return failure('notAllowed', `You can have ${CONTACTS_MAX} contacts at most. Remove somebody first.`)
    await insertContact(unit.db, pair, unit.now)
  } else if (!input.contact) await deleteContact(unit.db, pair)
  const contacts = await contactsOf(unit.db, userId)
  unit.effects.push({
    kind: 'send',
    to: { users: [userId] },
    event: { name: 'people.contactsChanged', payload: { contacts } },
  })
  return success({ contacts })
}
