// Webhooks: what other servers are told, in which order, how often it is tried, and what outlives a restart.
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { Posting, Sender, SendOutcome } from '../../server/webhooks/sender.ts'
import { FAILED_IN_ROW_MAX, IN_FLIGHT_MAX } from '../../server/webhooks/worker.ts'
import { WEBHOOK_EVENTS, type Webhook, type WebhookDelivery } from '../../shared/protocol/integrations.ts'
import { makeAdministrator, openProgram, type Program } from '../support/api.ts'
import { openWorld, type World } from '../support/server.ts'
import { isGenuine, openReceiver, type Receiver } from '../support/webhookReceiver.ts'

type Sent = Posting & { type: string; data: { call?: { id: string; status: string }; room?: { id: string } } }
type Made = { webhook: Webhook; secret: string }

const rules = { insecure: true, privateAddresses: true }
let world: World
let program: Program
/** What was sent, and how it is answered: at once unless a test holds it. */
let sent: Sent[]
let outcome: (posting: Sent) => SendOutcome | Promise<SendOutcome>
const send: Sender = async (posting, signal) => {
  const told = { ...posting, ...(JSON.parse(posting.body) as Pick<Sent, 'type' | 'data'>) }
  sent.push(told)
  return Promise.race([
    outcome(told),
    new Promise<SendOutcome>((resolve) => signal.addEventListener('abort', () => resolve({ error: 'broken off' }))),
  ])
}

beforeEach(async () => {
  sent = []
  outcome = () => ({ status: 200 })
  world = await openWorld({ onDisk: true, config: { webhooks: rules }, sendWebhook: send })
  program = await openProgram(world)
})
afterEach(() => world.close())

const hook = (events: readonly string[] = WEBHOOK_EVENTS, url = 'https://example.org/hook') =>
  program.gets<Made>('POST', '/webhooks', { name: 'Alerts', url, events })
const latest = async (id: string) =>
  (await program.gets<{ deliveries: WebhookDelivery[] }>('GET', `/webhooks/${id}/deliveries`)).deliveries
const types = () => sent.map(({ type }) => type)
/** Sending, and writing down what came of it, go on beside what the test does. */
async function quiet(): Promise<void> {
  for (let turn = 0; turn < 30; turn++) {
    await world.settled()
    await new Promise((resolve) => setImmediate(resolve))
  }
}

describe('what is told', () => {
  test('the whole story of a ring, in its order, with ids, names and times and no words', async () => {
    await hook()
    const [ann, ben] = [await world.signIn('ann'), await world.signIn('ben')]
    const { room } = await ann.opensMeeting('Standup')
    const declined = await ann.rings(ben, room.id, { extension: 'secret words' })
    await ben.declines(declined, 'other words')
    const answered = await ann.rings(ben, room.id)
    await ben.answers(answered)
    await ann.does('room.end', { roomId: room.id })
    await quiet()
    expect(types()).toEqual([
      'room.started',
      'call.invited',
      'call.rejected',
      'call.invited',
      'call.accepted',
      'room.ended',
    ])
    expect(sent[2]?.data).toEqual({
      call: {
        id: declined.id,
        roomId: room.id,
        caller: { id: ann.id, name: 'Ann Kovač' },
        callee: { id: ben.id, name: 'Ben Osei' },
        media: 'video',
        status: 'rejected',
        reason: 'rejected',
        createdAt: declined.createdAt,
        expiresAt: declined.expiresAt,
        endedAt: world.now,
        version: 2,
      },
      room: { id: room.id, name: 'Standup', kind: 'meeting', ownerId: ann.id, createdAt: room.createdAt },
    })
    expect(JSON.stringify(sent)).not.toMatch(/words/)
  })

  test('the other endings; and only what was asked for', async () => {
    await hook(['call.timeout', 'call.cancelled', 'call.revoked'])
    const [ann, ben] = [await world.signIn('ann'), await world.signIn('ben')]
    const { room } = await ann.opensMeeting()
    await ann.rings(ben, room.id)
    await world.advance(30_000)
    await ann.rings(ben, room.id)
    await ann.does('call.cancel', { roomId: room.id, calleeIds: [ben.id] })
    await ann.rings(ben, room.id)
    await ann.does('room.end', { roomId: room.id })
    await quiet()
    expect(types()).toEqual(['call.timeout', 'call.cancelled', 'call.revoked'])
  })

  test('who is not to be disturbed seems to decline', async () => {
    await hook(['call.invited', 'call.rejected'])
    const [ann, ben] = [await world.signIn('ann'), await world.signIn('ben')]
    await ben.does('people.setPolicy', { doNotDisturbUntil: world.now + 60_000 })
    const { room } = await ann.opensMeeting()
    await ann.rings(ben, room.id)
    await quiet()
    expect(sent.map(({ type, data }) => [type, data.call])).toMatchObject([
      ['call.invited', { status: 'calling' }],
      ['call.rejected', { status: 'rejected', reason: 'rejected' }],
    ])
    expect(JSON.stringify(sent)).not.toContain('doNotDisturb')
  })

  test('a change that is taken back is told to nobody', async () => {
    await hook()
    expect((await program.asks('POST', '/calls', { logins: ['no-such'] })).status).toBe(404)
    await quiet()
    expect(sent).toEqual([])
  })
})

