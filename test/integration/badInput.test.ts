// What is wrong gets its code and words; the connection lives on, and nothing else changes.
import { randomUUID } from 'node:crypto'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { ErrorCode } from '../../shared/protocol/result.ts'
import { MESSAGE_BYTES_MAX } from '../../shared/protocol/contract.ts'
import { openWorld, type World } from '../support/server.ts'
import type { TestDevice } from '../support/testDevice.ts'

const NOBODY = '00000000-0000-4000-8000-000000000000'

let world: World
let ann: TestDevice
let ben: TestDevice
let roomId: string
beforeEach(async () => {
  world = await openWorld()
  ann = await world.signIn('ann')
  ben = await world.signIn('ben')
  roomId = (await ann.opensMeeting()).room.id
})
afterEach(() => world.close())

type Row = {
  what: string
  name: string
  input: (known: { roomId: string; callId: string; benId: string }) => unknown
  code: ErrorCode
  field?: string
}

const rows: Row[] = [
  { what: 'an unknown command', name: 'call.explode', input: () => ({}), code: 'invalid', field: 'name' },
  { what: 'a name from the prototype', name: 'constructor', input: () => ({}), code: 'invalid', field: 'name' },
  { what: 'no input at all', name: 'call.invite', input: () => null, code: 'invalid' },
  {
    what: 'a wrong type',
    name: 'call.invite',
    input: (known) => ({ roomId: known.roomId, calleeIds: 'ben', media: 'video' }),
    code: 'invalid',
    field: 'calleeIds',
  },
  {
    what: 'an id that is none',
    name: 'call.invite',
    input: (known) => ({ roomId: known.roomId, calleeIds: [known.benId, 'ben'], media: 'video' }),
    code: 'invalid',
    field: 'calleeIds.1',
  },
  {
    what: 'nobody to ring',
    name: 'call.invite',
    input: (known) => ({ roomId: known.roomId, calleeIds: [], media: 'video' }),
    code: 'invalid',
    field: 'calleeIds',
  },
  {
    what: 'too short a ring',
    name: 'call.invite',
    input: (known) => ({ roomId: known.roomId, calleeIds: [known.benId], media: 'video', timeoutSeconds: 4 }),
    code: 'invalid',
    field: 'timeoutSeconds',
  },
  {
    what: 'too long a ring',
    name: 'call.invite',
    input: (known) => ({ roomId: known.roomId, calleeIds: [known.benId], media: 'video', timeoutSeconds: 601 }),
    code: 'invalid',
    field: 'timeoutSeconds',
  },
  {
    what: 'too many callees',
    name: 'call.invite',
    input: (known) => ({
      roomId: known.roomId,
      calleeIds: Array.from({ length: 51 }, () => randomUUID()),
      media: 'video',
    }),
    code: 'tooLarge',
    field: 'calleeIds',
  },
  {
    what: 'an oversized payload in multi-byte letters',
    name: 'call.invite',
    input: (known) => ({ roomId: known.roomId, calleeIds: [known.benId], media: 'video', extension: '王'.repeat(683) }),
    code: 'tooLarge',
    field: 'extension',
  },
  {
    what: 'an oversized reply',
    name: 'call.reject',
    input: (known) => ({ callId: known.callId, reason: 'rejected', response: 'x'.repeat(2049) }),
    code: 'tooLarge',
    field: 'response',
  },
  {
    what: 'an oversized name',
    name: 'room.create',
    input: () => ({ name: 'x'.repeat(121), rtpCapabilities: null }),
    code: 'tooLarge',
    field: 'name',
  },
  {
    what: 'an unknown room',
    name: 'call.invite',
    input: (known) => ({ roomId: NOBODY, calleeIds: [known.benId], media: 'video' }),
    code: 'unknownRoom',
  },
  {
    what: 'an unknown room to join',
    name: 'room.join',
    input: () => ({ room: { id: NOBODY }, rtpCapabilities: null }),
    code: 'unknownRoom',
  },
  {
    what: 'a code that is none',
    name: 'room.join',
    input: () => ({ room: { code: 'not a code' }, rtpCapabilities: null }),
    code: 'unknownRoom',
  },
  {
    what: 'an unknown call to answer',
    name: 'call.accept',
    input: () => ({ callId: NOBODY, rtpCapabilities: null }),
    code: 'unknownCall',
  },
  {
    what: 'an unknown call to decline',
    name: 'call.reject',
    input: () => ({ callId: NOBODY, reason: 'rejected' }),
    code: 'unknownCall',
  },
  {
    what: 'an unknown call to acknowledge',
    name: 'call.received',
    input: (known) => ({ callIds: [known.callId, NOBODY] }),
    code: 'unknownCall',
  },
  {
    what: 'a reason only the server gives',
    name: 'call.reject',
    input: (known) => ({ callId: known.callId, reason: 'doNotDisturb' }),
    code: 'invalid',
    field: 'reason',
  },
  {
    what: 'an invitation from outside',
    name: 'call.invite',
    input: (known) => ({ roomId: known.roomId, calleeIds: [known.benId], media: 'video' }),
    code: 'notInRoom',
  },
  {
    what: 'a cancel from outside',
    name: 'call.cancel',
    input: (known) => ({ roomId: known.roomId, calleeIds: [known.benId] }),
    code: 'notInRoom',
  },
  {
    what: 'a list from outside',
    name: 'call.listPending',
    input: (known) => ({ roomId: known.roomId }),
    code: 'notInRoom',
  },
  { what: 'leaving from outside', name: 'room.leave', input: (known) => ({ roomId: known.roomId }), code: 'notInRoom' },
  {
    what: 'ending what is not theirs',
    name: 'room.end',
    input: (known) => ({ roomId: known.roomId }),
    code: 'notAllowed',
  },
  {
    what: 'media from outside',
    name: 'media.open',
    input: (known) => ({ roomId: known.roomId, rtpCapabilities: null }),
    code: 'notInRoom',
  },
  {
    what: 'a page marker that is not ours',
    name: 'people.list',
    input: () => ({ cursor: 'nonsense' }),
    code: 'invalid',
    field: 'cursor',
  },
]

