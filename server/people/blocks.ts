// Whose rings reach nobody here: those of people who are blocked, or whom one lets not ring. The one who rings is not told and sees a ring like any other that nobody answers: as soon
// shown, if a device is there, and over at its deadline. The one rung hears nothing of it, neither then nor later.
import type { CheckedInput } from '../../shared/protocol/contract.ts'
import { failure, success, type Result } from '../../shared/protocol/result.ts'
import type { Call, User, WhoMayRing } from '../../shared/protocol/things.ts'
import type { RingTools } from '../calls/reach.ts'
import type { DeviceKey } from '../effects.ts'
import {
  blockedBy,
  deleteBlock,
  hasBlocked,
  insertBlock,
  receiptDelays,
  setSilencedReceipt,
  silence,
  silencedUnseen,
} from '../storage/blockRows.ts'
import { findRings } from '../storage/callRows.ts'
import { hasMet } from '../storage/reachRows.ts'
import type { Work } from '../storage/store.ts'
import { findUser } from '../storage/userRows.ts'

export const BLOCKED_MAX = 500

type Silencing = Pick<RingTools, 'entropy' | 'timing'>

/** Asked for what is so already, it answers the same. */
export async function block(
  unit: Work,
  { userId }: DeviceKey,
  input: CheckedInput<'people.block'>,
): Promise<Result<{ blocked: User[] }>> {
  const pair = { userId, blockedId: input.userId }
  if (input.userId === userId) return failure('notAllowed', 'You cannot block yourself.', { field: 'userId' })
  if ((await findUser(unit.db, input.userId)) === null)
    return failure('unknownUser', 'This person has no account here.', { field: 'userId' })
  const before = await blockedBy(unit.db, userId)
  const isNew = input.blocked && !before.some(({ id }) => id === input.userId)
  if (isNew && before.length >= BLOCKED_MAX)
    return failure('notAllowed', `You can block ${BLOCKED_MAX} people at most. Unblock somebody first.`)
  if (isNew) {
    await insertBlock(unit.db, pair, unit.now)
    await silenceRings(unit, pair)
  } else if (!input.blocked) await deleteBlock(unit.db, pair)
  const blocked = await blockedBy(unit.db, userId)
  unit.effects.push({
    kind: 'send',
    to: { users: [userId] },
    event: { name: 'people.blockedChanged', payload: { blocked } },
  })
  return success({ blocked })
}

/** What rings now stops here, and goes on there. */
async function silenceRings(unit: Work, { userId, blockedId }: { userId: string; blockedId: string }): Promise<void> {
  for (const call of await findRings(unit.db, { calleeId: userId, callerId: blockedId }))
    await silenceRing(unit, call, call.delivery === 'received' ? null : unit.now)
}

/** Silences a ring that has just been made, if its callee has blocked its caller or lets only others ring. */
export async function silenceIfUnwanted(
  unit: Work,
  call: Call,
  whoMayRing: WhoMayRing,
  tools: Silencing & Pick<RingTools, 'isOnline'>,
): Promise<void> {
  const { caller, callee } = call
  const blocked = await hasBlocked(unit.db, { userId: callee.id, blockedId: caller.id })
  if (!blocked && (await isWanted(unit, call, whoMayRing))) return
  const receiptAt = tools.isOnline(callee.id) ? unit.now + (await usualDelay(unit, callee.id, tools)) : null
  await silenceRing(unit, call, receiptAt)
}

async function isWanted({ db }: Work, { caller, callee }: Call, whoMayRing: WhoMayRing): Promise<boolean> {
  if (whoMayRing === 'everyone') return true
  return whoMayRing === 'peopleIMet' && hasMet(db, { userId: callee.id, otherId: caller.id })
}

async function silenceRing(unit: Work, call: Call, receiptAt: number | null): Promise<void> {
  await silence(unit.db, call.id, receiptAt)
  if (receiptAt !== null) unit.effects.push({ kind: 'due', at: receiptAt })
}

/** A device of theirs has just come: it would show by now what rings, had it been told. */
export async function noteArrival(unit: Work, userId: string, tools: Silencing): Promise<void> {
  for (const callId of await silencedUnseen(unit.db, userId)) {
    const receiptAt = unit.now + (await usualDelay(unit, userId, tools))
    await setSilencedReceipt(unit.db, callId, receiptAt)
    unit.effects.push({ kind: 'due', at: receiptAt })
  }
}

/** One of the delays with which this person's devices have shown rings lately. */
async function usualDelay(unit: Work, userId: string, { entropy, timing }: Silencing): Promise<number> {
  const [high = 0, low = 0] = entropy.bytes(2)
  const share = (high * 256 + low) / 65_536
  return timing.delay(await receiptDelays(unit.db, userId), share)
}