describe('deliveries', () => {
  test('one that fails is tried again after 2, 4, 8, 16 and 32 s under the same id, then given up and shown so', async () => {
    const { webhook, secret } = await hook(['room.started'])
    outcome = () => ({ status: 503 })
    await (await world.signIn('ann')).opensMeeting()
    await quiet()
    const times = [world.now]
    for (const seconds of [2, 4, 8, 16, 32]) {
      await world.advance(seconds * 1000 - 1)
      await quiet()
      expect(sent, `not before ${seconds} s`).toHaveLength(times.length)
      await world.advance(1)
      await quiet()
      times.push(world.now)
      expect(sent).toHaveLength(times.length)
    }
    await world.advance(3_600_000)
    await quiet()
    expect(sent).toHaveLength(6)
    expect(new Set(sent.map(({ headers }) => headers['webhook-id'])).size).toBe(1)
    for (const [index, { headers, body }] of sent.entries()) {
      expect(isGenuine(secret, headers, body, (times[index] ?? 0) / 1000)).toBe(true)
      expect(headers['webhook-timestamp']).toBe(String(Math.floor((times[index] ?? 0) / 1000)))
    }
    expect(await latest(webhook.id)).toMatchObject([
      { status: 'failed', attempts: 6, httpStatus: 503, error: 'answered 503', id: sent[0]?.headers['webhook-id'] },
    ])
  })

  test('what comes after waits for what came before in the same meeting, and for nothing else', async () => {
    await hook(['room.started', 'room.ended'])
    outcome = ({ type }) => (sent.length === 1 && type === 'room.started' ? { error: 'refused' } : { status: 200 })
    const [ann, ben] = [await world.signIn('ann'), await world.signIn('ben')]
    const { room } = await ann.opensMeeting('First')
    await quiet()
    await ann.does('room.end', { roomId: room.id })
    const other = await ben.opensMeeting('Second')
    await quiet()
    expect(sent.map(({ type, data }) => [type, data.room?.id])).toEqual([
      ['room.started', room.id],
      ['room.started', other.room.id],
    ])
    await world.advance(2_000)
    await quiet()
    expect(sent.slice(2).map(({ type, data }) => [type, data.room?.id])).toEqual([
      ['room.started', room.id],
      ['room.ended', room.id],
    ])
  })

  test('a few are under way at one endpoint at once, and a slow one holds up no other endpoint', async () => {
    await hook(['room.started'], 'https://slow.example.org/')
    await hook(['room.started'], 'https://quick.example.org/')
    const done: (() => void)[] = []
    outcome = ({ url }) =>
      url.includes('quick') ? { status: 200 } : new Promise((resolve) => done.push(() => resolve({ status: 200 })))
    const { id: ownerId } = await world.signIn('ann')
    for (let count = 0; count < 7; count++) await program.gets('POST', '/rooms', { name: `Room ${count}`, ownerId })
    await quiet()
    expect(sent.filter(({ url }) => url.includes('quick'))).toHaveLength(7)
    expect(done).toHaveLength(IN_FLIGHT_MAX)
    done[0]?.()
    await quiet()
    expect(done).toHaveLength(IN_FLIGHT_MAX + 1)
    for (const finish of done) finish()
    await quiet()
    for (const finish of done) finish()
    await quiet()
    expect(sent.filter(({ url }) => url.includes('slow'))).toHaveLength(7)
  })

  test('a restart goes on with what is due: what was under way is sent again, what waits keeps its time', async () => {
    const { webhook } = await hook(['room.started', 'room.ended'])
    const ann = await world.signIn('ann')
    outcome = () => ({ error: 'refused' })
    const { room } = await ann.opensMeeting()
    await quiet()
    outcome = () => new Promise(() => {})
    await world.advance(2_000)
    await quiet()
    await ann.does('room.end', { roomId: room.id })
    expect(types()).toEqual(['room.started', 'room.started'])
    await world.stop()
    outcome = () => ({ status: 200 })
    await world.start()
    await quiet()
    expect(types()).toEqual(['room.started', 'room.started', 'room.started', 'room.ended'])
    expect(sent[2]?.headers['webhook-id']).toBe(sent[0]?.headers['webhook-id'])
    expect(await latest(webhook.id)).toMatchObject([
      { event: 'room.ended', status: 'delivered', attempts: 1 },
      { event: 'room.started', status: 'delivered', attempts: 2 },
    ])
    expect(world.timers.waiting(), 'and nothing is left to be done').toBeLessThan(5)
  })

  test('an endpoint that is dead is paused and says so; switched on again, it gets what happens from then on', async () => {
    const { webhook } = await hook(['room.started'])
    const { id: ownerId } = await world.device('ann')
    const wanted = { name: 'Room', ownerId, keepOpenSeconds: 30 }
    outcome = () => ({ error: 'connect ECONNREFUSED' })
    for (let count = 0; count < FAILED_IN_ROW_MAX + 3; count++) await program.gets('POST', '/rooms', wanted)
    for (let second = 0; second < 70; second += 2) {
      await world.advance(2_000)
      await quiet()
    }
    const [paused] = (await program.gets<{ webhooks: Webhook[] }>('GET', '/webhooks')).webhooks
    expect(paused).toMatchObject({ failedInRow: FAILED_IN_ROW_MAX, pausedAt: expect.any(Number) })
    const deliveries = await latest(webhook.id)
    expect(deliveries.filter(({ status }) => status === 'failed')).toHaveLength(FAILED_IN_ROW_MAX + 3)
    expect(deliveries[0]?.error).toContain('paused')
    expect((await program.asks('POST', `/webhooks/${webhook.id}/ping`)).status).toBe(409)

    outcome = () => ({ status: 200 })
    sent = []
    await program.gets('POST', '/rooms', wanted)
    await quiet()
    expect(sent).toEqual([])
    await program.gets('PATCH', `/webhooks/${webhook.id}`, { paused: false })
    await program.gets('POST', '/rooms', wanted)
    await quiet()
    expect(types()).toEqual(['room.started'])
  }, 60_000)

  test('success in between starts the count anew', async () => {
    const { webhook } = await hook(['room.started'])
    const { id: ownerId } = await world.device('ann')
    outcome = () => ({ error: 'refused' })
    await program.gets('POST', '/rooms', { name: 'Room', ownerId })
    for (let second = 0; second < 64; second += 2) {
      await world.advance(2_000)
      await quiet()
    }
    const failed = async () =>
      (await program.gets<{ webhooks: Webhook[] }>('GET', '/webhooks')).webhooks[0]?.failedInRow
    expect(await failed()).toBe(1)
    outcome = () => ({ status: 200 })
    await program.gets('POST', `/webhooks/${webhook.id}/ping`)
    await quiet()
    expect(types().at(-1)).toBe('webhook.ping')
    expect(await failed()).toBe(0)
  })
})

