// Chat: who is told what, in which order, once; what late joiners and everybody else may read; and what a restart leaves.
import { randomUUID } from 'node:crypto'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { CHAT_LIMIT_MAX, CHAT_PAGE_BYTES_MAX, CHAT_RATE, CHAT_TEXT_MAX } from '../../shared/chat/limits.ts'
import type { ChatMessage } from '../../shared/protocol/chat.ts'
import type { CommandInput } from '../../shared/protocol/contract.ts'
import { openWorld, type World } from '../support/server.ts'
import type { TestDevice } from '../support/testDevice.ts'

let world: World
let ann: TestDevice
let ben: TestDevice
let chloe: TestDevice
let roomId: string
beforeEach(async () => {
  world = await openWorld({ onDisk: true })
  ann = await world.signIn('ann')
  ben = await world.signIn('ben')
  chloe = await world.signIn('chloe')
  roomId = (await ann.opensMeeting()).room.id
  await ben.joins(roomId)
})
afterEach(() => world.close())

const asks = (person: TestDevice, text: string, more: Partial<CommandInput<'chat.send'>> = {}) =>
  person.ask('chat.send', { roomId, id: randomUUID(), text, ...more })
async function says(person: TestDevice, text: string, to?: TestDevice): Promise<ChatMessage> {
  const answer = await asks(person, text, to ? { to: to.id } : {})
  if (!answer.ok) throw new Error(answer.error.message)
  return answer.value.message
}
const reads = (person: TestDevice, more: Partial<CommandInput<'chat.list'>> = {}) =>
  person.does('chat.list', { roomId, ...more })
const textsFor = async (person: TestDevice) => (await reads(person)).messages.map(({ text }) => text)
const heardBy = (person: TestDevice) => person.heard('chat.message').map(({ message }) => message.text)
const refusedWith = (code: string, more: object = {}) => ({ ok: false, error: { code, ...more } })
/** So many messages that more than the burst are stored. */
async function writes(person: TestDevice, texts: readonly string[]): Promise<void> {
  for (const text of texts) {
    await world.advance(1_000)
    await says(person, text)
  }
}

describe('a message', () => {
  test('reaches everybody inside, whole and in order, the sender too; and nobody outside', async () => {
    const first = await says(ann, '  Hello\nall  ')
    const second = await says(ben, 'Hi')
    expect(first).toMatchObject({ roomId, seq: 1, from: ann.user, text: 'Hello\nall', at: world.now })
    expect(first.to).toBeUndefined()
    expect(second.seq).toBe(2)
    for (const person of [ann, ben]) {
      const { message } = await person.hears('chat.message', (told) => told.message.seq === 2)
      expect(message).toEqual(second)
      expect(heardBy(person)).toEqual(['Hello\nall', 'Hi'])
    }
    await world.settled()
    expect(heardBy(chloe)).toEqual([])
  })

  test('sent again, under the same command or another, over another connection too, is stored and told once', async () => {
    const commandId = randomUUID()
    const input = { roomId, id: randomUUID(), text: 'Once' }
    const [first, again] = await Promise.all([ann.ask('chat.send', input, commandId), ann.ask('chat.send', input)])
    ann.disconnects()
    await ann.connects()
    const retried = await ann.ask('chat.send', input, commandId)
    const pressedAgain = await ann.ask('chat.send', input)
    for (const answer of [again, retried, pressedAgain]) expect(answer).toEqual(first)
    expect((await reads(ben)).messages).toHaveLength(1)
    expect(heardBy(ben)).toEqual(['Once'])
    expect(await asks(ben, 'Mine now', { id: input.id })).toMatchObject(refusedWith('conflict', { field: 'id' }))
  })

  test('is for people inside, on the device with the seat', async () => {
    const phone = await world.signIn('ann', 'Ann’s phone')
    for (const stranger of [chloe, phone]) {
      expect(await asks(stranger, 'Hello')).toMatchObject(refusedWith('notInRoom'))
      expect(await stranger.ask('chat.list', { roomId })).toMatchObject(refusedWith('notInRoom'))
    }
    expect(await asks(ann, 'Hello', { roomId: randomUUID() })).toMatchObject(refusedWith('unknownRoom'))
    await ann.does('room.end', { roomId })
    expect(await asks(ann, 'Hello')).toMatchObject(refusedWith('roomEnded'))
  })

  test('has its limits, in letters and in bytes, and is not empty', async () => {
    expect(await asks(ann, ' \n ')).toMatchObject(refusedWith('invalid', { field: 'text' }))
    expect(await asks(ann, 'x'.repeat(CHAT_TEXT_MAX + 1))).toMatchObject(refusedWith('tooLarge', { field: 'text' }))
    expect(await asks(ann, '🎉'.repeat(CHAT_TEXT_MAX))).toMatchObject(refusedWith('tooLarge', { field: 'text' }))
    expect(await asks(ann, '好'.repeat(CHAT_TEXT_MAX))).toMatchObject({ ok: true })
    expect((await reads(ann)).messages).toHaveLength(1)
  })

  test('after many at once has to wait, says how long, also over a new connection; and goes through then', async () => {
    for (let count = 0; count < CHAT_RATE.burst; count++) await says(ann, `${count}`)
    const input = { roomId, id: randomUUID(), text: 'One more' }
    const waiting = refusedWith('rateLimited', { retryable: true, retryAfterMs: 1000 / CHAT_RATE.perSecond })
    const commandId = randomUUID()
    expect(await ann.ask('chat.send', input, commandId)).toMatchObject(waiting)
    ann.disconnects()
    await ann.connects()
    expect(await ann.ask('chat.send', input, commandId)).toMatchObject(waiting)
    await says(ben, 'Others may go on')
    await world.advance(1000 / CHAT_RATE.perSecond)
    expect(await ann.ask('chat.send', input, commandId)).toMatchObject({ ok: true })
  })
})

