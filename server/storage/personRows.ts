// Queries for all that is kept about one person, in one place: for giving it out and for erasing it.
import { sql } from 'kysely'
import type { RoomRow } from './roomRows.ts'
import type { Db } from './store.ts'
import { searchable } from './userRows.ts'

export async function openRoomsOwnedBy(db: Db, ownerId: string): Promise<RoomRow[]> {
  return db.selectFrom('rooms').selectAll().where('ownerId', '=', ownerId).where('status', '<>', 'ended').execute()
}

/** So that no meeting of theirs is followed by another. */
export async function closeSeriesOf(db: Db, ownerId: string): Promise<void> {
  await db.updateTable('series').set({ open: 0 }).where('ownerId', '=', ownerId).execute()
}

export async function sessionsOf(db: Db, userId: string): Promise<string[]> {
  const rows = await db.selectFrom('sessions').select('deviceId').where('userId', '=', userId).execute()
  return rows.map(({ deviceId }) => deviceId)
}

/** Without hashes of passwords and tokens, and without names of others: they are theirs. */
export async function personRows(db: Db, userId: string) {
  type OwnTable =
    'devices' | 'contacts' | 'met' | 'blocks' | 'members' | 'identities' | 'seats' | 'waiting' | 'attendees'
  const own = async (table: OwnTable): Promise<object[]> =>
    db
      .selectFrom(table as 'devices')
      .selectAll()
      .where('userId', '=', userId)
      .execute()
  const user = await db.selectFrom('users').selectAll().where('id', '=', userId).executeTakeFirst()
  const sessions = await db
    .selectFrom('sessions')
    .select(['deviceId', 'createdAt', 'renewedAt', 'seenAt'])
    .where('userId', '=', userId)
    .execute()
  const rooms = await db
    .selectFrom('rooms')
    .select(['id', 'code', 'kind', 'name', 'status', 'createdAt', 'endedAt'])
    .where('ownerId', '=', userId)
    .execute()
  const series = await db.selectFrom('series').selectAll().where('ownerId', '=', userId).execute()
  // A ring that never reached them is not told of: that they let it not through is theirs to know, that it was made is not.
  const calls = await db
    .selectFrom('calls')
    .selectAll()
    .where(({ eb, or }) => or([eb('callerId', '=', userId), eb('calleeId', '=', userId)]))
    .where(({ eb, not, or, exists, selectFrom }) =>
      or([
        eb('callerId', '=', userId),
        not(exists(selectFrom('silencedCalls').select('callId').whereRef('silencedCalls.callId', '=', 'calls.id'))),
      ]),
    )
    .orderBy('createdAt')
    .execute()
  const chat = await db
    .selectFrom('chatMessages')
    .selectAll()
    .where(({ eb, or }) => or([eb('fromId', '=', userId), eb('toId', '=', userId)]))
    .orderBy('at')
    .execute()
  const requests = await db
    .selectFrom('requests')
    .selectAll()
    .where(({ eb, or }) => or([eb('fromId', '=', userId), eb('toId', '=', userId)]))
    .execute()
  return {
    user,
    devices: await own('devices'),
    sessions,
    contacts: await own('contacts'),
    identities: await own('identities'),
    met: await own('met'),
    blocks: await own('blocks'),
    members: await own('members'),
    seats: await own('seats'),
    waiting: await own('waiting'),
    attendees: await own('attendees'),
    mayRingEverybody: await db.selectFrom('ringAllowed').select('userId').where('userId', '=', userId).execute(),
    rooms,
    series,
    calls,
    chat,
    requests,
  }
}

/** The login of somebody erased holds a space, so that nobody can sign in with it or have it. */
export async function eraseUser(
  db: Db,
  { userId, name, at }: { userId: string; name: string; at: number },
): Promise<void> {
  await db.deleteFrom('credentials').where('userId', '=', userId).execute()
  await db.deleteFrom('sessions').where('userId', '=', userId).execute()
  await db.deleteFrom('devices').where('userId', '=', userId).execute()
  await db.deleteFrom('commandOutcomes').where('userId', '=', userId).execute()
  await db.deleteFrom('identities').where('userId', '=', userId).execute()
  await db.deleteFrom('invitations').where('userId', '=', userId).execute()
  await db.deleteFrom('ringAllowed').where('userId', '=', userId).execute()
  for (const table of ['seriesAttendees', 'attendees', 'waiting', 'denials'] as const)
    await db.deleteFrom(table).where('userId', '=', userId).execute()
  const either = { contacts: 'contactId', met: 'otherId', blocks: 'blockedId' } as const
  for (const table of ['contacts', 'met', 'blocks'] as const) {
    await db.deleteFrom(table).where('userId', '=', userId).execute()
    await db
      .deleteFrom(table)
      .where(either[table] as never, '=', userId as never)
      .execute()
  }
  // What they wrote into a ring is theirs as well; what others wrote to them is not.
  await db.updateTable('calls').set({ extension: null }).where('callerId', '=', userId).execute()
  await db.updateTable('calls').set({ response: null }).where('calleeId', '=', userId).execute()
  // Meetings and calls between two are often named after who began them.
  const before = await db.selectFrom('users').select('name').where('id', '=', userId).executeTakeFirst()
  await db
    .updateTable('rooms')
    .set({ name: sql<string>`replace(name, ${before?.name ?? name}, ${name})` })
    .where(({ eb, and, or, selectFrom }) =>
      or([
        eb('ownerId', '=', userId),
        and([
          eb('kind', '=', 'direct'),
          eb('id', 'in', selectFrom('calls').select('roomId').where('calleeId', '=', userId)),
        ]),
      ]),
    )
    .execute()
  await db
    .updateTable('series')
    .set({ name: sql<string>`replace(name, ${before?.name ?? name}, ${name})` })
    .where('ownerId', '=', userId)
    .execute()
  await db
    .updateTable('users')
    .set({
      name,
      login: `erased ${userId}`,
      searchName: searchable(name),
      lastSeenAt: null,
      declineWhenBusy: 0,
      doNotDisturbUntil: null,
      whoMayRing: 'nobody',
      role: 'user',
      disabledAt: at,
      erasedAt: at,
    })
    .where('id', '=', userId)
    .execute()
}
