// People, rooms and calls as the HTTP API shows them, and pages of them.
import { z } from 'zod'
import { seenBy } from '../../shared/call/call.ts'
import { ringGroupSchema } from '../../shared/protocol/integrations.ts'
import { failure, success, type Failure, type Result } from '../../shared/protocol/result.ts'
import {
  callSchema,
  idSchema,
  presenceSchema,
  roleSchema,
  roomSchema,
  timeSchema,
  userSchema,
  type Call,
  type Participant,
} from '../../shared/protocol/things.ts'
import type { PresenceBoard } from '../people/presence.ts'
import type { AccountListing } from '../storage/apiListRows.ts'
import { decodeCursor, encodeCursor, type Position } from '../storage/cursor.ts'
import type { RoomRow } from '../storage/roomRows.ts'

export const apiPersonSchema = z.object({
  id: idSchema,
  login: z.string(),
  name: z.string(),
  role: z.enum(['user', 'administrator']),
  disabled: z.boolean(),
  presence: presenceSchema,
  createdAt: timeSchema,
  lastSeenAt: timeSchema.optional(),
})
export type ApiPerson = z.infer<typeof apiPersonSchema>

export const personOf = (row: AccountListing, seated: boolean, presence: PresenceBoard, now: number): ApiPerson => ({
  id: row.id,
  login: row.login,
  name: row.name,
  role: row.role,
  disabled: row.disabledAt !== null,
  presence: presence.of(row.id, seated, row, now),
  createdAt: row.createdAt,
  ...(row.lastSeenAt === null ? {} : { lastSeenAt: row.lastSeenAt }),
})

export const apiRoomSchema = roomSchema.pick({
  id: true,
  code: true,
  kind: true,
  name: true,
  ownerId: true,
  status: true,
  createdAt: true,
  endedAt: true,
})
export type ApiRoom = z.infer<typeof apiRoomSchema>

export const roomOf = ({ id, code, kind, name, ownerId, status, createdAt, endedAt }: RoomRow): ApiRoom => ({
  ...{ id, code, kind, name, ownerId, status, createdAt },
  ...(endedAt === null ? {} : { endedAt }),
})

export const apiParticipantSchema = z.object({
  user: userSchema,
  role: roleSchema,
  joinedAt: timeSchema,
  connected: z.boolean(),
  microphone: z.boolean(),
  camera: z.boolean(),
  screen: z.boolean(),
})

export const participantOf = (one: Participant): z.infer<typeof apiParticipantSchema> => {
  const { user, role, joinedAt, connected, microphone, camera, screen } = one
  return { user, role, joinedAt, connected, microphone, camera, screen }
}

export const apiCallSchema = callSchema.omit({ extension: true, response: true, handledBy: true }).extend({
  /** What was said with it; of this token's own rings only. */
  message: z.string().optional(),
  /** What the callee answered to it. */
  response: z.string().optional(),
})
export type ApiCall = z.infer<typeof apiCallSchema>

/** As this token's caller may see it: what others wrote to each other is theirs. */
export function callOf(call: Call, serviceId: string): ApiCall {
  const { extension, response, handledBy: _, ...rest } = seenBy(call, serviceId)
  const own = call.caller.id === serviceId
  return {
    ...rest,
    ...(own && extension !== undefined ? { message: extension } : {}),
    ...(own && response !== undefined ? { response } : {}),
  }
}

export const apiGroupSchema = ringGroupSchema

const notOurs: Failure = failure('invalid', 'This page marker is not one of ours.', { field: 'cursor' })

/** Null for the first page. */
export function positionOf(cursor: string | undefined): Result<Position | null> {
  if (cursor === undefined) return success(null)
  const position = decodeCursor(cursor)
  return position === undefined ? notOurs : success(position)
}

/** The same for lists by time. */
export function placeOf(cursor: string | undefined): Result<{ createdAt: number; id: string } | null> {
  const position = positionOf(cursor)
  if (!position.ok || position.value === null) return position as Result<null>
  const { key, id } = position.value
  return /^\d{1,15}$/.test(key) ? success({ createdAt: Number(key), id }) : notOurs
}

/** `rows`: one more than fits, when there is more. */
export function pageOf<Row>(rows: readonly Row[], limit: number, at: (row: Row) => Position) {
  const shown = rows.slice(0, limit)
  const last = shown.at(-1)
  return { shown, nextCursor: rows.length > shown.length && last !== undefined ? encodeCursor(at(last)) : null }
}

export const nextCursorSchema = z.string().nullable()
