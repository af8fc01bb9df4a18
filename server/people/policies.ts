// Which rings reach a person: their own choice, kept with the account and told to all their devices.
import { DO_NOT_DISTURB_MS_MAX } from '../../shared/call/limits.ts'
import type { CheckedInput } from '../../shared/protocol/contract.ts'
import { failure, success, type Result } from '../../shared/protocol/result.ts'
import type { Policy } from '../../shared/protocol/things.ts'
import type { DeviceKey } from '../effects.ts'
import { policiesEndedAt } from '../storage/dueRows.ts'
import type { Work } from '../storage/store.ts'
import { findUser, policyAt, setPolicy } from '../storage/userRows.ts'
import { audit } from './audit.ts'

/** Refuses with `invalid` when "do not disturb" would be over already, or would last too long. */
export async function changePolicy(
  unit: Work,
  { userId }: DeviceKey,
  input: CheckedInput<'people.setPolicy'>,
): Promise<Result<{ policy: Policy }>> {
  const user = await findUser(unit.db, userId)
  if (user === null) return failure('unknownUser', 'There is no such account.')
  const until = input.doNotDisturbUntil ?? null
  if (until !== null && (until <= unit.now || until > unit.now + DO_NOT_DISTURB_MS_MAX)) {
    return failure('invalid', 'Choose a time within the next two days.', { field: 'doNotDisturbUntil' })
  }
  const before = policyAt(user, unit.now)
  const policy: Policy = {
    declineWhenBusy: input.declineWhenBusy ?? before.declineWhenBusy,
    doNotDisturbUntil: input.doNotDisturbUntil === undefined ? before.doNotDisturbUntil : until,
    whoMayRing: input.whoMayRing ?? before.whoMayRing,
  }
  if (policy.whoMayRing !== before.whoMayRing) {
    const details = { what: 'whoMayRing', whoMayRing: policy.whoMayRing }
    await audit(unit, { action: 'policy.changed', actor: { kind: 'user', id: userId }, subjectId: userId, details })
  }
  await storePolicy(unit, userId, policy)
  if (policy.doNotDisturbUntil !== null) unit.effects.push({ kind: 'due', at: policy.doNotDisturbUntil })
  return success({ policy })
}

/** "Do not disturb" runs out by itself. */
export async function endPoliciesInTime(unit: Work): Promise<void> {
  for (const userId of await policiesEndedAt(unit.db, unit.now)) {
    const user = await findUser(unit.db, userId)
    if (user !== null) await storePolicy(unit, userId, policyAt(user, unit.now))
  }
}

async function storePolicy(unit: Work, userId: string, policy: Policy): Promise<void> {
  await setPolicy(unit.db, userId, policy)
  unit.effects.push(
    { kind: 'send', to: { users: [userId] }, event: { name: 'people.policyChanged', payload: { policy } } },
    { kind: 'presence', userId },
  )
}
