// Queries about rooms, their members and the seats taken in them.
import { sql } from 'kysely'
import type { Participant, Removal, Role, Room, RoomSnapshot, User } from '../../shared/protocol/things.ts'
import type { DeviceKey } from '../effects.ts'
import { atMost, literal } from './literal.ts'
import { prepared, wholeRow, type Values } from './prepared.ts'
import { allowedOf, membersMayOf, membersMaySetOf, stoppedOf, withStoppers, type StopperNames } from './rightRows.ts'
import { scheduleOf } from './scheduleRows.ts'
import type { Db } from './store.ts'
import type { Tables } from './tables.ts'
import { toUser } from './userRows.ts'

export type SeatRow = Tables['seats']
export type RoomRow = Tables['rooms']

/** Who sat down first, within one millisecond. */
const seatOrder = sql`seats.rowid`

const withoutSchedule = (row: RoomRow): Omit<Room, 'schedule'> => ({
  id: row.id,
  code: row.code,
  kind: row.kind,
  name: row.name,
  ownerId: row.ownerId,
  status: row.status,
  createdAt: row.createdAt,
  ...(row.endedAt === null ? {} : { endedAt: row.endedAt }),
  settings: {
    whoMayInvite: row.whoMayInvite,
    membersMay: membersMayOf(row),
    locked: row.locked === 1,
    lobby: row.lobby === 1,
    guestsAllowed: row.guestsAllowed === 1,
    guestsWait: row.guestsWait === 1,
    hasPassword: row.passwordHash !== null,
  },
  version: row.version,
})

/** The room as clients know it, always whole: they replace what they have by it. */
export async function toRoom(db: Db, row: RoomRow): Promise<Room> {
  const schedule = await scheduleOf(db, row)
  return {
    ...withoutSchedule(row),
    ...(schedule === undefined ? {} : { schedule }),
    ...(await membersMaySetOf(db, row)),
  }
}

const roomById = prepared((db, value: Values<{ roomId: string }>) =>
  db.selectFrom('rooms').selectAll().where('id', '=', value('roomId')),
)

export async function findRoom(db: Db, roomId: string): Promise<RoomRow | null> {
  return roomById.first(db, { roomId })
}

/** The room that has this code now, else the last one that had it. */
export async function findRoomByCode(db: Db, code: string): Promise<RoomRow | null> {
  const rows = await db
    .selectFrom('rooms')
    .selectAll()
    .where('code', '=', code)
    .orderBy('createdAt', 'desc')
    .limit(atMost(20))
    .execute()
  return rows.find((row) => row.status !== 'ended') ?? rows[0] ?? null
}

export async function isLiveCode(db: Db, code: string): Promise<boolean> {
  const row = await db
    .selectFrom('rooms')
    .select('id')
    .where('code', '=', code)
    .where('status', '<>', literal('ended'))
    .executeTakeFirst()
  return row !== undefined
}

export async function insertRoom(db: Db, room: RoomRow): Promise<void> {
  await db.insertInto('rooms').values(room).execute()
}

export async function updateRoom(db: Db, roomId: string, fields: Partial<RoomRow>): Promise<void> {
  await db.updateTable('rooms').set(fields).where('id', '=', roomId).execute()
}

const participantVersions = prepared((db, value: Values<{ roomId: string }>) =>
  db
    .updateTable('rooms')
    .set(({ eb }) => ({ participantVersion: eb('participantVersion', '+', 1) }))
    .where('id', '=', value('roomId'))
    .returning('participantVersion'),
)

/** The next number of the room's own counter of participant changes. */
export async function nextParticipantVersion(db: Db, roomId: string): Promise<number> {
  const row = await participantVersions.first(db, { roomId })
  if (row === null) throw new Error(`room ${roomId} does not exist`)
  return row.participantVersion
}

const seatByUser = prepared((db, value: Values<{ userId: string }>) =>
  db.selectFrom('seats').selectAll().where('userId', '=', value('userId')),
)

export async function seatOf(db: Db, userId: string): Promise<SeatRow | null> {
  return seatByUser.first(db, { userId })
}

const seatsByRoom = prepared((db, value: Values<{ roomId: string }>) =>
  db.selectFrom('seats').selectAll().where('roomId', '=', value('roomId')).orderBy('joinedAt').orderBy(seatOrder),
)

export async function seatsIn(db: Db, roomId: string): Promise<SeatRow[]> {
  return seatsByRoom.all(db, { roomId })
}

