// `/rooms`: meetings and who is in them.
import { z } from 'zod'
import { failure, success } from '../../shared/protocol/result.ts'
import { idSchema, roomNameSchema } from '../../shared/protocol/things.ts'
import { audit } from '../people/audit.ts'
import { endRoom } from '../rooms/endRoom.ts'
import { findLiveRoom, newRoom, openRoom } from '../rooms/roomDesk.ts'
import { pageOfRooms } from '../storage/apiListRows.ts'
import { findRoom, participantsIn, type RoomRow } from '../storage/roomRows.ts'
import type { Work } from '../storage/store.ts'
import { findUser, hasAccount } from '../storage/userRows.ts'
import { cursorSchema, limitSchema, route, type ApiAsking, type ApiRoute, type ApiTools } from './route.ts'
import {
  apiParticipantSchema,
  apiRoomSchema,
  nextCursorSchema,
  pageOf,
  participantOf,
  placeOf,
  roomOf,
  type ApiRoom,
} from './things.ts'

const roomAnswer = z.object({ room: apiRoomSchema })
const KEEP_OPEN_SECONDS_DEFAULT = 15 * 60
const KEEP_OPEN_SECONDS_MAX = 24 * 60 * 60

/** A room that stays until then although nobody is in it yet. */
export async function openHeldRoom(
  unit: Work,
  asking: ApiAsking,
  { name, ownerId, heldMs }: { name: string; ownerId: string; heldMs: number },
  { ringTools }: ApiTools,
): Promise<RoomRow> {
  const fresh = await newRoom(unit, { kind: 'meeting', name, ownerId }, ringTools.entropy)
  const room: RoomRow = { ...fresh, heldUntil: unit.now + heldMs }
  await openRoom(unit, room)
  unit.effects.push({ kind: 'due', at: unit.now + heldMs })
  await audit(unit, { action: 'room.created', actor: asking.actor, roomId: room.id, address: asking.address })
  return room
}

export function roomRoutes(tools: ApiTools): ApiRoute[] {
  const { store } = tools

  async function create(
    unit: Work,
    asking: ApiAsking,
    { name, ownerId, keepOpenSeconds }: { name: string; ownerId: string; keepOpenSeconds: number },
  ) {
    const owner = await findUser(unit.db, ownerId)
    if (owner === null || !hasAccount(owner) || owner.disabledAt !== null)
      return failure('unknownUser', 'This person has no account here that could own a meeting.', { field: 'ownerId' })
    const room = await openHeldRoom(unit, asking, { name, ownerId, heldMs: keepOpenSeconds * 1000 }, tools)
    return success({ room: roomOf(room) })
  }

  async function end(unit: Work, { actor, address, token }: ApiAsking, id: string) {
    const live = await findLiveRoom(unit.db, id)
    if (!live.ok) return live
    await endRoom(unit, live.value, token.serviceId, { actor, address })
    return success({ room: roomOf({ ...live.value, status: 'ended', endedAt: unit.now }) })
  }

  return [
    route({
      method: 'GET',
      path: '/rooms',
      scope: 'rooms:read',
      summary: 'Meetings and calls between two, newest first',
      input: z.strictObject({
        status: z.enum(['running', 'scheduled', 'ended']).default('running'),
        cursor: cursorSchema,
        limit: limitSchema,
      }),
      answer: z.object({ rooms: z.array(apiRoomSchema), nextCursor: nextCursorSchema }),
      errors: ['invalid'],
      carryOut: (_asking, { status, cursor, limit }) =>
        store.read(async (db) => {
          const before = placeOf(cursor)
          if (!before.ok) return before
          const rows = await pageOfRooms(db, { status, before: before.value, limit: limit + 1 })
          const { shown, nextCursor } = pageOf(rows, limit, (row) => ({ key: String(row.createdAt), id: row.id }))
          return success({ rooms: shown.map(roomOf), nextCursor })
        }),
    }),
    route({
      method: 'GET',
      path: '/rooms/:id',
      scope: 'rooms:read',
      summary: 'One room, and who is inside',
      input: z.strictObject({ id: idSchema }),
      answer: z.object({ room: apiRoomSchema, participants: z.array(apiParticipantSchema) }),
      errors: ['unknownRoom'],
      carryOut: (_asking, { id }) =>
        store.read(async (db) => {
          const room = await findRoom(db, id)
          if (room === null) return failure('unknownRoom', 'There is no such meeting.')
          return success({ room: roomOf(room), participants: (await participantsIn(db, id)).map(participantOf) })
        }),
    }),
    route({
      method: 'POST',
      path: '/rooms',
      scope: 'rooms:write',
      summary: 'Open a meeting for somebody, with nobody in it yet',
      input: z.strictObject({
        name: roomNameSchema,
        ownerId: idSchema.describe('The person who looks after it'),
        keepOpenSeconds: z
          .number()
          .int()
          .min(30)
          .max(KEEP_OPEN_SECONDS_MAX)
          .default(KEEP_OPEN_SECONDS_DEFAULT)
          .describe('For how long it stays although nobody is in it'),
      }),
      answer: roomAnswer,
      status: 201,
      repeatable: true,
      errors: ['invalid', 'unknownUser', 'conflict'],
      carryOut: (asking, input) => asking.change<{ room: ApiRoom }>((unit) => create(unit, asking, input)),
    }),
    route({
      method: 'POST',
      path: '/rooms/:id/end',
      scope: 'rooms:write',
      summary: 'End a meeting for everybody, with whatever rings into it',
      input: z.strictObject({ id: idSchema }),
      answer: roomAnswer,
      repeatable: true,
      errors: ['unknownRoom', 'roomEnded', 'conflict'],
      carryOut: (asking, { id }) => asking.change<{ room: ApiRoom }>((unit) => end(unit, asking, id)),
    }),
  ]
}
