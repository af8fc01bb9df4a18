// Who takes over a meeting whose owner has no seat in it (calls.md, rule 12). Server and clients ask the same.
import { mayHoldOffice } from './guests.ts'
import type { Participant, Room } from './protocol/things.ts'

/** The longest-present admin, else the longest-present member; null while nobody is inside, or the owner is. Never a guest. */
export function firstInLine({
  room,
  participants,
}: {
  room: Pick<Room, 'ownerId'>
  participants: readonly Participant[]
}): Participant | null {
  if (participants.some(({ user }) => user.id === room.ownerId)) return null
  const byPresence = participants
    .filter(({ user }) => mayHoldOffice(user))
    .sort((one, other) => one.joinedAt - other.joinedAt)
  return byPresence.find(({ role }) => role === 'admin') ?? byPresence[0] ?? null
}
