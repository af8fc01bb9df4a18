// The HTTP API for other programs: who may ask, and what of people and rooms.
import { limitsWith } from '../../server/limits.ts'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import fastify from 'fastify'
import { addApiV1, apiRoutes } from '../../server/api/api.ts'
import type { ApiTools } from '../../server/api/route.ts'
import { runTokenCommand } from '../../server/tokenCommands.ts'
import { SCOPES, type Scope } from '../../shared/protocol/integrations.ts'
import { makeAdministrator, openProgram, programWith } from '../support/api.ts'
import { openWorld, type World } from '../support/server.ts'

let world: World
beforeEach(async () => {
  world = await openWorld()
})
afterEach(() => world.close())

type Person = { id: string; login: string; name: string; disabled: boolean; presence: string }
const audited = (action: string) =>
  world.server.store.read((db) =>
    db
      .selectFrom('audit')
      .selectAll()
      .where('action', '=', action as never)
      .execute(),
  )

describe('tokens', () => {
  test('administrators make them, see them once, list them without them, and revoke them', async () => {
    const ann = await world.signIn('ann')
    await makeAdministrator(world, ann.id)
    const { token, apiToken } = await ann.does('apiToken.create', { name: 'On-call', scopes: ['people:read'] })
    expect(token).toMatch(/^parley_[\w-]{43}$/)
    expect(apiToken).toMatchObject({ name: 'On-call', scopes: ['people:read'], createdBy: ann.user })
    const program = programWith(world, token)
    expect((await program.asks('GET', '/people')).status).toBe(200)
    const { apiTokens } = await ann.does('apiToken.list', {})
    expect(apiTokens).toMatchObject([{ id: apiToken.id, lastUsedAt: world.now }])
    expect(JSON.stringify(apiTokens)).not.toContain(token)
    expect((await ann.does('apiToken.revoke', { tokenId: apiToken.id })).apiToken.revokedAt).toBe(world.now)
    expect((await program.asks('GET', '/people')).status).toBe(401)
    expect([await audited('apiToken.created'), await audited('apiToken.revoked')]).toMatchObject([
      [{ actorId: ann.id }],
      [{ actorId: ann.id }],
    ])
  })

  test('a plain user can make, see and revoke none', async () => {
    const ben = await world.signIn('ben')
    const { tokenId } = await openProgram(world)
    const answers = [
      await ben.ask('apiToken.create', { name: 'Mine', scopes: [...SCOPES] }),
      await ben.ask('apiToken.list', {}),
      await ben.ask('apiToken.revoke', { tokenId }),
      await ben.ask('webhook.create', { name: 'Mine', url: 'https://example.org', events: ['call.invited'] }),
      await ben.ask('webhook.list', {}),
    ]
    expect(answers.map((answer) => !answer.ok && answer.error.code)).toEqual(Array(5).fill('notAllowed'))
  })

  test('the token lies nowhere in the database, not even where answers are remembered', async () => {
    const ann = await world.signIn('ann')
    await makeAdministrator(world, ann.id)
    const asked = crypto.randomUUID()
    const wanted = { name: 'On-call', scopes: ['people:read' as const] }
    const first = await ann.ask('apiToken.create', wanted, asked)
    const again = await ann.ask('apiToken.create', wanted, asked)
    if (!first.ok || !again.ok) throw new Error('refused')
    expect(again.value, 'sent twice, made once').toEqual(first.value)
    const all = await world.server.store.read(async (db) => [
      await db.selectFrom('apiTokens').selectAll().execute(),
      await db.selectFrom('commandOutcomes').selectAll().execute(),
      await db.selectFrom('audit').selectAll().execute(),
    ])
    expect(JSON.stringify(all)).not.toContain(first.value.token.slice(7))
  })

  test('without a good one there is no way in', async () => {
    const gone = await openProgram(world, 'Short', SCOPES, world.now + 1_000)
    await world.advance(1_000)
    for (const token of ['', 'parley_', 'parley_nonsense', gone.token]) {
      const { status, headers, answer } = await programWith(world, token).asks('GET', '/people')
      expect([status, headers.get('www-authenticate')]).toEqual([401, 'Bearer realm="parley"'])
      expect(answer).toMatchObject({ ok: false, error: { code: 'unauthenticated' } })
    }
  })

  test('each route is closed to a token that has every scope but its own', async () => {
    const id = '00000000-0000-4000-8000-000000000000'
    const routes = apiRoutes({} as ApiTools)
    expect(routes.length).toBeGreaterThan(15)
    const without = new Map<Scope, Awaited<ReturnType<typeof openProgram>>>()
    for (const scope of SCOPES)
      without.set(
        scope,
        await openProgram(
          world,
          `No ${scope}`,
          SCOPES.filter((other) => other !== scope),
        ),
      )
    for (const { method, path, scope } of routes) {
      const { status, answer } = await without.get(scope)!.asks(method, path.replace(':id', id))
      expect([method, path, status]).toEqual([method, path, 403])
      expect(answer).toMatchObject({
        ok: false,
        error: { code: 'notAllowed', message: expect.stringContaining(scope) },
      })
    }
  })

  test('who asks too often is told when to come back, and nobody else is held up', async () => {
    await world.close()
    world = await openWorld({ config: { limits: limitsWith({ rates: { apiPerToken: { burst: 2, perMinute: 30 } } }) } })
    const [one, other] = [await openProgram(world, 'One'), await openProgram(world, 'Other')]
    await one.asks('GET', '/people')
    await one.asks('GET', '/people')
    const { status, headers, answer } = await one.asks('GET', '/people')
    expect([status, headers.get('retry-after')]).toEqual([429, '2'])
    expect(answer).toMatchObject({ error: { code: 'rateLimited', retryAfterMs: 2_000, retryable: true } })
    expect((await other.asks('GET', '/people')).status).toBe(200)
    await world.advance(2_000)
    expect((await one.asks('GET', '/people')).status).toBe(200)
  })

  test('are also made, listed and revoked at the command line', async () => {
    const { store } = world.server
    const run = async (...args: string[]) => {
      const lines = await runTokenCommand(store, args, world.now)
      return lines.ok ? lines.value : [lines.error.message]
    }
    const [token = ''] = await run('create', 'Alarm', 'people:read,calls:write', '30')
    expect((await programWith(world, token).asks('GET', '/people')).status).toBe(200)
    const [line = ''] = await run('list')
    expect(line).toMatch(/^[\w-]{36} {2}Alarm {2}people:read,calls:write {2}until 2026-12-21/)
    expect(await run('revoke', line.slice(0, 36))).toEqual(['Revoked Alarm.'])
    expect((await run('list'))[0]).toMatch(/revoked$/)
    expect((await programWith(world, token).asks('GET', '/people')).status).toBe(401)
    expect((await run('create', 'Alarm', 'everything'))[0]).toContain('scopes')
    expect((await run('dance'))[0]).toContain('token create <name> <scopes> [days]')
    expect(await audited('apiToken.created')).toMatchObject([{ actorKind: 'operator' }])
  })
})

