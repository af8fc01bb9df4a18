// A room that a worker is not enough for, on two real ones, with a limit so low that whoever comes third is on the second worker.
import { randomUUID } from 'node:crypto'
import type { Router, Worker } from 'mediasoup/types'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import type { MediaEvent } from '../../server/media/engine.ts'
import { VOICES_MAX } from '../../server/media/loudest.ts'
import { camera, missingWorker, newSeat, refusalOf, valueOf } from '../support/media/engine.ts'
import { arriving } from '../support/rtp/arrivals.ts'
import { openPeople, type SyntheticPeople, type SyntheticPerson } from '../support/rtp/people.ts'
import { withoutEstimates } from '../support/rtp/plainTransports.ts'

const missing = missingWorker()
if (missing) throw new Error(missing)

const SPEECH_DB = -30
const SOON = { timeout: 10_000 }
/** With two people who send, a worker has this to do. */
const CONSUMERS_PER_WORKER = 3

let people: SyntheticPeople
/** Of each worker, those that are open. */
const routers: Set<Router>[] = []
let roomId: string

beforeAll(async () => {
  people = await openPeople({ workers: 2, consumersPerWorker: CONSUMERS_PER_WORKER })
  for (const worker of people.plain.workers) watchRouters(worker)
})
afterEach(() => people.media.engine.closeRoom(roomId))
afterAll(() => people.close())

function watchRouters(worker: Worker) {
  const open = new Set<Router>()
  routers.push(open)
  worker.observer.on('newrouter', (router) => {
    open.add(router)
    router.observer.once('close', () => open.delete(router))
  })
}

const roomsOnWorkers = () => people.media.engine.workers().map(({ rooms }) => rooms)

/** 0 or 1: the worker this person's transports are on. */
async function workerOf({ offer }: SyntheticPerson): Promise<number> {
  const dumps = await Promise.all(routers.map(async (open) => Promise.all([...open].map((router) => router.dump()))))
  return dumps.findIndex((of) => of.some(({ transportIds }) => transportIds.includes(offer.send.id)))
}

async function fourPeople() {
  roomId = randomUUID()
  const [ann, ben, chloe, dave] = [
    await people.enter({ roomId, level: SPEECH_DB }),
    await people.enter({ roomId, level: null }),
    await people.enter({ roomId, level: null }),
    await people.enter({ roomId, level: null }),
  ]
  expect(await Promise.all([ann, ben, chloe, dave].map(workerOf))).toEqual([0, 0, 1, 1])
  return { ann, ben, chloe, dave }
}

const sentBy = ({ microphoneId, cameraId }: SyntheticPerson) => [microphoneId, cameraId].filter((id) => id !== null)
/** Of what these send, that of which packets reach this person now. */
const reaching = (person: SyntheticPerson, others: readonly SyntheticPerson[]) =>
  arriving(others.flatMap(sentBy), (id) => people.countOf(person, id))
const reachesAll = (person: SyntheticPerson, others: readonly SyntheticPerson[]) =>
  expect.poll(() => reaching(person, others), SOON).toEqual(others.flatMap(sentBy))

const toldTo = <Name extends MediaEvent['name']>({ seat }: SyntheticPerson, name: Name) =>
  people.media.told.flatMap(({ seat: to, event }) =>
    to.userId === seat.userId && event.name === name ? [event.payload as (MediaEvent & { name: Name })['payload']] : [],
  )

