// Guests: who may come by a link, what they may do there, and what they are told.
import { randomUUID } from 'node:crypto'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { GUEST_COMMANDS, GUEST_EVENTS, GUESTS_MAX } from '../../shared/guests.ts'
import { commands, type CommandInput } from '../../shared/protocol/contract.ts'
import type { RoomSnapshot } from '../../shared/protocol/things.ts'
import { openWorld, type World } from '../support/server.ts'
import type { TestDevice } from '../support/testDevice.ts'

let world: World
let ann: TestDevice
let ben: TestDevice
let room: RoomSnapshot['room']
let roomId: string
beforeEach(async () => {
  world = await openWorld({ onDisk: true })
  ann = await world.signIn('ann')
  ben = await world.signIn('ben')
  room = (await ann.opensMeeting()).room
  roomId = room.id
  await ann.does('room.update', { roomId, settings: { guestsAllowed: true, guestsWait: false } })
})
afterEach(() => world.close())

const change = (settings: CommandInput<'room.update'>['settings']) => ann.does('room.update', { roomId, settings })
const refusedWith = (code: string, field?: string) => ({ ok: false, error: field ? { code, field } : { code } })
const join = (who: TestDevice, more: Partial<CommandInput<'room.join'>> = {}) =>
  who.ask('room.join', { room: { id: roomId }, rtpCapabilities: null, ...more })

const guest = (name?: string) => world.guest(room.code, name)
async function guestInside(name?: string): Promise<TestDevice> {
  const device = await guest(name)
  await device.joins(roomId)
  return device
}
const arrive = (fields: object = {}) => {
  const stranger = world.unknown('stranger')
  return stranger.posts('/api/guest', { code: room.code, name: 'Mia', device: stranger.device, ...fields })
}
const look = (code = room.code) => world.unknown('stranger').posts('/api/guest/look', { code })

describe('the link', () => {
  test('lets nobody in until owner or admin say so', async () => {
    await change({ guestsAllowed: false })
    expect(await look()).toMatchObject(refusedWith('notAllowed', 'guests'))
    expect(await arrive()).toMatchObject(refusedWith('notAllowed', 'guests'))
    await ben.joins(roomId)
    expect(await ben.ask('room.update', { roomId, settings: { guestsAllowed: true } }), 'a member').toMatchObject(
      refusedWith('notAllowed'),
    )
    expect(
      (await ann.does('room.create', { name: 'Other', rtpCapabilities: null, leaveOther: true })).snapshot.room,
    ).toMatchObject({ settings: { guestsAllowed: false, guestsWait: true } })
  })

  test('tells the name of the meeting, and not even that where it asks for a password', async () => {
    expect(await look()).toEqual({ ok: true, value: { name: 'Standup' } })
    expect(await look(`https://parley.example/join/${room.code}`)).toMatchObject({ ok: true })
    await ann.does('room.update', { roomId, password: 'sesame' })
    expect(await look()).toEqual({ ok: true, value: { name: null } })
    expect(await arrive()).toMatchObject({ ok: true, value: { room: { id: roomId, name: null } } })
  })

  test('says what is in the way: no such meeting, ended, locked, nobody there, a call between two', async () => {
    expect(await arrive({ code: 'zzz-zzzz-zzz' })).toMatchObject(refusedWith('unknownRoom'))
    await change({ locked: true })
    expect(await arrive()).toMatchObject(refusedWith('roomLocked'))
    await change({ locked: false })
    await ann.does('room.leave', { roomId })
    expect(await look()).toMatchObject(refusedWith('notAllowed', 'inside'))
    await ann.joins(roomId)
    await ann.does('room.end', { roomId })
    expect(await arrive()).toMatchObject(refusedWith('roomEnded'))
    const called = await ann.does('call.direct', { calleeId: ben.id, media: 'audio', rtpCapabilities: null })
    if (called.outcome !== 'ringing') throw new Error('it does not ring')
    expect(await arrive({ code: called.snapshot.room.code })).toMatchObject(refusedWith('unknownRoom'))
  })

  test.each([
    ['', 'invalid'],
    ['   ', 'invalid'],
    ['…', 'invalid'],
    ['a\u202Eb', 'invalid'],
    ['a\u0000b', 'invalid'],
    ['\u3164', 'invalid'],
    ['x'.repeat(61), 'invalid'],
    ['x'.repeat(5_000), 'tooLarge'],
  ])('refuses the name %j', async (name, code) => {
    expect(await arrive({ name })).toMatchObject(refusedWith(code, 'name'))
  })

  test('tidies a name, and leaves letters of all scripts and joined pictures alone', async () => {
    for (const [typed, shown] of [
      ['  Mia   Berg ', 'Mia Berg'],
      ['李 雷', '李 雷'],
      ['Zoë 👩‍🚀', 'Zoë 👩‍🚀'],
    ])
      expect(await arrive({ name: typed })).toMatchObject({ value: { user: { name: shown, guest: true } } })
  })

  test('takes so many guests a meeting, and so many a minute from one address', async () => {
    for (let count = 0; count < GUESTS_MAX; count++) await arrive()
    expect(await arrive()).toMatchObject(refusedWith('roomFull'))
    const narrow = await openWorld({ config: { guestsPerMinute: 2 } })
    try {
      const stranger = narrow.unknown('stranger')
      const attempt = () => stranger.posts('/api/guest', { code: 'abc', name: 'Mia', device: stranger.device })
      expect([await attempt(), await attempt()]).toMatchObject([refusedWith('unknownRoom'), refusedWith('unknownRoom')])
      expect(await attempt()).toMatchObject({
        ok: false,
        error: { code: 'rateLimited', retryAfterMs: expect.any(Number) },
      })
    } finally {
      await narrow.close()
    }
  })
})

