// How a ring is put into words, for the people in the meeting and for its callee. Says what happened, in the person's terms.
import type { Wording } from '../locales/translate.ts'
import type { Handled, HistoryEntry } from '../protocol/calls.ts'
import type { Call, Ring, User } from '../protocol/things.ts'

/** One line of state for the pending-call list. `nameOf` gives a participant's name for "cancelled by", if known. */
export function pendingWording(call: Call, nameOf: (userId: string) => string | undefined): Wording {
  switch (call.status) {
    case 'calling':
      return {
        key: (
          { sent: 'pending.calling', received: 'pending.ringing', notYetReceived: 'pending.mayBeOffline' } as const
        )[call.delivery],
      }
    case 'accepted':
      return { key: 'pending.accepted' }
    case 'rejected':
      if (call.reason === 'inOtherRoom') return { key: 'pending.inOtherRoom' }
      return call.response
        ? { key: 'pending.declinedWith', params: { reply: call.response } }
        : { key: 'pending.declined' }
    case 'timeout':
      return { key: call.reason === 'unreachable' ? 'pending.unreachable' : 'pending.noAnswer' }
    case 'cancelled':
      return call.reason === 'callerGone' ? { key: 'pending.callerGone' } : cancelledBy(call, nameOf)
    case 'revoked':
      if (call.reason === 'roomEnded') return { key: 'pending.roomEnded' }
      return call.reason === 'permissionLost' ? { key: 'pending.permissionLost' } : cancelledBy(call, nameOf)
  }
}

function cancelledBy(call: Call, nameOf: (userId: string) => string | undefined): Wording {
  const name = call.endedBy && nameOf(call.endedBy)
  return name ? { key: 'pending.cancelledBy', params: { name } } : { key: 'pending.cancelled' }
}

/** Why a ring stopped, as its callee is told on this device; null while it rings. */
export function endedWording(call: Call, handled: Handled | undefined, deviceId: string | null): Wording | null {
  const caller = call.caller.name
  const device = handled?.deviceLabel
  switch (call.status) {
    case 'calling':
      return null
    case 'accepted':
      if (call.handledBy === deviceId) return { key: 'ended.answeredHere' }
      if (!device) return { key: 'ended.elsewhere' }
      return { key: call.reason === 'joined' ? 'ended.joined' : 'ended.answeredOn', params: { device } }
    case 'rejected':
      if (call.handledBy === deviceId) return { key: 'ended.declinedHere' }
      return device ? { key: 'ended.declinedOn', params: { device } } : { key: 'ended.elsewhere' }
    case 'timeout':
      return { key: 'ended.noAnswer', params: { caller } }
    case 'cancelled':
      return { key: call.reason === 'callerGone' ? 'ended.callerGone' : 'ended.cancelled', params: { caller } }
    case 'revoked':
      return call.reason === 'roomEnded' ? { key: 'ended.roomEnded' } : { key: 'ended.revoked' }
  }
}

/** What became of a call, for the person with this id: one of the two. */
export function historyWording({ call, mutual, endedByName }: HistoryEntry, myId: string): Wording {
  if (mutual) return { key: 'history.mutual' }
  return call.caller.id === myId ? outgoingWording(call, endedByName) : incomingWording(call, endedByName)
}

function outgoingWording(call: Call, endedByName: string | undefined): Wording {
  if (call.status === 'accepted') return { key: 'history.answered' }
  if (call.reason === 'byCaller') return { key: 'history.youCancelled' }
  if (call.reason === 'callerGone') return { key: 'history.youLeft' }
  return pendingWording(call, () => endedByName)
}

function incomingWording(call: Call, endedByName: string | undefined): Wording {
  const { caller, reason, response: reply } = call
  switch (call.status) {
    case 'calling':
      return { key: 'pending.ringing' }
    case 'accepted':
      return { key: reason === 'joined' ? 'history.youJoined' : 'history.youAnswered' }
    case 'rejected':
      if (call.handledBy !== undefined)
        return reply ? { key: 'history.youDeclinedWith', params: { reply } } : { key: 'history.youDeclined' }
      return { key: reason === 'doNotDisturb' ? 'history.doNotDisturb' : 'history.busy' }
    case 'timeout':
      return { key: reason === 'unreachable' ? 'history.unreachable' : 'history.missed' }
    case 'cancelled':
      return { key: reason === 'callerGone' ? 'ended.callerGone' : 'ended.cancelled', params: { caller: caller.name } }
    case 'revoked':
      if (reason === 'roomEnded') return { key: 'ended.roomEnded' }
      return reason === 'byAdmin' && endedByName !== undefined
        ? { key: 'history.revokedBy', params: { name: endedByName } }
        : { key: 'ended.revoked' }
  }
}

/** Who is calling, into what. */
export function ringWording(ring: Ring): Wording {
  const params = { caller: ring.call.caller.name, room: ring.roomName }
  return ring.roomKind === 'direct' ? { key: 'ring.intoCall', params } : { key: 'ring.intoMeeting', params }
}

/** Those by whose name one knows somebody: a guest's is whatever they typed, so guests are only counted. */
export const knownByName = (inside: readonly User[]): User[] => inside.filter(({ guest }) => guest !== true)

/** Who is inside already. */
export function insideWording(inside: readonly User[], insideCount: number): Wording {
  const named = knownByName(inside)
  const [a = '', b = '', c = ''] = named.map((user) => user.name)
  if (insideCount > 1 && named.length === 1) return { key: 'ring.insideOneMore', params: { a, n: insideCount - 1 } }
  if (insideCount === 3 && named.length === 2) return { key: 'ring.insideMore', params: { a, b, n: 1 } }
  if (insideCount === 0 || !named.length) return { key: 'ring.insideNobody' }
  if (insideCount === 1) return { key: 'ring.insideOne', params: { a } }
  if (insideCount === 2) return { key: 'ring.insideTwo', params: { a, b } }
  if (insideCount === 3) return { key: 'ring.insideThree', params: { a, b, c } }
  return { key: 'ring.insideMore', params: { a, b, n: insideCount - 2 } }
}