const seatUpsert = prepared((db, value: Values<SeatRow>) => {
  const row = wholeRow(value, {
    userId: true,
    roomId: true,
    deviceId: true,
    joinedAt: true,
    connected: true,
    droppedAt: true,
    microphone: true,
    camera: true,
    mutedBy: true,
    mutedVersion: true,
    screen: true,
    cameraStoppedBy: true,
    cameraStoppedVersion: true,
    screenStoppedBy: true,
    screenStoppedVersion: true,
    allowed: true,
    handRaisedAt: true,
    handVersion: true,
    version: true,
  })
  return db
    .insertInto('seats')
    .values(row)
    .onConflict((conflict) => conflict.column('userId').doUpdateSet(row))
})

export async function putSeat(db: Db, seat: SeatRow): Promise<void> {
  await seatUpsert.all(db, seat)
}

export async function updateSeat(db: Db, userId: string, fields: Partial<SeatRow>): Promise<void> {
  await db.updateTable('seats').set(fields).where('userId', '=', userId).execute()
}

export async function deleteSeat(db: Db, userId: string): Promise<void> {
  await db.deleteFrom('seats').where('userId', '=', userId).execute()
}

const seatedUsers = prepared((db) => db.selectFrom('seats').select('userId'))

export async function usersWithSeats(db: Db): Promise<Set<string>> {
  const rows = await seatedUsers.all(db, {})
  return new Set(rows.map((row) => row.userId))
}

/** The role somebody has when they come (back) in, and what is held against them; null when they never were inside. */
export async function findMember(db: Db, roomId: string, userId: string): Promise<Tables['members'] | null> {
  const row = await db
    .selectFrom('members')
    .selectAll()
    .where('roomId', '=', roomId)
    .where('userId', '=', userId)
    .executeTakeFirst()
  return row ?? null
}

export async function memberRole(db: Db, roomId: string, userId: string): Promise<Role | null> {
  const row = await db
    .selectFrom('members')
    .select('role')
    .where('roomId', '=', roomId)
    .where('userId', '=', userId)
    .executeTakeFirst()
  return row?.role ?? null
}

const memberUpsert = prepared((db, value: Values<Tables['members']>) =>
  db
    .insertInto('members')
    .values({
      ...wholeRow(value, {
        roomId: true,
        userId: true,
        role: true,
        firstJoinedAt: true,
        removedBy: true,
        mayReturn: true,
      }),
    })
    .onConflict((conflict) =>
      conflict
        .columns(['roomId', 'userId'])
        .doUpdateSet({ role: value('role'), removedBy: value('removedBy'), mayReturn: value('mayReturn') }),
    ),
)

type Member = Pick<Tables['members'], 'roomId' | 'userId' | 'role' | 'firstJoinedAt'>

/** Somebody who is inside, or owned the room; what was held against them is forgotten. */
export async function putMember(db: Db, member: Member): Promise<void> {
  await memberUpsert.all(db, { ...member, removedBy: null, mayReturn: 1 })
}

export async function updateMember(
  db: Db,
  { roomId, userId }: Pick<Member, 'roomId' | 'userId'>,
  fields: Partial<Pick<Tables['members'], 'role' | 'removedBy' | 'mayReturn'>>,
): Promise<void> {
  await db.updateTable('members').set(fields).where('roomId', '=', roomId).where('userId', '=', userId).execute()
}

/** Removed from this room, and not let back in. */
export async function isBarred(db: Db, roomId: string, userId: string): Promise<boolean> {
  const row = await db
    .selectFrom('members')
    .select('mayReturn')
    .where('roomId', '=', roomId)
    .where('userId', '=', userId)
    .executeTakeFirst()
  return row?.mayReturn === 0
}

/** Running rooms this user was removed from and has not been in since. */
export async function removalsOf(db: Db, userId: string): Promise<(Removal & { roomId: string })[]> {
  const rows = await db
    .selectFrom('members')
    .innerJoin('rooms', 'rooms.id', 'members.roomId')
    .innerJoin('users', 'users.id', 'members.removedBy')
    .select(['members.roomId', 'members.mayReturn', 'users.id', 'users.name'])
    .where('members.userId', '=', userId)
    .where('members.removedBy', 'is not', null)
    .where('rooms.status', '=', literal('running'))
    .execute()
  return rows.map(({ roomId, mayReturn, id, name }) => ({ roomId, by: { id, name }, mayReturn: mayReturn === 1 }))
}

const participants = (db: Db) =>
  withStoppers(db)
    .innerJoin('users', 'users.id', 'seats.userId')
    .innerJoin('members', (join) =>
      join.onRef('members.roomId', '=', 'seats.roomId').onRef('members.userId', '=', 'seats.userId'),
    )
    .leftJoin('users as muters', 'muters.id', 'seats.mutedBy')
    .selectAll('seats')
    .select(['users.name', 'users.guestOf', 'members.role', 'muters.name as muterName'])
    .select(['cameraStoppers.name as cameraStopper', 'screenStoppers.name as screenStopper'])