describe('what is asked', () => {
  test('is refused with the field when it is not understood', async () => {
    const program = await openProgram(world)
    const refusals: [string, string, unknown, number, string | undefined][] = [
      ['GET', '/people?limit=0', undefined, 400, 'limit'],
      ['GET', '/people?cursor=nonsense', undefined, 400, 'cursor'],
      ['GET', '/people/nobody', undefined, 400, 'id'],
      ['GET', '/people/00000000-0000-4000-8000-000000000000', undefined, 404, 'id'],
      ['POST', '/people', { login: 'zoe' }, 400, 'name'],
      ['POST', '/people', { login: 'z o e', name: 'Zoe' }, 400, 'login'],
      ['POST', '/people', { login: 'ann', name: 'Ann' }, 409, 'login'],
      ['POST', '/people', ['zoe'], 400, undefined],
      ['POST', '/rooms', { name: 'x', ownerId: '00000000-0000-4000-8000-000000000000' }, 404, 'ownerId'],
      ['PATCH', '/people/00000000-0000-4000-8000-000000000000', { id: 'x' }, 400, 'id'],
    ]
    for (const [method, path, body, status, field] of refusals) {
      const answered = await program.asks(method, path, body)
      expect([method, path, answered.status]).toEqual([method, path, status])
      expect(answered.answer).toMatchObject({ ok: false, error: field === undefined ? {} : { field } })
    }
    expect((await program.asks('POST', '/people', { login: 'zoe', name: 'Zoe', admin: true })).status).toBe(400)
    expect((await program.asks('GET', '/nothing')).status).toBe(404)
  })
})

