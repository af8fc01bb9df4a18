// What members may do, what is stopped of them, and requests with an answer: who may, what the server enforces, and races.
import { randomUUID } from 'node:crypto'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { ProducerSource } from '../../shared/protocol/media.ts'
import type { MembersMay } from '../../shared/protocol/things.ts'
import { openWorld, type World } from '../support/server.ts'
import type { TestDevice } from '../support/testDevice.ts'

let world: World
let ann: TestDevice
let ben: TestDevice
let chloe: TestDevice
let roomId: string
beforeEach(async () => {
  world = await openWorld()
  ann = await world.signIn('ann')
  ben = await world.signIn('ben')
  chloe = await world.signIn('chloe')
  roomId = (await ann.opensMeeting()).room.id
  await ben.joins(roomId)
  await world.advance(1)
  await chloe.joins(roomId)
})
afterEach(() => world.close())

const stateOf = async (person: TestDevice) => {
  await world.settled()
  return (await ann.does('room.get', { roomId })).participants.find(({ user }) => user.id === person.id)
}
const refusedWith = (code: string) => ({ ok: false, error: { code } })
const makes = (person: TestDevice, role: 'admin' | 'member') =>
  ann.does('participant.setRole', { roomId, userId: person.id, role })
const membersMay = (change: Partial<MembersMay>, by = ann) =>
  by.ask('room.update', { roomId, settings: { membersMay: change } })

const transports = new Map<string, string>()
/** Tries to send; media is opened once a device. */
async function produces(person: TestDevice, source: ProducerSource, producerId = randomUUID()) {
  const { id } = person.device
  if (!transports.has(id)) {
    transports.set(id, (await person.does('media.open', { roomId, rtpCapabilities: null })).send.id)
  }
  const kind = source === 'microphone' || source === 'screenAudio' ? ('audio' as const) : ('video' as const)
  const transportId = transports.get(id) ?? ''
  return person.ask('media.produce', {
    roomId,
    transportId,
    producerId,
    source,
    kind,
    rtpParameters: {},
    paused: false,
  })
}
async function sends(person: TestDevice, source: ProducerSource): Promise<string> {
  const answer = await produces(person, source)
  if (!answer.ok) throw new Error(answer.error.message)
  return answer.value.producerId
}

describe('stopping a source', () => {
  const stop = (by: TestDevice, person: TestDevice, source: 'camera' | 'screen') =>
    by.ask('participant.stopSource', { roomId, userId: person.id, source })

  test('closes it whatever the client does, says who did it, and is undone by its person', async () => {
    const camera = await sends(ben, 'camera')
    for (const source of ['screen', 'screenAudio', 'microphone'] as const) await sends(ben, source)
    expect(await stateOf(ben)).toMatchObject({ camera: true, screen: true, microphone: true })
    expect(await stop(ann, ben, 'camera')).toEqual({ ok: true, value: {} })
    expect(await stateOf(ben)).toMatchObject({
      camera: false,
      screen: true,
      microphone: true,
      stopped: { camera: { by: ann.user } },
    })
    expect(await stop(ann, ben, 'screen')).toMatchObject({ ok: true })
    const stopped = await stateOf(ben)
    expect(stopped).toMatchObject({ screen: false, microphone: true, stopped: { screen: { by: ann.user } } })
    expect(stopped?.stopped?.screen?.version).toBeGreaterThan(stopped?.stopped?.camera?.version ?? 0)
    expect((await ben.syncs()).seat?.participants.find(({ user }) => user.id === ben.id)).toEqual(stopped)
    expect(await ben.ask('media.setProducerPaused', { roomId, producerId: camera, paused: false })).toMatchObject(
      refusedWith('invalid'),
    )
    await sends(ben, 'camera')
    expect(await stateOf(ben), 'on again, and still known who had stopped it').toMatchObject({
      camera: true,
      stopped: stopped?.stopped,
    })
    const phone = await world.signIn('ben', "Ben's phone")
    await phone.joins(roomId)
    expect((await stateOf(ben))?.stopped, 'a move to another device begins anew').toBeUndefined()
  })

  test('is for the owner and admins, of people inside, and not of oneself', async () => {
    const before = await world.rows()
    expect(await stop(ben, chloe, 'camera')).toMatchObject(refusedWith('notAllowed'))
    expect(await stop(ann, ann, 'camera')).toMatchObject(refusedWith('notAllowed'))
    expect(await stop(ann, await world.signIn('dan'), 'camera')).toMatchObject(refusedWith('unknownUser'))
    expect(await stop(await world.signIn('grace'), ben, 'camera')).toMatchObject(refusedWith('notInRoom'))
    expect(await world.rows()).toEqual(before)
    await makes(ben, 'admin')
    expect(await stop(ben, ann, 'screen'), 'an admin, the owner').toMatchObject({ ok: true })
  })
})