describe('seeing to them', () => {
  test('administrators do by commands what programs do over HTTP, and it is written down', async () => {
    const ann = await world.signIn('ann')
    await makeAdministrator(world, ann.id)
    const made = await ann.does('webhook.create', {
      name: 'Alerts',
      url: 'https://example.org/hook?key=1',
      events: ['room.started'],
    })
    const { id } = made.webhook
    expect(made.secret).toMatch(/^whsec_[\w+/]{32}$/)
    expect((await ann.does('webhook.list', {})).webhooks).toEqual([made.webhook])
    const changed = await ann.does('webhook.change', { webhookId: id, name: 'Alarms', newSecret: true })
    expect(changed).toMatchObject({ webhook: { name: 'Alarms' }, secret: expect.stringMatching(/^whsec_/) })
    expect(changed.secret).not.toBe(made.secret)
    const { deliveryId } = await ann.does('webhook.ping', { webhookId: id })
    await quiet()
    const [ping] = sent
    expect(isGenuine(changed.secret ?? '', ping?.headers ?? {}, ping?.body ?? '', world.now / 1000)).toBe(true)
    expect(isGenuine(made.secret ?? '', ping?.headers ?? {}, ping?.body ?? '', world.now / 1000)).toBe(false)
    const { deliveries } = await ann.does('webhook.deliveries', { webhookId: id })
    expect(deliveries).toMatchObject([{ id: deliveryId, event: 'webhook.ping', status: 'delivered', httpStatus: 200 }])
    await ann.does('webhook.delete', { webhookId: id })
    expect((await ann.does('webhook.list', {})).webhooks).toEqual([])
    const log = await world.server.store.read((db) => db.selectFrom('audit').selectAll().execute())
    expect(log.map(({ action }) => action).filter((action) => action.startsWith('webhook'))).toEqual([
      'webhook.created',
      'webhook.changed',
      'webhook.deleted',
    ])
    expect(JSON.stringify(log), 'a key in the address is not for the log').not.toContain('key=1')
  })

  test('no secret lies in the database as it is', async () => {
    const { secret } = await hook()
    const all = await world.server.store.read(async (db) => [
      await db.selectFrom('webhooks').selectAll().execute(),
      await db.selectFrom('commandOutcomes').selectAll().execute(),
    ])
    expect(JSON.stringify(all)).not.toContain(secret.slice(6))
    expect(JSON.stringify(await program.gets('GET', '/webhooks'))).not.toContain('whsec')
  })

  test('when the server’s own secret is another one, deliveries say what to do', async () => {
    const { webhook } = await hook(['room.started'])
    await world.stop()
    Object.assign(world.config, { secret: 'another secret of at least 32 characters' })
    await world.start()
    await program.gets('POST', `/webhooks/${webhook.id}/ping`)
    await quiet()
    expect(sent).toEqual([])
    expect((await latest(webhook.id))[0]).toMatchObject({ error: expect.stringContaining('make a new secret') })
    await program.gets('PATCH', `/webhooks/${webhook.id}`, { newSecret: true })
    await world.advance(2_000)
    await quiet()
    expect((await latest(webhook.id))[0]).toMatchObject({ status: 'delivered' })
  })

  test.each([
    ['no address at all', 'example'],
    ['with a password in it', 'https://me:secret@example.org/'],
    ['of another kind', 'ftp://example.org/'],
  ])('an address %s is refused', async (_, url) => {
    const { status, answer } = await program.asks('POST', '/webhooks', { name: 'x', url, events: ['room.started'] })
    expect([status, answer]).toMatchObject([400, { error: { code: 'invalid', field: 'url' } }])
  })
})

