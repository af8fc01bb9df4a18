// `/calls`: ringing people into a meeting, and what became of it.
import { z } from 'zod'
import { CALLEES_MAX, RING_SECONDS_DEFAULT, RING_SECONDS_MAX, RING_SECONDS_MIN } from '../../shared/call/limits.ts'
import { strategySchema } from '../../shared/protocol/integrations.ts'
import { failure, success } from '../../shared/protocol/result.ts'
import { idSchema, mediaKindSchema, payloadSchema, roomNameSchema } from '../../shared/protocol/things.ts'
import { callsInRoom, findCall } from '../storage/callRows.ts'
import { groupOfCall, toRingGroup } from '../storage/ringGroupRows.ts'
import { findRoom } from '../storage/roomRows.ts'
import { cancelCall, ringIntoNewRoom, ringIntoRoom, type RingAnswer } from './ringing.ts'
import { cursorSchema, limitSchema, route, type ApiRoute, type ApiTools } from './route.ts'
import { apiCallSchema, apiGroupSchema, apiRoomSchema, callOf, nextCursorSchema, pageOf, placeOf } from './things.ts'

const wishShape = {
  calleeIds: z.array(idSchema).max(CALLEES_MAX).default([]).describe('Whom to ring, by id'),
  logins: z
    .array(z.string().trim().toLowerCase().min(1).max(120))
    .max(CALLEES_MAX)
    .default([])
    .describe('And by login'),
  media: mediaKindSchema.default('audio'),
  timeoutSeconds: z
    .number()
    .int()
    .min(RING_SECONDS_MIN)
    .max(RING_SECONDS_MAX)
    .default(RING_SECONDS_DEFAULT)
    .describe('How long each of them rings'),
  message: payloadSchema.optional().describe('Shown on the ring'),
  strategy: strategySchema.default('all'),
} as const

const resultSchema = z.object({
  calleeId: idSchema.optional(),
  login: z.string().optional(),
  outcome: z.enum([
    'success',
    'alreadyInCalling',
    'alreadyInRoom',
    'notAllowed',
    'unknownUser',
    'rateLimited',
    'waiting',
    'notNeeded',
  ]),
  call: apiCallSchema.optional(),
})
export type ApiRingResult = z.infer<typeof resultSchema>

const ringAnswerSchema = z.object({
  room: apiRoomSchema,
  results: z.array(resultSchema),
  /** With every strategy but `all`. */
  group: apiGroupSchema.nullable(),
})
const callAnswerSchema = z.object({ call: apiCallSchema, group: apiGroupSchema.nullable() })

export function callRoutes(tools: ApiTools): ApiRoute[] {
  const { store } = tools
  return [
    route({
      method: 'POST',
      path: '/calls',
      scope: 'calls:write',
      summary: 'Ring people into a new meeting made for it, which the first to come looks after',
      input: z.strictObject({ ...wishShape, title: roomNameSchema.optional().describe('The name of the meeting') }),
      answer: ringAnswerSchema,
      status: 201,
      repeatable: true,
      errors: ['invalid', 'tooLarge', 'unknownUser', 'notAllowed', 'conflict'],
      carryOut: (asking, { title, ...wish }) =>
        asking.change<RingAnswer>((unit) => ringIntoNewRoom(unit, asking, { ...wish, title }, tools)),
    }),
    route({
      method: 'POST',
      path: '/rooms/:id/calls',
      scope: 'calls:write',
      summary: 'Ring people into a meeting that runs',
      input: z.strictObject({ ...wishShape, id: idSchema }),
      answer: ringAnswerSchema,
      status: 201,
      repeatable: true,
      errors: [
        'invalid',
        'tooLarge',
        'unknownRoom',
        'roomEnded',
        'roomLocked',
        'unknownUser',
        'notAllowed',
        'conflict',
      ],
      carryOut: (asking, { id, ...wish }) =>
        asking.change<RingAnswer>((unit) => ringIntoRoom(unit, asking, { ...wish, roomId: id }, tools)),
    }),
    route({
      method: 'GET',
      path: '/calls/:id',
      scope: 'calls:read',
      summary: 'One call, and the group it belongs to when several were rung for one answer',
      input: z.strictObject({ id: idSchema }),
      answer: callAnswerSchema,
      errors: ['unknownCall'],
      carryOut: ({ token }, { id }) =>
        store.read(async (db) => {
          const call = await findCall(db, id)
          if (call === null) return failure('unknownCall', 'There is no such call.')
          const group = await groupOfCall(db, id, token.id)
          const shown = group === null ? null : await toRingGroup(db, group)
          return success({ call: callOf(call, token.serviceId), group: shown })
        }),
    }),
    route({
      method: 'DELETE',
      path: '/calls/:id',
      scope: 'calls:write',
      summary: 'Take back a ring of this token, with the others of its group; one that has ended stays as it is',
      input: z.strictObject({ id: idSchema }),
      answer: callAnswerSchema,
      errors: ['unknownCall', 'notAllowed'],
      carryOut: (asking, { id }) =>
        asking.change<z.input<typeof callAnswerSchema>>((unit) => cancelCall(unit, asking, id)),
    }),
    route({
      method: 'GET',
      path: '/rooms/:id/calls',
      scope: 'calls:read',
      summary: 'All that rang into a room, the newest first',
      input: z.strictObject({ id: idSchema, cursor: cursorSchema, limit: limitSchema }),
      answer: z.object({ calls: z.array(apiCallSchema), nextCursor: nextCursorSchema }),
      errors: ['invalid', 'unknownRoom'],
      carryOut: ({ token }, { id, cursor, limit }) =>
        store.read(async (db) => {
          const before = placeOf(cursor)
          if (!before.ok) return before
          if ((await findRoom(db, id)) === null) return failure('unknownRoom', 'There is no such meeting.')
          const rows = await callsInRoom(db, { roomId: id, before: before.value, limit: limit + 1 })
          const { shown, nextCursor } = pageOf(rows, limit, (call) => ({ key: String(call.createdAt), id: call.id }))
          return success({ calls: shown.map((call) => callOf(call, token.serviceId)), nextCursor })
        }),
    }),
  ]
}