describe('what members may do', () => {
  test('turned off, it stops at once and stays stopped; owner and admins go on; all are told who did it', async () => {
    await makes(chloe, 'admin')
    for (const person of [ann, ben, chloe])
      for (const source of ['camera', 'screen'] as const) await sends(person, source)
    expect(await membersMay({ camera: false, share: false }, chloe)).toMatchObject({ ok: true })
    const { room } = await ben.hears('room.updated', (told) => told.room.membersMaySet !== undefined)
    expect(room).toMatchObject({
      settings: { membersMay: { microphone: true, camera: false, share: false, chat: true } },
      membersMaySet: { by: chloe.user, version: room.version },
    })
    expect((await ben.syncs()).seat?.room).toEqual(room)
    expect(await stateOf(ben)).toMatchObject({ camera: false, screen: false })
    for (const person of [ann, chloe]) expect(await stateOf(person)).toMatchObject({ camera: true, screen: true })
    for (const source of ['camera', 'screen', 'screenAudio'] as const)
      expect(await produces(ben, source), source).toMatchObject(refusedWith('notAllowed'))
    expect(await produces(ben, 'microphone')).toMatchObject({ ok: true })
    await makes(ben, 'admin')
    expect(await produces(ben, 'camera'), 'promoted').toMatchObject({ ok: true })
    await makes(ben, 'member')
    expect(await stateOf(ben), 'and back').toMatchObject({ camera: false })
    expect(await membersMay({ camera: true })).toMatchObject({ ok: true })
    expect(await produces(ben, 'camera')).toMatchObject({ ok: true })
  })

  test('muted and kept muted: a microphone is not resumed, until one is allowed; taking it back stops it', async () => {
    const producerId = await sends(ben, 'microphone')
    const resume = () => ben.ask('media.setProducerPaused', { roomId, producerId, paused: false })
    await ann.does('participant.muteAll', { roomId, lock: true })
    expect(await stateOf(ben)).toMatchObject({ microphone: false, muted: { by: ann.user } })
    expect(await resume()).toMatchObject(refusedWith('notAllowed'))
    expect(await ben.ask('media.setProducerPaused', { roomId, producerId, paused: true })).toMatchObject({ ok: true })
    const allow = (allowed: boolean, by = ann) =>
      by.ask('participant.allow', { roomId, userId: ben.id, right: 'microphone', allowed })
    expect(await allow(true, chloe)).toMatchObject(refusedWith('notAllowed'))
    expect(await allow(true)).toMatchObject({ ok: true, value: { participant: { allowed: ['microphone'] } } })
    expect(await resume()).toMatchObject({ ok: true })
    expect(await stateOf(ben)).toMatchObject({ microphone: true })
    expect(await allow(false)).toMatchObject({ ok: true })
    expect(await stateOf(ben)).toMatchObject({ microphone: false })
    expect(await resume()).toMatchObject(refusedWith('notAllowed'))
  })

  test('turned off again, nobody keeps what they were allowed; and what was allowed goes with the seat', async () => {
    await membersMay({ microphone: false })
    const allow = () => ann.does('participant.allow', { roomId, userId: ben.id, right: 'microphone', allowed: true })
    await allow()
    await ann.does('participant.muteAll', { roomId, lock: true })
    expect((await stateOf(ben))?.allowed).toBeUndefined()
    await allow()
    const phone = await world.signIn('ben', "Ben's phone")
    await phone.joins(roomId)
    expect((await stateOf(ben))?.allowed, 'kept on another device').toEqual(['microphone'])
    await phone.does('room.leave', { roomId })
    await phone.joins(roomId)
    expect((await stateOf(ben))?.allowed).toBeUndefined()
  })

  test('the chat: members write no more, owner and whoever is allowed do; all go on reading', async () => {
    const writes = (person: TestDevice, text: string) => person.ask('chat.send', { roomId, id: randomUUID(), text })
    expect(await writes(ben, 'Before')).toMatchObject({ ok: true })
    await membersMay({ chat: false })
    expect(await writes(ben, 'Not this')).toMatchObject(refusedWith('notAllowed'))
    expect(await writes(ann, 'From the owner')).toMatchObject({ ok: true })
    await ann.does('participant.allow', { roomId, userId: ben.id, right: 'chat', allowed: true })
    expect(await writes(ben, 'Allowed')).toMatchObject({ ok: true })
    expect(await writes(chloe, 'Not this')).toMatchObject(refusedWith('notAllowed'))
    const { messages } = await chloe.does('chat.list', { roomId })
    expect(messages.map(({ text }) => text).sort()).toEqual(['Allowed', 'Before', 'From the owner'])
    await membersMay({ chat: true })
    expect(await writes(chloe, 'Again')).toMatchObject({ ok: true })
  })

  test('stands beside who gets in: one change holds both, and neither undoes the other', async () => {
    const settings = { locked: true, membersMay: { share: false } }
    await ann.does('room.update', { roomId, settings, password: 'open sesame' })
    await ann.does('room.update', { roomId, name: 'Renamed' })
    await ann.does('participant.muteAll', { roomId, lock: true })
    await ann.does('room.update', { roomId, settings: { locked: false } })
    const { room } = await ann.does('room.get', { roomId })
    expect(room.settings).toEqual({
      whoMayInvite: 'everyone',
      locked: false,
      lobby: false,
      guestsAllowed: false,
      guestsWait: true,
      hasPassword: true,
      membersMay: { microphone: false, camera: true, share: false, chat: true },
    })
    expect(room.membersMaySet?.by).toEqual(ann.user)
  })

  test('is changed by owner and admins only, from inside, and not in a call between two', async () => {
    const before = await world.rows()
    expect(await membersMay({ chat: false }, ben)).toMatchObject(refusedWith('notAllowed'))
    expect(await ben.ask('participant.muteAll', { roomId, lock: true })).toMatchObject(refusedWith('notAllowed'))
    expect(await membersMay({ chat: false }, await world.signIn('dan'))).toMatchObject(refusedWith('notInRoom'))
    expect(await world.rows()).toEqual(before)
  })
})