describe('a private message', () => {
  test('is told to and listed for the two people only, and to nobody who comes later', async () => {
    await chloe.joins(roomId)
    await says(ann, 'For all')
    const secret = await says(ann, 'For Ben', ben)
    expect(secret).toMatchObject({ from: ann.user, to: ben.user })
    await says(ann, 'For all again')
    for (const person of [ann, ben, chloe]) await person.hears('chat.message', ({ message }) => message.seq === 3)
    expect(heardBy(ben)).toEqual(['For all', 'For Ben', 'For all again'])
    expect(heardBy(ann)).toEqual(heardBy(ben))
    expect(heardBy(chloe)).toEqual(['For all', 'For all again'])
    const dan = await world.signIn('dan')
    await dan.joins(roomId)
    for (const person of [chloe, dan]) expect(await textsFor(person)).toEqual(['For all again', 'For all'])
    for (const person of [ann, ben]) expect(await textsFor(person)).toEqual(['For all again', 'For Ben', 'For all'])
  })

  test('is for somebody else who is inside', async () => {
    expect(await asks(ann, 'Psst', { to: chloe.id })).toMatchObject(refusedWith('unknownUser', { field: 'to' }))
    expect(await asks(ann, 'Psst', { to: ann.id })).toMatchObject(refusedWith('notAllowed', { field: 'to' }))
    expect((await reads(ann)).messages).toEqual([])
  })
})

describe('the history', () => {
  test('comes in pages, newest first, and tells what came after a message', async () => {
    const texts = Array.from({ length: 7 }, (_, index) => `${index + 1}`)
    await writes(ben, texts)
    const newest = await reads(ann, { limit: 3 })
    expect(newest).toMatchObject({ messages: [{ seq: 7 }, { seq: 6 }, { seq: 5 }], nextBefore: 5 })
    const older = await reads(ann, { limit: 4, before: 5 })
    expect(older).toMatchObject({ messages: [{ seq: 4 }, { seq: 3 }, { seq: 2 }, { seq: 1 }], nextBefore: null })
    const missed = await reads(ann, { limit: 2, after: 4 })
    expect(missed).toMatchObject({ messages: [{ seq: 7 }, { seq: 6 }], nextBefore: 6 })
    expect(await reads(ann, { after: 4, before: 6 })).toMatchObject({ messages: [{ seq: 5 }], nextBefore: null })
    expect(await reads(ann, { after: 7 })).toEqual({ messages: [], nextBefore: null })
    expect(await ann.ask('chat.list', { roomId, limit: CHAT_LIMIT_MAX + 1 })).toMatchObject(refusedWith('invalid'))
  })

  test('of long messages comes in pages that a message can carry', async () => {
    const long = '好'.repeat(CHAT_TEXT_MAX)
    await writes(
      ben,
      Array.from({ length: 14 }, () => long),
    )
    const page = await reads(ann, { limit: CHAT_LIMIT_MAX })
    expect(Buffer.byteLength(JSON.stringify(page))).toBeLessThan(CHAT_PAGE_BYTES_MAX * 1.1)
    expect(page.nextBefore).toBe(page.messages.at(-1)?.seq)
    const rest = await reads(ann, { limit: CHAT_LIMIT_MAX, before: page.nextBefore ?? 0 })
    expect(page.messages.length + rest.messages.length).toBe(14)
    expect(rest.nextBefore).toBeNull()
  })

  test('outlives a restart, an absence and a move to another device', async () => {
    await says(ann, 'Before')
    await says(ben, 'Quietly', ann)
    for (const person of [ann, ben, chloe]) person.disconnects()
    await world.stop()
    await world.start()
    for (const person of [ann, ben, chloe]) await person.connects()
    expect(await textsFor(ann)).toEqual(['Quietly', 'Before'])
    expect((await says(ann, 'After')).seq).toBe(3)
    await ben.does('room.leave', { roomId })
    await says(ann, 'Without Ben')
    const phone = await world.signIn('ben', 'Ben’s phone')
    await phone.joins(roomId)
    expect(await textsFor(phone)).toEqual(['Without Ben', 'After', 'Quietly', 'Before'])
    expect(await ben.ask('chat.list', { roomId })).toMatchObject(refusedWith('notInRoom'))
  })

  test('of a meeting that was scheduled is there whenever somebody comes back', async () => {
    const startsAt = world.now + 60_000
    const { room } = await ann.does('room.schedule', {
      name: 'Review',
      startsAt,
      endsAt: startsAt + 3_600_000,
      attendeeIds: [],
    })
    await ann.joins(room.id, true)
    await ann.does('chat.send', { roomId: room.id, id: randomUUID(), text: 'Notes' })
    await ann.does('room.leave', { roomId: room.id })
    await world.advance(10 * 60_000)
    await ann.joins(room.id)
    expect((await ann.does('chat.list', { roomId: room.id })).messages).toMatchObject([{ text: 'Notes' }])
  })

  test('a call between two has one as well', async () => {
    const direct = await chloe.does('call.direct', { calleeId: ann.id, media: 'audio', rtpCapabilities: null })
    if (direct.outcome !== 'ringing') throw new Error('ann does not ring')
    await ann.answers(direct.call, { leaveOther: true })
    const input = { roomId: direct.call.roomId, id: randomUUID(), text: 'The link' }
    const { message } = await chloe.does('chat.send', input)
    expect((await ann.hears('chat.message')).message).toEqual(message)
  })
})
