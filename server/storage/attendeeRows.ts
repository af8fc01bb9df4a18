// Pages of a meeting's attendees, with what has become of each: inside, or what their last ring into it came to.
import type { z } from 'zod'
import type { attendeeSchema } from '../../shared/protocol/schedule.ts'
import type { CallStatus } from '../../shared/protocol/things.ts'
import type { Position } from './cursor.ts'
import { atMost } from './literal.ts'
import type { Db } from './store.ts'

type Attendee = z.infer<typeof attendeeSchema>

/** A ring that was answered, or taken back, leaves nothing to say of somebody who is not inside. */
const BY_CALL: Partial<Record<CallStatus, Attendee['status']>> = {
  calling: 'calling',
  timeout: 'timeout',
  rejected: 'rejected',
}

export async function attendeePage(
  db: Db,
  page: { roomId: string; after: Position | null; limit: number },
): Promise<(Attendee & { searchName: string })[]> {
  const { roomId, after, limit } = page
  let query = db
    .selectFrom('attendees')
    .innerJoin('users', 'users.id', 'attendees.userId')
    .leftJoin('seats', (join) =>
      join.onRef('seats.userId', '=', 'users.id').onRef('seats.roomId', '=', 'attendees.roomId'),
    )
    .select(['users.id', 'users.name', 'users.searchName', 'seats.roomId as inside'])
    .select(({ selectFrom }) =>
      selectFrom('calls')
        .select('status')
        .whereRef('calls.roomId', '=', 'attendees.roomId')
        .whereRef('calls.calleeId', '=', 'users.id')
        .orderBy('calls.createdAt', 'desc')
        .orderBy('calls.id', 'desc')
        .limit(atMost(1))
        .as('ring'),
    )
    .where('attendees.roomId', '=', roomId)
    .orderBy('users.searchName')
    .orderBy('users.id')
    .limit(atMost(limit))
  if (after !== null) {
    query = query.where(({ eb, and, or }) =>
      or([
        eb('users.searchName', '>', after.key),
        and([eb('users.searchName', '=', after.key), eb('users.id', '>', after.id)]),
      ]),
    )
  }
  const rows = await query.execute()
  return rows.map(({ id, name, searchName, inside, ring }) => ({
    user: { id, name },
    searchName,
    status: inside !== null ? 'inRoom' : ((ring && BY_CALL[ring]) ?? 'scheduled'),
  }))
}
