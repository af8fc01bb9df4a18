// The audit log, read by a program.
import { afterEach, beforeEach, expect, test } from 'vitest'
import type { AuditRow } from '../../shared/protocol/reach.ts'
import { openProgram } from '../support/api.ts'
import { openWorld, type World } from '../support/server.ts'

let world: World
beforeEach(async () => {
  world = await openWorld()
})
afterEach(() => world.close())

type Page = { entries: AuditRow[]; nextCursor: string | null }

test('a program reads it page by page, newest first, and picks by what was done, by whom and when', async () => {
  const [ann, ben] = [await world.signIn('ann'), await world.signIn('ben')]
  const watch = await openProgram(world, 'Watch', ['audit:read'])
  const { room } = await ann.opensMeeting()
  await ann.rings(ben, room.id)
  const page = (query = '') => watch.gets<Page>('GET', `/audit${query}`)

  const seen: AuditRow[] = []
  for (let cursor: string | null = ''; cursor !== null;) {
    const { entries, nextCursor }: Page = await page(`?limit=2${cursor && `&cursor=${cursor}`}`)
    seen.push(...entries)
    cursor = nextCursor
  }
  expect(seen).toEqual((await page()).entries)
  expect(seen.map(({ seq }) => seq)).toEqual(seen.map(({ seq }) => seq).toSorted((a, b) => b - a))

  const rung = { action: 'call.invited', actorKind: 'user', actorId: ann.id, subjectId: ben.id, roomId: room.id }
  expect((await page('?action=call.invited')).entries).toMatchObject([rung])
  expect((await page(`?userId=${ben.id}`)).entries).toEqual(
    seen.filter(({ actorId, subjectId }) => [actorId, subjectId].includes(ben.id)),
  )
  expect((await page(`?to=${world.now + 1}`)).entries).toHaveLength(seen.length)
  expect(await page(`?from=${world.now + 1}`)).toEqual({ entries: [], nextCursor: null })
})

test('only with its scope, and what is asked wrongly is told', async () => {
  const other = await openProgram(world, 'Other', ['people:read', 'people:write', 'calls:read', 'rooms:read'])
  expect((await other.asks('GET', '/audit')).status).toBe(403)
  const watch = await openProgram(world, 'Watch', ['audit:read'])
  for (const query of [
    'action=nothing',
    'userId=x',
    'from=x',
    'to=-1',
    'cursor=0',
    'cursor=1e3',
    'limit=201',
    'actor=x',
  ]) {
    const { status, answer } = await watch.asks('GET', `/audit?${query}`)
    expect([query, status]).toEqual([query, 400])
    if (!query.startsWith('actor')) expect(answer).toMatchObject({ error: { field: query.split('=')[0] } })
  }
  expect((await watch.asks('DELETE', '/audit')).status).toBe(404)
})
