// Whom the speaker view shows large: whoever speaks, but not for a cough, and not back and forth between two. Pure.

/** So long somebody stays large, at least. */
const HOLD_MS = 2_000
/** So long another one has to be heard: after a silence, and over somebody who goes on speaking. */
const HEARD_MS = 400
const INTERRUPTS_MS = 1_500

export type ActiveSpeaker = {
  userId: string | null
  since: number
  /** Who is heard meanwhile, and since when. */
  rival: { userId: string; since: number } | null
}
export const nobodyYet: ActiveSpeaker = { userId: null, since: -Infinity, rival: null }

export type Heard = {
  /** All who may be shown: never oneself. In the order of coming. */
  present: readonly string[]
  /** The loudest first. */
  speakers: readonly string[]
  now: number
}

/** @returns the same object when nothing has changed */
export function followSpeaker(before: ActiveSpeaker, { present, speakers, now }: Heard): ActiveSpeaker {
  const loudest = speakers.find((userId) => present.includes(userId)) ?? null
  if (before.userId === null || !present.includes(before.userId)) {
    const userId = loudest ?? present[0] ?? null
    if (userId === before.userId) return before
    // Nobody has spoken yet: the first who does is shown at once.
    return { userId, since: loudest === null ? -Infinity : now, rival: null }
  }
  if (loudest === null || loudest === before.userId) return before.rival ? { ...before, rival: null } : before
  const rival = before.rival?.userId === loudest ? before.rival : { userId: loudest, since: now }
  const next = rival === before.rival ? before : { ...before, rival }
  return now >= changesAt(next, speakers) ? { userId: loudest, since: now, rival: null } : next
}

/** When the rival, going on like this, is shown; infinity without one. */
export function changesAt({ userId, since, rival }: ActiveSpeaker, speakers: readonly string[]): number {
  if (!rival) return Infinity
  const over = userId !== null && speakers.includes(userId)
  // Nobody had spoken yet.
  if (since === -Infinity) return rival.since
  return Math.max(since + HOLD_MS, rival.since + (over ? INTERRUPTS_MS : HEARD_MS))
}
