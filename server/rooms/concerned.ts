// Who is told of a room without being inside.
import type { Room } from '../../shared/protocol/things.ts'

/** User ids: the owner and the attendees of a scheduled meeting; nobody for a room made on the spot. */
export const concernedBy = ({ schedule }: Room): string[] =>
  schedule === undefined ? [] : [schedule.owner.id, ...schedule.attendees.map((attendee) => attendee.id)]