describe('a guest', () => {
  test('may ask for what is on the list and for nothing else, whatever the contract knows', async () => {
    const mia = await guestInside()
    await world.settled()
    const before = await world.rows()
    const accepted: string[] = []
    for (const name of Object.keys(commands)) {
      const answer = await mia.sends({ commandId: randomUUID(), name, input: { roomId, nothing: true } })
      if (answer.ok || answer.error.message !== 'Guests cannot do this. Sign in with an account.') accepted.push(name)
      else expect(answer.error).toMatchObject({ code: 'notAllowed', retryable: false })
      if (name === 'room.leave') await mia.joins(roomId)
    }
    expect(accepted.sort()).toEqual([...GUEST_COMMANDS].sort())
    expect(accepted.filter((name) => /^(call|people|room\.(create|update|end|get|list|schedule))/.test(name))).toEqual(
      [],
    )
    const settled = (rows: unknown) => rows as { calls: unknown; rooms: { version: number }[] }
    expect(settled(await world.rows()).calls).toEqual(settled(before).calls)
    expect(settled(await world.rows()).rooms.map((row) => row.version)).toEqual(
      settled(before).rooms.map((row) => row.version),
    )
  })

  test('speaks, shows, writes, reacts, raises a hand, and is marked to everybody', async () => {
    await ben.joins(roomId)
    const mia = await guest()
    const joined = await mia.joins(roomId)
    expect(joined.participants.map(({ user, role }) => [user.name, user.guest ?? false, role])).toEqual([
      ['Ann Kovač', false, 'owner'],
      ['Ben Osei', false, 'member'],
      ['Mia', true, 'member'],
    ])
    await ben.hears('participant.joined', ({ participant }) => participant.user.guest === true)
    const media = await mia.does('media.open', { roomId, rtpCapabilities: null })
    for (const source of ['microphone', 'camera', 'screen'] as const) {
      const kind = source === 'microphone' ? ('audio' as const) : ('video' as const)
      const produced = { roomId, transportId: media.send.id, producerId: randomUUID(), source, kind, paused: false }
      await mia.does('media.produce', { ...produced, rtpParameters: {} })
    }
    const { message } = await mia.does('chat.send', { roomId, id: randomUUID(), text: 'Hello' })
    expect(message.from).toEqual({ id: mia.id, name: 'Mia', guest: true })
    expect((await ben.hears('chat.message')).message.from.guest).toBe(true)
    await mia.does('room.react', { roomId, reaction: 'heart' })
    await mia.does('participant.raiseHand', { roomId, raised: true })
    await ann.hears('participant.updated', ({ participant }) => participant.hand !== undefined)
    await ann.does('chat.send', { roomId, id: randomUUID(), text: 'Only you', to: mia.id })
    expect((await mia.hears('chat.message', (heard) => heard.message.text === 'Only you')).message.to?.guest).toBe(true)
    await mia.does('room.leave', { roomId })
    await ann.hears('participant.left', ({ userId }) => userId === mia.id)
  })

  test('has the rights of members, and asks for more as they do', async () => {
    await change({ membersMay: { chat: false, microphone: false } })
    const mia = await guestInside()
    expect(await mia.ask('chat.send', { roomId, id: randomUUID(), text: 'Hello' })).toMatchObject(
      refusedWith('notAllowed'),
    )
    const { request } = await mia.does('participant.askPermission', { roomId, source: 'microphone' })
    expect((await ann.hears('participant.requestChanged')).request.from).toMatchObject({ name: 'Mia', guest: true })
    await ann.does('participant.answerRequest', { requestId: request.id, accept: true })
    await mia.hears('participant.updated', ({ participant }) => participant.allowed?.includes('microphone') ?? false)
    const asked = await ann.does('participant.askToTurnOn', { roomId, userId: mia.id, source: 'camera' })
    await mia.does('participant.answerRequest', { requestId: asked.request.id, accept: false })
  })

  test('is rung by nobody, and is in nobody’s list', async () => {
    const mia = await guestInside()
    await mia.does('room.leave', { roomId })
    expect(await ann.does('call.invite', { roomId, calleeIds: [mia.id, ben.id], media: 'audio' })).toMatchObject({
      results: [{ calleeId: mia.id, outcome: 'notAllowed' }, { outcome: 'success' }],
    })
    expect(await ben.ask('call.direct', { calleeId: mia.id, media: 'audio', rtpCapabilities: null })).toMatchObject(
      refusedWith('unknownUser'),
    )
    const times = { startsAt: world.now + 60_000, endsAt: world.now + 120_000 }
    expect(await ben.ask('room.schedule', { name: 'Plan', ...times, attendeeIds: [mia.id] })).toMatchObject(
      refusedWith('unknownUser', 'attendeeIds.0'),
    )
    expect((await ben.does('people.list', { query: 'Mia' })).people).toEqual([])
    expect((await ben.syncs()).presence.map(({ user }) => user.name)).toEqual(['Ann Kovač'])
    await world.settled()
    expect(
      ben.heard('presence.changed').flatMap(({ people }) => people.filter(({ userId }) => userId === mia.id)),
    ).toEqual([])
  })

  test('holds no office, and inherits none', async () => {
    const mia = await guestInside()
    const named = { roomId, userId: mia.id }
    expect(await ann.ask('participant.setRole', { ...named, role: 'admin' })).toMatchObject(
      refusedWith('notAllowed', 'userId'),
    )
    expect(await ann.ask('participant.transferOwner', named)).toMatchObject(refusedWith('notAllowed', 'userId'))
    await world.advance(10)
    await ben.joins(roomId)
    await ann.does('room.leave', { roomId })
    expect(
      await ben.ask('participant.transferOwner', { roomId, userId: ben.id }),
      'though Mia was there first',
    ).toMatchObject({ ok: true })
  })

  test('is in no other meeting', async () => {
    const other = await ben.opensMeeting('Other')
    await ben.does('room.update', { roomId: other.room.id, settings: { guestsAllowed: true, guestsWait: false } })
    const mia = await guestInside()
    for (const meant of [{ id: other.room.id }, { code: other.room.code }, { code: room.code }])
      expect(await mia.ask('room.join', { room: meant, rtpCapabilities: null, leaveOther: true })).toMatchObject(
        refusedWith('notAllowed'),
      )
    expect(await mia.ask('chat.list', { roomId: other.room.id })).toMatchObject(refusedWith('notAllowed'))
  })

  test('is told of its meeting and of nothing else', async () => {
    const startsAt = world.now + 60_000
    await ann.does('room.leave', { roomId })
    room = await ann.plansMeeting(startsAt, [ben])
    roomId = room.id
    await ann.joins(roomId)
    await change({ guestsAllowed: true, guestsWait: false })
    const mia = await guest()
    const joined = await mia.joins(roomId)
    expect(joined.room.schedule).toMatchObject({ startsAt, owner: ann.user, attendees: [] })
    const chloe = await world.signIn('chloe')
    await ann.rings(ben, roomId)
    await chloe.does('people.setPolicy', { declineWhenBusy: true })
    await ben.declines((await ben.hearsRing()).call)
    await ann.does('room.update', { roomId, name: 'Plans' })
    expect((await mia.hears('room.updated')).room).toMatchObject({ name: 'Plans', schedule: { attendees: [] } })
    const sync = await mia.syncs()
    expect(sync).toMatchObject({
      rings: [],
      calls: [],
      presence: [],
      scheduled: [],
      missed: [],
      elsewhere: null,
      lobby: null,
    })
    expect(sync.seat?.room.schedule?.attendees).toEqual([])
    await ann.does('room.end', { roomId })
    await mia.hears('session.ended')
    const told = new Set(mia.told.map(({ name }) => name))
    expect([...told].filter((name) => !GUEST_EVENTS.some((one) => one === name))).toEqual([])
    const heard = JSON.stringify(mia.told)
    for (const secret of ['ben', 'Ben Osei', 'chloe', 'Chloe']) expect(heard, secret).not.toContain(secret)
  })
})

