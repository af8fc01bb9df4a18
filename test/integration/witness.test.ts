// The witness of the fuzz sees each change it is there for: one that saw nothing would call any server safe.
import { randomUUID } from 'node:crypto'
import path from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { openWorld, type World } from '../support/server.ts'
import { takeWitness } from '../fuzz/witness.ts'

let world: World
beforeEach(async () => {
  world = await openWorld({ onDisk: true })
})
afterEach(() => world.close())

test('whatever changes of those who sit still, of the meeting and of what the server lets people do is told', async () => {
  const [ann, ben, dan, emil] = [
    await world.signIn('ann'),
    await world.signIn('ben'),
    await world.signIn('dan'),
    await world.signIn('emil'),
  ]
  const { room } = await ann.opensMeeting()
  await ben.joins(room.id)
  await ann.rings(dan, room.id)
  await ann.does('chat.send', { roomId: room.id, id: randomUUID(), text: 'Good morning' })
  await ann.does('people.block', { userId: emil.id, blocked: true })
  await ann.does('people.setContact', { userId: ben.id, contact: true })
  const planned = await ann.plansMeeting(world.now + 86_400_000, [ben])
  const { dataDir } = world.config
  const witness = takeWitness(dataDir, { still: [ann.id, ben.id, dan.id], roomId: room.id })

  // What is of others alone is theirs.
  const quiet = witness.look()
  await emil.opensMeeting('Elsewhere')
  await emil.does('people.setContact', { userId: ann.id, contact: true })
  expect(witness.differences(quiet)).toEqual([])

  const database = new DatabaseSync(path.join(dataDir, 'parley.sqlite'))
  const changes: Record<string, string> = {
    account: `update users set name = 'Anna' where id = '${ann.id}'`,
    role: `update users set role = 'administrator' where id = '${emil.id}'`,
    credentials: `update credentials set passwordHash = 'x' where userId = '${emil.id}'`,
    session: `update sessions set refreshHash = 'x' where userId = '${ben.id}'`,
    device: `update devices set label = 'x' where userId = '${ben.id}'`,
    seat: `delete from seats where userId = '${ben.id}'`,
    member: `update members set role = 'admin' where userId = '${ben.id}'`,
    room: `update rooms set locked = 1 where id = '${room.id}'`,
    call: `update calls set status = 'cancelled' where calleeId = '${dan.id}'`,
    chat: `update chatMessages set text = 'x' where fromId = '${ann.id}'`,
    block: `delete from blocks where userId = '${ann.id}'`,
    contact: `delete from contacts where userId = '${ann.id}'`,
    schedule: `update schedules set startsAt = startsAt + 1 where roomId = '${planned.id}'`,
    ringRule: `insert into meta (name, value) values ('ringRule', 'contacts')`,
    ringAllowed: `insert into ringAllowed (userId) values ('${emil.id}')`,
    token: `insert into apiTokens (id, hash, name, scopes, serviceId, createdAt) values ('t', 'h', 'x', 'people:read', '${emil.id}', 1)`,
    webhook: `insert into webhooks (id, name, url, events, secret, createdAt, failedInRow) values ('w', 'x', 'https://x', 'x', 'x', 1, 0)`,
    invitation: `insert into invitations (id, tokenHash, kind, role, createdAt, expiresAt) values ('i', 'h', 'account', 'user', 1, 2)`,
    identity: `insert into identities (issuer, subject, userId, createdAt) values ('x', 'y', '${emil.id}', 1)`,
    series: `insert into series (id, ownerId, name, zone, startDay, startHour, lengthMs, everyWeeks, weekdays, skipped, remindBeforeMs,
      sequence, open) values ('s', '${ann.id}', 'x', 'UTC', '2026-11-30', '09:00', 1, 1, '1', '', 0, 0, 1)`,
  }
  try {
    for (const [kind, change] of Object.entries(changes)) {
      const before = witness.look()
      database.exec(change)
      expect(witness.differences(before).join(), kind).toContain(`${kind} `)
    }
    expect(new Set(Object.keys(changes))).toEqual(new Set(witness.kinds))
  } finally {
    database.close()
  }
})
