// Who gets into a meeting by asking for it, as one pure rule. Server and clients ask the same. Answering a ring asks nothing of
// this: the ring is the invitation, and whoever may not invite has their rings taken back.
import type { Role } from './protocol/things.ts'

export type EntryRoom = {
  locked: boolean
  lobby: boolean
  hasPassword: boolean
  guestsAllowed: boolean
  /** Guests wait also while there is no lobby for others. */
  guestsWait: boolean
  /** Somebody with an account has a seat in it. */
  memberInside: boolean
}

export type EntryUser = {
  /** Came by the link, without an account. */
  guest: boolean
  /** `owner` also when they have never been inside; null for somebody who never was. */
  role: Role | null
  /** Has a seat in this meeting, on whatever device. */
  seated: boolean
  /** Was removed since they were last inside. */
  removed: boolean
  /** Was removed and may not come back by themselves. */
  barred: boolean
  /** The meeting was scheduled with them. */
  attendee: boolean
  /** The role of whoever rings them into this meeting now; null when nobody does. */
  rungBy: Role | null
  /** The password they gave is the right one. */
  passwordGiven: boolean
  /** How long they may not ask again since they were denied, in ms; 0 when they may. */
  deniedForMs: number
}

/** `wait`: in the lobby. Everything else but `enter` is a refusal. */
export type EntryDecision =
  'enter' | 'wait' | 'barred' | 'noGuests' | 'nobodyInside' | 'locked' | 'wrongPassword' | 'denied'

/**
 * In this order: a seat is kept whatever happens to the meeting; its owner and admins always get in; a ring of theirs goes through
 * the lock, anybody's through password and lobby; those who were inside are known, and those it was scheduled with need no
 * password, but nobody has let them in yet. Guests come where guests are allowed, and never before somebody with an account.
 */
export function mayEnterNow(room: EntryRoom, user: EntryUser): EntryDecision {
  if (user.seated) return 'enter'
  if (user.barred) return 'barred'
  if (user.guest && !room.guestsAllowed) return 'noGuests'
  if (user.guest && !room.memberInside) return 'nobodyInside'
  if (looksAfter(user.role) || looksAfter(user.rungBy)) return 'enter'
  if (room.locked) return 'locked'
  if (user.rungBy !== null) return 'enter'
  const known = user.role !== null && !user.removed
  if (room.hasPassword && !known && !user.attendee && !user.passwordGiven) return 'wrongPassword'
  if (!holdsBack(room, user) || known) return 'enter'
  return user.deniedForMs > 0 ? 'denied' : 'wait'
}

/** Does this one wait to be let in, if nobody knows them yet? */
export const holdsBack = (
  { lobby, guestsWait }: Pick<EntryRoom, 'lobby' | 'guestsWait'>,
  { guest }: Pick<EntryUser, 'guest'>,
): boolean => lobby || (guest && guestsWait)

/** May the holder of this role ring people in? Into a locked meeting only those who look after it. */
export function mayRing(
  { whoMayInvite, locked }: { whoMayInvite: 'everyone' | 'admins'; locked: boolean },
  role: Role,
): 'yes' | 'locked' | 'notAllowed' {
  if (looksAfter(role)) return 'yes'
  if (whoMayInvite === 'admins') return 'notAllowed'
  return locked ? 'locked' : 'yes'
}

export const looksAfter = (role: Role | null): boolean => role === 'owner' || role === 'admin'

/** People who wait for one meeting at once: the list of them travels whole. */
export const WAITING_MAX = 100
/** Whoever waits and whose connection is lost goes on waiting for this long. */
export const WAITING_KEEP_MS = 15_000
/** Whoever was denied asks again after this at the earliest. */
export const DENIED_FOR_MS = 60_000
export const PASSWORD_LENGTH_MIN = 4
export const PASSWORD_LENGTH_MAX = 64
