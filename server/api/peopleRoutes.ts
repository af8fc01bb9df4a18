// `/people`: accounts and whether they can be reached.
import { z } from 'zod'
import { failure, success, type Result } from '../../shared/protocol/result.ts'
import { idSchema } from '../../shared/protocol/things.ts'
import { setDisabled } from '../people/administration.ts'
import { audit } from '../people/audit.ts'
import { findListedAccount, pageOfAccounts, renameUser } from '../storage/apiListRows.ts'
import { seatOf, usersWithSeats } from '../storage/roomRows.ts'
import type { Work } from '../storage/store.ts'
import { insertUser } from '../storage/userRows.ts'
import { cursorSchema, limitSchema, route, type ApiAsking, type ApiRoute, type ApiTools } from './route.ts'
import { apiPersonSchema, nextCursorSchema, pageOf, personOf, positionOf, type ApiPerson } from './things.ts'

const personAnswer = z.object({ person: apiPersonSchema })
const nameSchema = z.string().trim().min(1).max(120)
const loginSchema = z
  .string()
  .trim()
  .toLowerCase()
  .regex(/^[\p{L}\p{N}][\p{L}\p{N}._@-]{0,119}$/u, 'letters, digits and . _ @ -')

type PersonAnswer = Result<{ person: ApiPerson }>

export function peopleRoutes(tools: ApiTools): ApiRoute[] {
  const { store, presence, ringTools } = tools

  const find =
    ({ db, now }: Pick<Work, 'db' | 'now'> | { db: Parameters<typeof findListedAccount>[0]; now: number }) =>
    async (id: string): Promise<PersonAnswer> => {
      const row = await findListedAccount(db, id)
      if (row === null) return failure('unknownUser', 'There is no such account.', { field: 'id' })
      return success({ person: personOf(row, (await seatOf(db, id)) !== null, presence, now) })
    }

  async function add(unit: Work, asking: ApiAsking, input: { login: string; name: string }, passwordHash: string) {
    const id = ringTools.entropy.uuid()
    const added = await insertUser(unit.db, { ...input, id, passwordHash, demo: false, createdAt: unit.now })
    if (!added) return failure('conflict', `There is an account "${input.login}" already.`, { field: 'login' })
    await audit(unit, { action: 'account.created', actor: asking.actor, subjectId: id, address: asking.address })
    return find(unit)(id)
  }

  async function change(
    unit: Work,
    { actor, address }: ApiAsking,
    input: { id: string; name?: string; disabled?: boolean },
  ) {
    const { id, name, disabled } = input
    const found = await find(unit)(id)
    if (!found.ok) return found
    if (name !== undefined && name !== found.value.person.name) {
      await renameUser(unit.db, id, name)
      await audit(unit, { action: 'account.renamed', actor, subjectId: id, address })
    }
    if (disabled === true && found.value.person.role === 'administrator')
      return failure('notAllowed', 'A program cannot disable an administrator.', { field: 'disabled' })
    if (disabled !== undefined) {
      const set = await setDisabled(unit, { userId: id, actor, disabled })
      if (!set.ok) return set
    }
    return find(unit)(id)
  }

  return [
    route({
      method: 'GET',
      path: '/people',
      scope: 'people:read',
      summary: 'Everybody with an account, by name',
      input: z.strictObject({
        query: z.string().trim().max(120).default('').describe('Part of a name or of a login'),
        cursor: cursorSchema,
        limit: limitSchema,
      }),
      answer: z.object({ people: z.array(apiPersonSchema), nextCursor: nextCursorSchema }),
      errors: ['invalid'],
      carryOut: (_asking, { query, cursor, limit }) =>
        store.read(async (db, now) => {
          const after = positionOf(cursor)
          if (!after.ok) return after
          const rows = await pageOfAccounts(db, { query, after: after.value, limit: limit + 1 })
          const { shown, nextCursor } = pageOf(rows, limit, (row) => ({ key: row.searchName, id: row.id }))
          const seated = await usersWithSeats(db)
          return success({ people: shown.map((row) => personOf(row, seated.has(row.id), presence, now)), nextCursor })
        }),
    }),
    route({
      method: 'GET',
      path: '/people/:id',
      scope: 'people:read',
      summary: 'One person, and whether they can be reached',
      input: z.strictObject({ id: idSchema }),
      answer: personAnswer,
      errors: ['unknownUser'],
      carryOut: (_asking, { id }) => store.read((db, now) => find({ db, now })(id)),
    }),
    route({
      method: 'POST',
      path: '/people',
      scope: 'people:write',
      summary:
        'Make an account; nobody knows its password, so an administrator sets one or the person comes by an invitation',
      input: z.strictObject({ login: loginSchema, name: nameSchema }),
      answer: personAnswer,
      status: 201,
      repeatable: true,
      errors: ['invalid', 'conflict'],
      async carryOut(asking, input) {
        const unguessable = Buffer.from(ringTools.entropy.bytes(32)).toString('base64url')
        const hash = await tools.hashPassword(unguessable)
        return asking.change<{ person: ApiPerson }>((unit) => add(unit, asking, input, hash))
      },
    }),
    route({
      method: 'PATCH',
      path: '/people/:id',
      scope: 'people:write',
      summary: 'Rename somebody, or disable or enable their account; what is left out stays',
      input: z.strictObject({ id: idSchema, name: nameSchema.optional(), disabled: z.boolean().optional() }),
      answer: personAnswer,
      errors: ['invalid', 'unknownUser', 'notAllowed'],
      carryOut: (asking, input) => asking.change<{ person: ApiPerson }>((unit) => change(unit, asking, input)),
    }),
  ]
}