describe('the on-call story, over the network', () => {
  let receiver: Receiver
  beforeEach(async () => {
    receiver = await openReceiver()
    await world.close()
    world = await openWorld({ config: { webhooks: rules } })
    program = await openProgram(world)
  })
  afterEach(() => receiver.close())

  test('the alarm rings two people, one accepts and is seated, the other ring ends, and all of it is told and genuine', async () => {
    const { secret } = await hook(WEBHOOK_EVENTS, receiver.url)
    const [ben, chloe] = [await world.signIn('ben'), await world.signIn('chloe')]
    await program.gets('POST', '/calls', {
      logins: ['ben', 'chloe'],
      message: 'Database down',
      title: 'Incident 7',
      strategy: 'firstToAnswer',
    })
    const [ring] = [await ben.hearsRing(), await chloe.hearsRing()]
    const answer = await ben.answers(ring.call)
    expect(answer).toMatchObject({ outcome: 'joined', snapshot: { participants: [{ user: ben.user, role: 'owner' }] } })
    await world.advance(0)
    await chloe.hears('call.cancelled')
    await expect.poll(() => receiver.taken.length).toBe(5)
    const order = ['room.started', 'call.invited', 'call.invited', 'call.accepted', 'call.cancelled']
    expect(receiver.taken.map(({ type }) => type)).toEqual(order)
    for (const { headers, body } of receiver.taken) {
      expect(isGenuine(secret, headers, body, world.now / 1000)).toBe(true)
      expect(isGenuine(secret, headers, body.replace('Incident', 'Accident'), world.now / 1000)).toBe(false)
      expect(isGenuine(secret, headers, body, world.now / 1000 + 301), 'an old one sent again').toBe(false)
    }
    expect(receiver.taken[0]?.headers).toMatchObject({
      'content-type': 'application/json',
      'user-agent': 'Parley/0.0.0-test',
    })
    expect(receiver.taken.map(({ body }) => body).join()).not.toContain('Database down')
  })
})
