// `/audit`: what was done, for the programs that watch over it.
import { z } from 'zod'
import { auditFilterSchema, auditRowSchema } from '../../shared/protocol/reach.ts'
import { success } from '../../shared/protocol/result.ts'
import { listAudit } from '../people/auditLog.ts'
import { limitSchema, route, type ApiRoute, type ApiTools } from './route.ts'
import { nextCursorSchema } from './things.ts'

const timeTextSchema = z.coerce.number().int().min(0).optional()

export function auditRoutes({ store }: ApiTools): ApiRoute[] {
  return [
    route({
      method: 'GET',
      path: '/audit',
      scope: 'audit:read',
      summary: 'The audit log, the newest entry first',
      input: z.strictObject({
        ...auditFilterSchema.shape,
        userId: auditFilterSchema.shape.userId.describe('Did it, or had it done to them'),
        from: timeTextSchema.describe('From this time on, ms since the epoch'),
        to: timeTextSchema.describe('Before this time, ms since the epoch'),
        cursor: z
          .string()
          .regex(/^[1-9]\d{0,14}$/)
          .optional(),
        limit: limitSchema,
      }),
      answer: z.object({ entries: z.array(auditRowSchema), nextCursor: nextCursorSchema }),
      errors: ['invalid'],
      async carryOut(_asking, { cursor, ...filter }) {
        const after = cursor === undefined ? undefined : Number(cursor)
        const { entries, nextAfter } = await store.read((db) => listAudit(db, { ...filter, after }))
        return success({ entries, nextCursor: nextAfter === null ? null : String(nextAfter) })
      },
    }),
  ]
}
