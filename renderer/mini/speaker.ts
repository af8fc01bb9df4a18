// Whom a small picture of a meeting shows: whoever speaks, or spoke last; never oneself while somebody else is there. Pure.
import type { Participant } from '../../shared/protocol/things.ts'

/** @param before the user shown so far; stays while nobody else speaks, so that it does not jump about */
export function speakerOf(
  participants: readonly Participant[],
  speakers: readonly string[],
  me: string | undefined,
  before: string | null,
): Participant | null {
  const others = participants.filter((participant) => participant.user.id !== me)
  const of = (userId: string | null) => others.find((participant) => participant.user.id === userId)
  const speaking = speakers.map(of).find((participant) => participant !== undefined)
  const first = [...others].sort((one, other) => one.joinedAt - other.joinedAt)[0]
  return speaking ?? of(before) ?? first ?? participants[0] ?? null
}