describe('people', () => {
  test('are found by name or login, page by page, with whether they can be reached', async () => {
    const ann = await world.signIn('ann')
    await ann.opensMeeting()
    const program = await openProgram(world)
    const { people } = await program.gets<{ people: Person[] }>('GET', '/people?query=ANN')
    expect(people).toMatchObject([{ id: ann.id, login: 'ann', presence: 'inMeeting', disabled: false }])
    const seen: string[] = []
    let cursor: string | null = ''
    while (cursor !== null) {
      const page: { people: Person[]; nextCursor: string | null } = await program.gets(
        'GET',
        `/people?limit=3${cursor && `&cursor=${cursor}`}`,
      )
      seen.push(...page.people.map(({ login }) => login))
      cursor = page.nextCursor
    }
    expect(new Set(seen).size).toBe(seen.length)
    expect(seen).toHaveLength(8)
  })

  test('get an account nobody can sign in to yet, are renamed, and are shut out and let in again', async () => {
    const program = await openProgram(world)
    const { person } = await program.gets<{ person: Person }>('POST', '/people', { login: 'Zoe', name: 'Zoe Lang' })
    expect(person).toMatchObject({ login: 'zoe', name: 'Zoe Lang', presence: 'offline' })
    expect(await audited('account.created')).toMatchObject([{ actorKind: 'token', subjectId: person.id }])

    const ann = await world.signIn('ann')
    const ben = await world.signIn('ben')
    const { room } = await ann.opensMeeting()
    await ann.rings(ben, room.id)
    await program.gets('PATCH', `/people/${ben.id}`, { name: 'Benjamin Osei', disabled: true })
    await ben.isCutOff()
    expect(await ann.hears('call.revokedByAdmin')).toMatchObject({ call: { reason: 'permissionLost' } })
    await expect(world.device('ben')).rejects.toThrow('do not belong together')
    const rung = await program.asks('POST', '/calls', { logins: ['ben'] })
    expect(rung.answer).toMatchObject({ ok: true, value: { results: [{ outcome: 'notAllowed' }] } })
    await program.gets('PATCH', `/people/${ben.id}`, { disabled: false })
    expect((await world.signIn('ben')).user.name).toBe('Benjamin Osei')
    expect(await audited('account.renamed')).toMatchObject([{ actorKind: 'token', subjectId: ben.id }])
    expect([await audited('account.disabled'), await audited('account.enabled')]).toMatchObject([[{}], [{}]])
  })

  test('who ring in a token’s name are nobody one finds, rings or invites', async () => {
    await openProgram(world, 'Ann bot')
    const ann = await world.signIn('ann')
    const service = await world.server.store.read((db) =>
      db.selectFrom('users').select('id').where('kind', '=', 'service').executeTakeFirstOrThrow(),
    )
    expect((await ann.does('people.list', { query: 'bot' })).people).toEqual([])
    const { room } = await ann.opensMeeting()
    const { results } = await ann.does('call.invite', { roomId: room.id, calleeIds: [service.id], media: 'audio' })
    expect(results).toMatchObject([{ outcome: 'notAllowed' }])
    const direct = await ann.ask('call.direct', {
      calleeId: service.id,
      media: 'audio',
      rtpCapabilities: null,
      leaveOther: true,
    })
    expect(direct).toMatchObject({ error: { code: 'unknownUser' } })
    const start = world.now + 3_600_000
    const plan = { name: 'x', startsAt: start, endsAt: start + 3_600_000, attendeeIds: [service.id] }
    expect(await ann.ask('room.schedule', plan)).toMatchObject({ error: { code: 'unknownUser' } })
  })
})

