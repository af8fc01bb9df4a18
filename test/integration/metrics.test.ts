// What whoever runs the server can see of it: numbers without names, and whether somebody should be sent here now.
import { readFileSync } from 'node:fs'
import path from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { openWorld, type World } from '../support/server.ts'

const TOKEN = 'a token for the metrics'
let world: World
beforeEach(async () => {
  world = await openWorld({ config: { metricsToken: TOKEN } })
})
afterEach(() => world.close())

const ask = (path: string, headers: Record<string, string> = {}) => fetch(world.server.address + path, { headers })
const metrics = async () => (await ask('/metrics', { authorization: `Bearer ${TOKEN}` })).text()

test('rings are counted by how they ended, once each, and commands by their answers', async () => {
  const ann = await world.signIn('ann')
  const ben = await world.signIn('ben')
  await world.signIn('ben', 'Ben’s phone')
  const { room } = await ann.opensMeeting()
  await ben.declines(await ann.rings(ben, room.id))
  const run = await ann.rings(ben, room.id, { timeoutSeconds: 10 })
  await world.advance(11_000)
  await ann.hears('call.timeout', ({ call }) => call.id === run.id)
  await ben.ask('room.end', { roomId: room.id })
  const text = await metrics()
  expect(text).toContain('parley_connections 3\n')
  expect(text).toContain('parley_users_online 2\n')
  expect(text).toContain('parley_calls_ended_total{status="rejected",reason="rejected"} 1\n')
  expect(text).toMatch(/parley_calls_ended_total\{status="timeout",reason="\w+"\} 1\n/)
  expect(text).toContain('parley_command_seconds_count{command="call.invite",answer="ok"} 2\n')
  expect(text).toContain('parley_command_seconds_count{command="room.end",answer="notAllowed"} 1\n')
  expect(text).toMatch(/parley_database_commit_seconds_count [1-9]/)
  for (const name of ['Ann', 'Ben', ann.id, ben.id, room.id, 'Standup']) expect(text).not.toContain(name)
})

test('the dashboard and its alarms ask for nothing that is not told', async () => {
  const docs = path.join(import.meta.dirname, '..', '..', 'docs', 'monitoring')
  const text = await metrics()
  const told = new Set([...text.matchAll(/^# TYPE (\w+)/gm)].map(([, name]) => name))
  for (const file of ['grafana.json', 'README.md']) {
    const asked = [...readFileSync(path.join(docs, file), 'utf8').matchAll(/parley_\w+/g)].map(([name]) => name)
    expect(asked.length).toBeGreaterThan(3)
    expect(asked.filter((name) => !told.has(name.replace(/_(bucket|count|sum)$/, '')))).toEqual([])
  }
})

test('somebody is sent here only while media works', async () => {
  const answer = await ask('/ready')
  expect([answer.status, await answer.json()]).toEqual([
    503,
    { ok: false, error: { code: 'unavailable', message: 'No SFU worker lives just now.', retryable: true } },
  ])
  world.engine.workers = () => [{ pid: 4242, rooms: 1 }]
  expect((await ask('/ready')).status).toBe(200)
})

test('process ids are for whoever sits at the machine, and every answer has an id of its own', async () => {
  world.engine.workers = () => [{ pid: 4242, rooms: 1 }]
  const here = await ask('/health')
  expect(await here.json()).toMatchObject({ workers: [{ pid: 4242, rooms: 1 }] })
  const afar = await ask('/health', { 'x-forwarded-for': '203.0.113.9', 'x-request-id': 'mine' })
  expect(await afar.json()).toMatchObject({ workers: [{ rooms: 1 }] })
  expect(JSON.stringify(await (await ask('/health', { forwarded: 'for=203.0.113.9' })).json())).not.toContain('4242')
  const ids = [here, afar].map(({ headers }) => headers.get('x-request-id'))
  expect(new Set([...ids, 'mine']).size).toBe(3)
})
