// What answering a ring takes its person out of. Every surface that offers Answer decides by this whether to ask first.
import type { Call } from '../protocol/things.ts'
import type { MirrorState } from './mirror.ts'
import { isTestRing } from './testRing.ts'

/**
 * `ownCall`: this person's own call to the very caller, with nobody else in it. The two ring each other, so that answering
 * just brings them together (calls.md, rule 10); the server wants `leaveOther` all the same.
 */
export type Leaving = 'nothing' | 'ownCall' | 'meeting'

export function leavingFor(state: MirrorState, ring: Call): Leaving {
  const { seat, elsewhere } = state
  if (isTestRing(ring)) return 'nothing'
  const leavesSeat = seat !== null && seat.room.id !== ring.roomId
  const leavesElsewhere = elsewhere !== null && elsewhere.roomId !== ring.roomId
  if (!leavesSeat && !leavesElsewhere) return 'nothing'
  return leavesSeat && isOwnCallTo(state, seat, ring.caller.id) ? 'ownCall' : 'meeting'
}

function isOwnCallTo({ me, calls }: MirrorState, seat: NonNullable<MirrorState['seat']>, callerId: string): boolean {
  if (seat.room.kind !== 'direct' || seat.participants.some((participant) => participant.user.id !== me?.id))
    return false
  const own = Object.values(calls).find((call) => call.roomId === seat.room.id)
  return own?.status === 'calling' && own.callee.id === callerId
}