describe('rooms', () => {
  test('are opened for somebody, wait for them a while, and are ended for everybody', async () => {
    const ann = await world.signIn('ann')
    const program = await openProgram(world)
    const wanted = { name: 'Incident 7', ownerId: ann.id, keepOpenSeconds: 60 }
    const { room } = await program.gets<{ room: { id: string } }>('POST', '/rooms', wanted)
    await world.advance(50_000)
    await ann.joins(room.id)
    const listed = await program.gets<{ rooms: object[] }>('GET', '/rooms')
    expect(listed.rooms).toMatchObject([{ id: room.id, name: 'Incident 7', ownerId: ann.id, status: 'running' }])
    const got = await program.gets<{ participants: object[] }>('GET', `/rooms/${room.id}`)
    expect(got.participants).toMatchObject([{ user: { id: ann.id }, role: 'owner', connected: true }])
    const ended = await program.gets<{ room: object }>('POST', `/rooms/${room.id}/end`)
    expect(ended.room).toMatchObject({ status: 'ended', endedAt: world.now })
    await ann.hears('room.ended')
    expect((await program.asks('POST', `/rooms/${room.id}/end`)).status).toBe(409)
    expect(await program.gets('GET', '/rooms?status=ended')).toMatchObject({ rooms: [{ id: room.id }] })
  })

  test('nobody comes to end when their time is over', async () => {
    const ann = await world.device('ann')
    const program = await openProgram(world)
    const wanted = { name: 'Incident 7', ownerId: ann.id, keepOpenSeconds: 60 }
    const { room } = await program.gets<{ room: { id: string } }>('POST', '/rooms', wanted)
    const statusNow = async () =>
      (await program.gets<{ room: { status: string } }>('GET', `/rooms/${room.id}`)).room.status
    await world.advance(59_999)
    expect(await statusNow()).toBe('running')
    await world.advance(1)
    expect(await statusNow()).toBe('ended')
  })
})

test('the description names every route there is, with its input', async () => {
  const served: string[] = []
  const app = fastify()
  app.addHook('onRoute', ({ method, url }) => void (method !== 'HEAD' && served.push(`${String(method)} ${url}`)))
  await addApiV1(app, { version: '1' } as unknown as Parameters<typeof addApiV1>[1])
  const description = (await (await fetch(`${world.server.address}/api/v1/openapi.json`)).json()) as {
    openapi: string
    paths: Record<string, Record<string, { requestBody?: unknown; parameters: { name: string }[] }>>
  }
  const named = Object.entries(description.paths).flatMap(([path, methods]) =>
    Object.keys(methods).map((method) => `${method.toUpperCase()} /api/v1${path.replace(/\{(\w+)\}/g, ':$1')}`),
  )
  expect([...named, 'GET /api/v1/openapi.json'].sort()).toEqual(served.sort())
  expect(description.openapi).toBe('3.1.0')
  const ring = description.paths['/rooms/{id}/calls']?.['post']
  expect(JSON.stringify(ring?.requestBody)).toContain('timeoutSeconds')
  expect(ring?.parameters.map(({ name }) => name)).toEqual(['id', 'Idempotency-Key'])
})