describe('refused', () => {
  test.each(rows)('$what', async ({ name, input, code, field }) => {
    const call = await ann.rings(ben, roomId)
    const before = await world.rows()
    const told = [ann.told.length, ben.told.length]
    const answer = await ben.sends({
      commandId: randomUUID(),
      name,
      input: input({ roomId, callId: call.id, benId: ben.id }),
    })
    if (answer.ok) throw new Error(`${name} was carried out`)
    expect(answer.error).toMatchObject({ code, ...(field === undefined ? {} : { field }) })
    expect(answer.error.message).toMatch(/^\S.{8,}[.:]/)
    expect(await world.rows()).toEqual(before)
    expect([ann.heard('call.updated').length, ben.heard('call.received').length]).toEqual([1, 1])
    expect(ann.told.length).toBeGreaterThanOrEqual(told[0] ?? 0)
    expect(ben.connected).toBe(true)
    expect((await ben.answers(call)).outcome).toBe('joined')
  })

  test('a call that is somebody else’s is as good as unknown', async () => {
    const chloe = await world.signIn('chloe')
    const call = await ann.rings(ben, roomId)
    const before = await world.rows()
    for (const thief of [chloe, ann]) {
      expect(await thief.ask('call.accept', { callId: call.id, rtpCapabilities: null })).toMatchObject({
        error: { code: 'unknownCall' },
      })
      expect(await thief.ask('call.reject', { callId: call.id, reason: 'rejected' })).toMatchObject({
        error: { code: 'unknownCall' },
      })
    }
    expect(await world.rows()).toEqual(before)
  })

  test('messages that are no commands', async () => {
    for (const message of [
      null,
      7,
      'call.accept',
      [],
      {},
      { commandId: 'x', name: 'room.list', input: {} },
      { commandId: randomUUID(), name: 7 },
    ]) {
      const answer = await ben.sends(message)
      expect(answer).toMatchObject({ ok: false, error: { code: 'invalid' } })
    }
    ben.socket?.emit('command', { commandId: randomUUID(), name: 'room.list', input: {} })
    ben.socket?.emit('takeover', { everything: true })
    expect(await ben.does('room.list', {})).toEqual({ rooms: [] })
  })

  test('a page marker that was tampered with', async () => {
    const marker = (...parts: unknown[]) => Buffer.from(JSON.stringify(parts)).toString('base64url')
    for (const cursor of [
      'x',
      marker('soon', roomId),
      marker('1e999', roomId),
      marker('', roomId),
      marker(1, 2),
      'bnVsbA',
    ]) {
      expect([cursor, await ann.ask('call.listPending', { roomId, cursor })]).toMatchObject([
        cursor,
        { ok: false, error: { code: 'invalid', field: 'cursor' } },
      ])
    }
  })

  test('one id for two commands at once: the second does not get the answer of the first', async () => {
    const commandId = randomUUID()
    const [created, listed] = await Promise.all([
      ben.sends({ commandId, name: 'room.create', input: { name: 'x', rtpCapabilities: null } }),
      ben.sends({ commandId, name: 'room.list', input: {} }),
    ])
    expect(created).toMatchObject({ ok: true, value: { snapshot: {} } })
    expect(listed).toMatchObject({ ok: false, error: { code: 'conflict' } })
  })

  test('a stream of messages that are no commands ends the connection, since nobody reads a log that long', async () => {
    for (let count = 0; count < 150; count++) ben.socket?.emit('takeover', count)
    await ben.isCutOff()
    expect(ann.connected).toBe(true)
  })

  test('a flood is slowed down, and the connection lives on', async () => {
    const answers = await Promise.all(Array.from({ length: 260 }, () => ben.ask('media.routerCapabilities', {})))
    const refused = answers.filter((answer) => !answer.ok)
    expect(refused.length).toBeGreaterThan(0)
    expect(refused[0]).toMatchObject({ error: { code: 'rateLimited', retryable: true, retryAfterMs: 20 } })
    await world.advance(1_000)
    expect((await ben.ask('media.routerCapabilities', {})).ok).toBe(true)
  })
})

describe('frames that are none', () => {
  const raw = (device: TestDevice) => device.socket?.io.engine as unknown as { write(data: unknown): void }

  test.each([
    ['a packet type that does not exist', '9nonsense'],
    ['an event without its array', '2{"a":1}'],
    ['broken JSON', '2["command",{'],
    ['a binary blob out of nowhere', Buffer.from([1, 2, 3, 4])],
    ['a message beyond the limit', `2["command","${'x'.repeat(MESSAGE_BYTES_MAX)}"]`],
  ])('%s closes that connection alone', async (_what, frame) => {
    const before = await world.rows()
    raw(ben).write(frame)
    await ben.isCutOff()
    expect(ann.connected).toBe(true)
    expect(await world.rows()).toEqual(before)
    await ben.connects()
    expect((await ben.does('room.list', {})).rooms).toEqual([])
  })
})

test('an event named by a number is passed over like any other: the server lives on', async () => {
  for (const frame of ['2[0]', '2[7,{}]', '21[1e3,null]', '2[-1,[]]']) ben.socket?.io.engine.write(frame)
  expect((await ben.syncs()).me.id).toBe(ben.id)
})