describe('lock, lobby and password', () => {
  test('hold for guests, who wait also where others need not; whoever decides sees that it is a guest', async () => {
    await change({ guestsWait: true })
    const mia = await guest()
    expect(await join(mia)).toMatchObject({
      value: { outcome: 'waiting', waiting: { roomName: 'Standup', owner: ann.user } },
    })
    const { lobby } = await ann.hears('lobby.changed', (heard) => heard.lobby.people.length === 1)
    expect(lobby.people[0]?.user).toEqual({ id: mia.id, name: 'Mia', guest: true })
    expect(await join(ben), 'no lobby for others').toMatchObject({ value: { outcome: 'seated' } })
    await ann.does('lobby.admit', { roomId, userIds: [mia.id] })
    const { snapshot } = await mia.hears('lobby.admitted')
    expect(snapshot.participants).toHaveLength(3)
    await mia.does('room.leave', { roomId })
    expect(await join(mia), 'known from before').toMatchObject({ value: { outcome: 'seated' } })
  })

  test('the meeting’s lobby and password are asked of guests as of others', async () => {
    await ann.does('room.update', { roomId, password: 'sesame', settings: { lobby: true } })
    const mia = await guest()
    expect(await join(mia)).toMatchObject(refusedWith('wrongPassword'))
    expect(await join(mia, { password: 'sesame' })).toMatchObject({ value: { outcome: 'waiting' } })
    await ann.does('lobby.deny', { roomId, userIds: [mia.id] })
    expect(await join(mia, { password: 'sesame' })).toMatchObject(refusedWith('notAllowed', 'lobby'))
    await change({ locked: true })
    expect(await join(mia, { password: 'sesame' })).toMatchObject(refusedWith('roomLocked'))
  })

  test('guessing passwords is no easier under new names', async () => {
    await ann.does('room.update', { roomId, password: 'sesame' })
    const codes: string[] = []
    for (let count = 0; count < 6; count++) {
      const mia = await guest(`Mia ${count}`)
      for (let tries = 0; tries < 4; tries++) {
        const answer = await join(mia, { password: `wrong ${tries}` })
        codes.push(answer.ok ? 'in' : answer.error.code)
      }
    }
    expect(codes.filter((code) => code === 'wrongPassword')).toHaveLength(20)
    expect(codes.slice(20)).toEqual(['rateLimited', 'rateLimited', 'rateLimited', 'rateLimited'])
  })

  test('without waiting from now on, who waits comes in; members’ lobby is another matter', async () => {
    await change({ guestsWait: true, lobby: true })
    const mia = await guest()
    await join(mia)
    await join(ben)
    await change({ lobby: false })
    await ben.hears('lobby.admitted')
    await world.settled()
    expect(mia.heard('lobby.admitted')).toEqual([])
    await change({ guestsWait: false })
    await mia.hears('lobby.admitted')
  })
})