type ParticipantRow = SeatRow &
  StopperNames & { name: string; guestOf: string | null; role: Role; muterName: string | null }

const mutedOf = ({ mutedBy, mutedVersion, muterName }: ParticipantRow): Pick<Participant, 'muted'> =>
  mutedBy === null || mutedVersion === null || muterName === null
    ? {}
    : { muted: { by: { id: mutedBy, name: muterName }, version: mutedVersion } }

const handOf = ({ handRaisedAt, handVersion }: SeatRow): Pick<Participant, 'hand'> =>
  handRaisedAt === null || handVersion === null ? {} : { hand: { raisedAt: handRaisedAt, order: handVersion } }

const toParticipant = (row: ParticipantRow): Participant => ({
  roomId: row.roomId,
  user: toUser({ ...row, id: row.userId }),
  deviceId: row.deviceId,
  role: row.role,
  joinedAt: row.joinedAt,
  connected: row.connected === 1,
  microphone: row.microphone === 1,
  camera: row.camera === 1,
  screen: row.screen === 1,
  ...mutedOf(row),
  ...stoppedOf(row),
  ...allowedOf(row),
  ...handOf(row),
  version: row.version,
})

const participantByUser = prepared((db, value: Values<{ roomId: string; userId: string }>) =>
  participants(db).where('seats.userId', '=', value('userId')).where('seats.roomId', '=', value('roomId')),
)

/** The participant who has a seat in this room; null when there is none. */
export async function findParticipant(db: Db, roomId: string, userId: string): Promise<Participant | null> {
  const row = await participantByUser.first(db, { roomId, userId })
  return row === null ? null : toParticipant(row)
}

const participantsByRoom = prepared((db, value: Values<{ roomId: string }>) =>
  participants(db).where('seats.roomId', '=', value('roomId')).orderBy('seats.joinedAt').orderBy(seatOrder),
)

/** Everybody inside, longest present first. */
export async function participantsIn(db: Db, roomId: string): Promise<Participant[]> {
  return (await participantsByRoom.all(db, { roomId })).map(toParticipant)
}

export async function snapshotOf(db: Db, roomId: string): Promise<RoomSnapshot> {
  const row = await findRoom(db, roomId)
  if (row === null) throw new Error(`room ${roomId} does not exist`)
  return { room: await toRoom(db, row), participants: await participantsIn(db, roomId) }
}

export type Inside = { inside: User[]; insideCount: number }

/** The first five faces of a room, guests after those one knows, and how many there are. */
export async function insideOf(db: Db, roomId: string): Promise<Inside> {
  const everybody = (await participantsIn(db, roomId)).map((participant) => participant.user)
  const inOrder = [...everybody.filter(({ guest }) => !guest), ...everybody.filter(({ guest }) => guest)]
  return { inside: inOrder.slice(0, 5), insideCount: everybody.length }
}

/** Running meetings this user owns, was in, was rung into or is an attendee of, and may enter; newest first. */
export async function runningRoomsOf(db: Db, userId: string, limit: number): Promise<RoomRow[]> {
  return db
    .selectFrom('rooms')
    .selectAll()
    .where('status', '=', literal('running'))
    .where('kind', '=', 'meeting')
    .where(({ eb, or, selectFrom }) =>
      or([
        eb('ownerId', '=', userId),
        eb('id', 'in', selectFrom('members').select('roomId').where('userId', '=', userId)),
        eb('id', 'in', selectFrom('attendees').select('roomId').where('userId', '=', userId)),
        eb('id', 'in', selectFrom('calls').select('roomId').where('calleeId', '=', userId)),
      ]),
    )
    .where(({ not, exists, selectFrom }) =>
      not(
        exists(
          selectFrom('members')
            .select('members.roomId')
            .whereRef('members.roomId', '=', 'rooms.id')
            .where('members.userId', '=', userId)
            .where('members.mayReturn', '=', 0),
        ),
      ),
    )
    .orderBy('createdAt', 'desc')
    .orderBy('id')
    .limit(atMost(limit))
    .execute()
}

export async function wasRungInto(db: Db, roomId: string, userId: string): Promise<boolean> {
  const row = await db
    .selectFrom('calls')
    .select('id')
    .where('calleeId', '=', userId)
    .where('roomId', '=', roomId)
    .limit(atMost(1))
    .executeTakeFirst()
  return row !== undefined
}

export const seatDevices = (seats: readonly SeatRow[]): DeviceKey[] =>
  seats.map(({ userId, deviceId }) => ({ userId, deviceId }))