describe('on two workers', () => {
  test('everybody hears and sees everybody, and comes and goes', async () => {
    const { ann, ben, chloe, dave } = await fourPeople()
    const all = [ann, ben, chloe, dave]
    for (const person of all) person.voice.level = SPEECH_DB
    for (const person of all)
      await reachesAll(
        person,
        all.filter((other) => other !== person),
      )
    expect(roomsOnWorkers()).toEqual([1, 1])
    people.leave(ann)
    await expect.poll(() => sentBy(ann).filter((id) => chloe.consumers.has(id)), SOON).toEqual([])
    const again = await people.enter({ roomId, seat: ann.seat, level: SPEECH_DB })
    for (const person of [ben, chloe, dave]) await reachesAll(person, [again])
    await reachesAll(again, [ben, chloe, dave])
  })

  test('muting, unmuting and closing are told and done on the other one, too', async () => {
    const { ann, chloe, dave } = await fourPeople()
    await reachesAll(chloe, [ann])
    const [microphoneId, cameraId] = [ann.microphoneId!, ann.cameraId!]
    const consumerId = chloe.consumers.get(microphoneId)!.id
    valueOf(await people.media.engine.setProducerPaused(ann.seat, microphoneId, true))
    const pauses = () => toldTo(chloe, 'media.consumerPaused')
    await expect.poll(pauses, SOON).toEqual([{ roomId, consumerId, producerPaused: true }])
    await expect.poll(() => reaching(chloe, [ann]), SOON).toEqual([cameraId])
    // Whoever comes meanwhile finds it muted.
    const late = await people.enter({ roomId })
    expect(late.consumers.get(microphoneId)).toMatchObject({ producerPaused: true })
    valueOf(await people.media.engine.setProducerPaused(ann.seat, microphoneId, false))
    await expect.poll(pauses, SOON).toMatchObject([{ producerPaused: true }, { consumerId, producerPaused: false }])
    await reachesAll(chloe, [ann])

    people.media.engine.stopSources(ann.seat, ['microphone', 'camera'])
    await expect.poll(() => chloe.consumers.has(cameraId), SOON).toBe(false)
    await expect.poll(() => reaching(dave, [ann]), SOON).toEqual([])
    expect(toldTo(dave, 'media.consumerPaused').at(-1)).toMatchObject({ producerPaused: true })
  })

  test('what is shown large comes large, what nobody sees stays away, and a key frame comes when asked for', async () => {
    const { ann, chloe } = await fourPeople()
    await reachesAll(chloe, [ann])
    const { id } = chloe.consumers.get(ann.cameraId!)!
    const consumer = people.plain.consumers.find((one) => one.id === id)!
    const shows = async (turn: number, height: number | null) => {
      const size = height === null ? null : { width: Math.round((height * 16) / 9), height }
      valueOf(await people.media.engine.setViews(chloe.seat, turn, [{ consumerId: id, size, large: true }]))
    }
    const layer = () => consumer.currentLayers?.spatialLayer
    await shows(1, 360)
    await expect.poll(layer, SOON).toBe(2)
    await shows(2, 80)
    await expect.poll(layer, SOON).toBe(0)
    await shows(3, null)
    await expect.poll(() => reaching(chloe, [ann]), SOON).toEqual([ann.microphoneId])
    await shows(4, 180)
    await reachesAll(chloe, [ann])
    await expect.poll(layer, SOON).toBe(1)
    // Nobody's connection is weak: neither what is asked of a pipe nor what it carries looks like one.
    await new Promise((resolve) => setTimeout(resolve, 5_000))
    expect(toldTo(chloe, 'media.quality')).toEqual([])
  })

  test('who speaks on either is known on both, the loudest first', async () => {
    const { ann, ben, chloe, dave } = await fourPeople()
    const speakers = (person: SyntheticPerson) => toldTo(person, 'media.speakers').at(-1)?.userIds
    for (const person of [ben, dave]) await expect.poll(() => speakers(person), SOON).toEqual([ann.seat.userId])
    chloe.voice.level = SPEECH_DB + 10
    for (const person of [ben, dave])
      await expect.poll(() => speakers(person), SOON).toEqual([chloe.seat.userId, ann.seat.userId])
    ann.voice.level = null
    for (const person of [ben, dave]) await expect.poll(() => speakers(person), SOON).toEqual([chloe.seat.userId])
    people.leave(chloe)
    await expect.poll(() => speakers(dave), SOON).toEqual([])
  })

  test('two screens a room, not a worker', async () => {
    const { ann, chloe, dave } = await fourPeople()
    const share = ({ seat, offer }: SyntheticPerson) =>
      people.media.engine.produce(seat, camera(offer.send.id, { source: 'screen' }))
    expect(refusalOf(await share(ann))).toBe('ok')
    expect(refusalOf(await share(chloe))).toBe('ok')
    expect(refusalOf(await share(dave))).toBe('conflict source')
  })

  test('whoever is rung is warm on the second one, and sees at once upon answering', async () => {
    roomId = randomUUID()
    const ann = await people.enter({ roomId, level: SPEECH_DB })
    await people.enter({ roomId, level: SPEECH_DB })
    const seat = newSeat(roomId)
    const { engine } = people.media
    const warm = valueOf(await engine.warmUp(seat, withoutEstimates(engine.routerRtpCapabilities)))
    expect(roomsOnWorkers()).toEqual([1, 1])
    const chloe = people.receives(seat, warm)
    expect(await reaching(chloe, [ann])).toEqual([])
    expect(await engine.takeWarm(seat)).toMatchObject({ warm: true, receive: { id: warm.receive.id } })
    await reachesAll(chloe, [ann])
    engine.closeSeat(seat)
    expect(roomsOnWorkers()).toEqual([1, 0])
  })

  test('in a big room the twelve loudest of both are let through on both, and who begins is heard at once', async () => {
    roomId = randomUUID()
    const talkers: SyntheticPerson[] = []
    for (let number = 0; number < VOICES_MAX + 4; number++)
      talkers.push(await people.enter({ roomId, level: SPEECH_DB, camera: false }))
    const places = await Promise.all(talkers.map(workerOf))
    expect(new Set(places.slice(0, VOICES_MAX))).toEqual(new Set([0, 1]))
    expect(new Set(places.slice(VOICES_MAX))).toEqual(new Set([0, 1]))
    const listeners: SyntheticPerson[] = []
    while (talkers.length + listeners.length < 31) listeners.push(await people.enter({ roomId, camera: false }))
    const sides = await Promise.all(listeners.map(workerOf))
    const here = listeners[sides.indexOf(0)]!
    const there = listeners[sides.indexOf(1)]!
    const heard = (person: SyntheticPerson) => reaching(person, talkers)
    const first = talkers.slice(0, VOICES_MAX).flatMap(sentBy)
    for (const person of [here, there]) await expect.poll(() => heard(person), SOON).toEqual(first)

    for (const { voice } of talkers) voice.level = null
    await expect.poll(() => heard(there), SOON).toEqual([])
    // Places are free after so long a silence.
    await new Promise((resolve) => setTimeout(resolve, 1_600))
    const delays: number[] = []
    for (const talker of talkers.slice(VOICES_MAX)) {
      const listener = (await workerOf(talker)) === 0 ? there : here
      const before = people.countOf(listener, talker.microphoneId!)
      const startedAt = performance.now()
      talker.voice.level = SPEECH_DB
      await expect
        .poll(() => people.countOf(listener, talker.microphoneId!), { ...SOON, interval: 5 })
        .toBeGreaterThan(before)
      delays.push(performance.now() - startedAt)
    }
    // Of several: the observers alone would take half a second.
    expect(Math.min(...delays)).toBeLessThan(200)
    for (const person of [...talkers, ...listeners]) people.leave(person)
  }, 60_000)
})

