// The server's own rule of who may ring whom, set by its administrators. Unlike a person's own choice it is told to whoever it refuses.
import type { CheckedInput } from '../../shared/protocol/contract.ts'
import type { RingPolicy, RingRule } from '../../shared/protocol/reach.ts'
import { failure, success, type Failure, type Result } from '../../shared/protocol/result.ts'
import type { DeviceKey } from '../effects.ts'
import {
  findRingRule,
  isContact,
  mayRingEverybody,
  replaceRingAllowed,
  ringAllowed,
  setRingRule,
} from '../storage/reachRows.ts'
import type { Db, Work } from '../storage/store.ts'
import { findUser, findUsers } from '../storage/userRows.ts'
import { audit } from './audit.ts'

/** Null when this user looks after the server. */
export async function refuseOthers(db: Db, userId: string): Promise<Failure | null> {
  const user = await findUser(db, userId)
  const may = user !== null && user.role === 'administrator' && user.disabledAt === null
  return may ? null : failure('notAllowed', 'Only administrators of this server can do this.')
}

/** `fallback`: the rule of the configuration, while none was set here. */
export async function ringPolicyOf(db: Db, fallback: RingRule): Promise<RingPolicy> {
  return { rule: (await findRingRule(db)) ?? fallback, allowed: await ringAllowed(db) }
}

export async function setRingPolicy(
  unit: Work,
  { userId }: DeviceKey,
  { rule, allowedIds }: CheckedInput<'admin.setRingPolicy'>,
  fallback: RingRule,
): Promise<Result<{ policy: RingPolicy }>> {
  const { db } = unit
  const refusal = await refuseOthers(db, userId)
  if (refusal !== null) return refusal
  const ids = allowedIds && [...new Set(allowedIds)]
  if (ids !== undefined) {
    const known = await findUsers(db, ids)
    const unknown = allowedIds?.findIndex((id) => known.get(id)?.guestOf !== null) ?? -1
    if (unknown >= 0)
      return failure('unknownUser', 'This person has no account here.', { field: `allowedIds.${unknown}` })
    await replaceRingAllowed(db, ids)
  }
  if (rule !== undefined) await setRingRule(db, rule)
  const policy = await ringPolicyOf(db, fallback)
  const details = { what: 'ringPolicy', rule: policy.rule, allowed: policy.allowed.length }
  await audit(unit, { action: 'policy.changed', actor: { kind: 'user', id: userId }, details })
  return success({ policy })
}

type Pair = { callerId: string; calleeId: string }

/** What the callee has to have done is to name the caller: were it the caller's own list, everybody could ring everybody again. */
export async function organisationLetsRing(db: Db, { callerId, calleeId }: Pair, fallback: RingRule): Promise<boolean> {
  const rule = (await findRingRule(db)) ?? fallback
  if (rule === 'everyone') return true
  if (await isContact(db, { userId: calleeId, contactId: callerId })) return true
  return rule === 'allowList' && mayRingEverybody(db, callerId)
}

export const refusedByOrganisation = (): Failure =>
  failure('notAllowed', 'Your organisation lets you ring only people who have you among their contacts.', {
    field: 'organisation',
  })