describe('requests', () => {
  const askOn = (by: TestDevice, person: TestDevice, source: 'microphone' | 'camera' = 'microphone') =>
    by.ask('participant.askToTurnOn', { roomId, userId: person.id, source })
  const askFor = (by: TestDevice, source: 'microphone' | 'camera' | 'share' = 'microphone') =>
    by.ask('participant.askPermission', { roomId, source })
  const answer = (by: TestDevice, requestId: string, accept = true) =>
    by.ask('participant.answerRequest', { requestId, accept })
  const idOf = (answered: Awaited<ReturnType<typeof askFor>>) => {
    if (!answered.ok) throw new Error(answered.error.message)
    return answered.value.request.id
  }
  const told = (person: TestDevice, id: string, status: string) =>
    person.hears('participant.requestChanged', ({ request }) => request.id === id && request.status === status)

  test('to turn something on: that person alone is asked and answers; nothing turns on by it', async () => {
    const id = idOf(await askOn(ann, ben))
    expect((await told(ben, id, 'open')).request).toMatchObject({ from: ann.user, to: ben.user, kind: 'turnOn' })
    expect((await ben.syncs()).requests.map((request) => request.id)).toEqual([id])
    expect((await chloe.syncs()).requests).toEqual([])
    expect(await answer(chloe, id)).toMatchObject(refusedWith('notAllowed'))
    expect(await answer(ann, id)).toMatchObject(refusedWith('notAllowed'))
    expect(await answer(ben, id)).toMatchObject({ ok: true, value: { request: { status: 'accepted' } } })
    expect((await told(ann, id, 'accepted')).request.endedBy).toEqual(ben.user)
    expect(await stateOf(ben)).toMatchObject({ microphone: false })
    expect(await answer(ben, id, false), 'answered twice').toMatchObject(refusedWith('conflict'))
    expect(chloe.heard('participant.requestChanged')).toEqual([])
  })

  test('whoever may not speak and is asked to, may', async () => {
    await membersMay({ microphone: false })
    await answer(ben, idOf(await askOn(ann, ben)))
    expect(await produces(ben, 'microphone')).toMatchObject({ ok: true })
    expect(await produces(chloe, 'microphone')).toMatchObject(refusedWith('notAllowed'))
  })

  test('for a permission: owner and admins hear of it, one answers, that one person may', async () => {
    await membersMay({ microphone: false, share: false })
    const id = idOf(await askFor(ben))
    await told(ann, id, 'open')
    expect(await answer(chloe, id)).toMatchObject(refusedWith('notAllowed'))
    await makes(chloe, 'admin')
    await told(chloe, id, 'open')
    expect((await chloe.syncs()).requests).toMatchObject([{ id, status: 'open' }])
    expect(await answer(chloe, id)).toMatchObject({ ok: true })
    for (const person of [ann, ben]) expect((await told(person, id, 'accepted')).request.endedBy).toEqual(chloe.user)
    expect(await produces(ben, 'microphone')).toMatchObject({ ok: true })
    expect(await produces(ben, 'screen')).toMatchObject(refusedWith('notAllowed'))
    expect(await askFor(ben), 'may already').toMatchObject(refusedWith('conflict'))
    const share = idOf(await askFor(ben, 'share'))
    expect(await answer(ann, share, false)).toMatchObject({ ok: true, value: { request: { status: 'rejected' } } })
    expect(await produces(ben, 'screen')).toMatchObject(refusedWith('notAllowed'))
  })

  test('asked twice, also at once, it is one; after its answer a new one', async () => {
    const [first, again] = await Promise.all([askOn(ann, ben), askOn(ann, ben)])
    expect(idOf(again)).toBe(idOf(first))
    expect(idOf(await askOn(ann, ben, 'camera'))).not.toBe(idOf(first))
    await answer(ben, idOf(first), false)
    expect(idOf(await askOn(ann, ben))).not.toBe(idOf(first))
  })

  test('out of time: a minute, by the stored row, also when the answer comes before the timer', async () => {
    await membersMay({ camera: false })
    const id = idOf(await askFor(ben, 'camera'))
    world.timersLateMs = 60_000
    expect(await answer(ann, id)).toMatchObject(refusedWith('conflict'))
    const next = idOf(await askFor(ben, 'camera'))
    expect(next, 'asked anew').not.toBe(id)
    await told(ben, id, 'timeout')
    await world.advance(60_000)
    await told(ann, next, 'timeout')
    expect((await stateOf(ben))?.allowed).toBeUndefined()
    expect((await ann.syncs()).requests.map(({ status }) => status)).toContain('timeout')
  })

  test('over when either side leaves or may not ask any more, when there is nothing left to ask for, or taken back', async () => {
    const [asked, mine] = [idOf(await askOn(ann, ben)), idOf(await askOn(ann, chloe))]
    await ben.does('room.leave', { roomId })
    await told(ann, asked, 'ended')
    await ann.does('participant.cancelRequest', { requestId: mine })
    await told(chloe, mine, 'cancelled')
    expect(await chloe.ask('participant.cancelRequest', { requestId: mine })).toMatchObject(refusedWith('notAllowed'))
    await ben.joins(roomId)
    await makes(ben, 'admin')
    const his = idOf(await askOn(ben, chloe))
    await makes(ben, 'member')
    await told(chloe, his, 'ended')
    await membersMay({ microphone: false })
    const [bens, chloes] = [idOf(await askFor(ben)), idOf(await askFor(chloe))]
    await makes(chloe, 'admin')
    await told(chloe, chloes, 'accepted')
    await membersMay({ microphone: true })
    expect((await told(ben, bens, 'accepted')).request.endedBy).toEqual(ann.user)
  })

  test('goes with its person to another device, which alone can answer; owners who come back are told what is open', async () => {
    const id = idOf(await askOn(ann, ben))
    const phone = await world.signIn('ben', "Ben's phone")
    await phone.joins(roomId)
    await told(phone, id, 'open')
    expect(await answer(ben, id)).toMatchObject(refusedWith('notInRoom'))
    expect(await answer(phone, id)).toMatchObject({ ok: true })
    await membersMay({ share: false })
    await ann.does('room.leave', { roomId })
    const wish = idOf(await askFor(chloe, 'share'))
    await ann.joins(roomId)
    await told(ann, wish, 'open')
  })

  test('survives a restart, with its deadline', async () => {
    const lasting = await openWorld({ onDisk: true })
    try {
      const [owner, member] = [await lasting.signIn('ann'), await lasting.signIn('ben')]
      const { room } = await owner.opensMeeting()
      await member.joins(room.id)
      const asking = { roomId: room.id, userId: member.id, source: 'camera' as const }
      const { request } = await owner.does('participant.askToTurnOn', asking)
      await lasting.stop()
      await lasting.start()
      for (const person of [owner, member]) await person.connects()
      expect((await member.syncs()).requests).toEqual([request])
      await lasting.advance(60_000)
      await told(member, request.id, 'timeout')
    } finally {
      await lasting.close()
    }
  })

  test('refusals change nothing: by members, to oneself, of people outside, from outside, when it is on', async () => {
    await sends(ben, 'microphone')
    const [dan, grace] = [await world.signIn('dan'), await world.signIn('grace')]
    await world.settled()
    const before = await world.rows()
    expect(await askOn(ben, chloe)).toMatchObject(refusedWith('notAllowed'))
    expect(await askOn(ann, ann)).toMatchObject(refusedWith('notAllowed'))
    expect(await askOn(ann, dan)).toMatchObject(refusedWith('unknownUser'))
    expect(await askOn(ann, ben), 'on already').toMatchObject(refusedWith('conflict'))
    expect(await askOn(dan, ben)).toMatchObject(refusedWith('notInRoom'))
    expect(await askFor(dan)).toMatchObject(refusedWith('notInRoom'))
    expect(await askFor(chloe), 'nothing to ask for').toMatchObject(refusedWith('conflict'))
    expect(await answer(grace, randomUUID())).toMatchObject(refusedWith('conflict'))
    expect(await world.rows()).toEqual(before)
  })
})

test('a call between two knows none of this', async () => {
  const [dan, grace] = [await world.signIn('dan'), await world.signIn('grace')]
  const answer = await dan.does('call.direct', { calleeId: grace.id, media: 'audio', rtpCapabilities: null })
  if (answer.outcome !== 'ringing') throw new Error('grace declined at once')
  await grace.answers(answer.call)
  const direct = { roomId: answer.call.roomId }
  const somebody = { ...direct, userId: grace.id }
  const refused = refusedWith('notAllowed')
  expect(await dan.ask('participant.stopSource', { ...somebody, source: 'camera' })).toMatchObject(refused)
  expect(await dan.ask('participant.askToTurnOn', { ...somebody, source: 'camera' })).toMatchObject(refused)
  expect(await dan.ask('participant.askPermission', { ...direct, source: 'camera' })).toMatchObject(refused)
  const allow = { ...somebody, right: 'camera' as const, allowed: true }
  expect(await dan.ask('participant.allow', allow)).toMatchObject(refused)
  const settings = { membersMay: { camera: false } }
  expect(await dan.ask('room.update', { ...direct, settings })).toMatchObject(refused)
})