describe('nothing stays behind', () => {
  /** Everything that a worker has, besides its own. */
  const handlers = async () =>
    Promise.all(
      people.plain.workers.map(async (worker) => {
        const { routerIds, channelMessageHandlers } = await worker.dump()
        return { routers: routerIds.length, handlers: channelMessageHandlers.channelRequestHandlers.length }
      }),
    )
  const transportsOn = async (worker: number) =>
    (await Promise.all([...routers[worker]!].map((router) => router.dump()))).map(
      ({ transportIds }) => transportIds.length,
    )

  test('the last seat on a worker takes its router along, and the pipes to it', async () => {
    const empty = await handlers()
    for (let round = 0; round < 3; round++) {
      const { ann, ben, chloe, dave } = await fourPeople()
      await reachesAll(dave, [ann])
      people.leave(chloe)
      expect(roomsOnWorkers()).toEqual([1, 1])
      people.leave(dave)
      expect(roomsOnWorkers()).toEqual([1, 0])
      await expect.poll(async () => Promise.all([0, 1].map(transportsOn)), SOON).toEqual([[4], []])
      // The other way round: the first one goes, the second one goes on by itself.
      const eve = await people.enter({ roomId, level: SPEECH_DB })
      expect(await workerOf(eve)).toBe(1)
      people.leave(ann)
      people.leave(ben)
      await expect.poll(async () => Promise.all([0, 1].map(transportsOn)), SOON).toEqual([[], [2]])
      const frank = await people.enter({ roomId })
      expect(await workerOf(frank)).toBe(1)
      await reachesAll(frank, [eve])
      people.leave(eve)
      people.leave(frank)
      await expect.poll(handlers, SOON).toEqual(empty)
    }
  }, 60_000)

  test('two who ask for the same at once both get it', async () => {
    roomId = randomUUID()
    const ann = await people.enter({ roomId, level: SPEECH_DB })
    const ben = await people.enter({ roomId, level: SPEECH_DB })
    const late = await Promise.all([people.enter({ roomId, camera: false }), people.enter({ roomId, camera: false })])
    expect(await Promise.all(late.map(workerOf))).toEqual([1, 1])
    for (const person of late) await reachesAll(person, [ann, ben])
  })

  test('what closes or is muted on its way over does so there as well', async () => {
    const empty = await handlers()
    roomId = randomUUID()
    const { engine, told } = people.media
    // A little later each time, so that it happens in every moment of it.
    for (let turns = 0; turns < 12; turns++) {
      const ann = await people.enter({ roomId, level: SPEECH_DB })
      const ben = await people.enter({ roomId, level: SPEECH_DB })
      const coming = people.enter({ roomId, camera: false })
      for (let turn = 0; turn < turns * 2; turn++) await new Promise((resolve) => setImmediate(resolve))
      valueOf(await engine.closeProducer(ann.seat, ann.cameraId!))
      valueOf(await engine.setProducerPaused(ben.seat, ben.microphoneId!, true))
      const chloe = await coming
      expect(await workerOf(chloe)).toBe(1)
      await expect.poll(() => reaching(chloe, [ann, ben]), SOON).toEqual([ann.microphoneId, ben.cameraId])
      expect(chloe.consumers.has(ann.cameraId!)).toBe(false)
      const { id, producerPaused } = chloe.consumers.get(ben.microphoneId!)!
      const toldPaused = told.some(
        ({ event }) =>
          event.name === 'media.consumerPaused' && event.payload.consumerId === id && event.payload.producerPaused,
      )
      expect(producerPaused || toldPaused).toBe(true)
      for (const person of [ann, ben, chloe]) people.leave(person)
      await expect.poll(handlers, SOON).toEqual(empty)
    }
  }, 90_000)
})

test('a worker that dies takes the whole room down, and everybody comes back and hears everybody', async () => {
  const { ann, ben, chloe, dave } = await fourPeople()
  const all = [ann, ben, chloe, dave]
  await reachesAll(dave, [ann])
  const { engine, resets, until } = people.media
  const { pid } = engine.workers()[1]!
  const worker = people.plain.workers.find((one) => one.pid === pid)!
  // Muting in that very moment finds nobody there; that is no reason to fall over.
  process.kill(pid, 'SIGKILL')
  const muting = engine.setProducerPaused(ann.seat, ann.microphoneId!, true)
  await until('the room was reset', () => resets.length === 1)
  await muting
  expect(worker.died).toBe(true)
  expect(resets).toEqual([roomId])
  expect(roomsOnWorkers()).toEqual([0, 0])
  const back: SyntheticPerson[] = []
  for (const { seat } of all) back.push(await people.enter({ roomId, seat, level: SPEECH_DB }))
  expect(roomsOnWorkers()).toEqual([1, 1])
  for (const person of back)
    await reachesAll(
      person,
      back.filter((other) => other !== person),
    )
})
