// What happens when a media worker dies: it is replaced, its rooms are told, other rooms notice nothing.
import { randomUUID } from 'node:crypto'
import { afterEach, describe, expect, it } from 'vitest'
import {
  camera,
  microphone,
  missingWorker,
  newSeat,
  refusalOf,
  startTestEngine,
  valueOf,
  type TestEngine,
} from '../support/media/engine.ts'

const missing = missingWorker()
if (missing) console.warn(`media tests skipped: ${missing}`)

describe.skipIf(missing)('media workers', () => {
  let media: TestEngine
  afterEach(() => media.engine.close())

  const pids = () => media.engine.workers().map(({ pid }) => pid)

  it('places rooms on the least loaded worker and gives the place back', async () => {
    media = await startTestEngine({ workers: 2 })
    const roomIds = [randomUUID(), randomUUID(), randomUUID()]
    for (const roomId of roomIds) valueOf(await media.engine.open(newSeat(roomId), null))
    expect(
      media.engine
        .workers()
        .map(({ rooms }) => rooms)
        .toSorted(),
    ).toEqual([1, 2])
    for (const roomId of roomIds) media.engine.closeRoom(roomId)
    expect(media.engine.workers().map(({ rooms }) => rooms)).toEqual([0, 0])
  })

  it('replaces a killed worker, resets its rooms alone, and answers unavailable meanwhile', async () => {
    media = await startTestEngine({ workers: 2 })
    const [hit, spared] = [newSeat(randomUUID()), newSeat(randomUUID())]
    const offer = valueOf(await media.engine.open(hit, null))
    valueOf(await media.engine.produce(hit, microphone(offer.send.id)))
    const [victim] = pids()
    const sparedOffer = valueOf(await media.engine.open(spared, null))
    process.kill(victim ?? 0, 'SIGKILL')
    // Each turn of the event loop is looked at, so that the answers below fall between the death and the replacement.
    while (pids().includes(victim ?? 0)) await new Promise((resolve) => setImmediate(resolve))
    const meanwhile = [await media.engine.open(hit, null), await media.engine.restartIce(hit, offer.send.id)]
    expect(meanwhile.map(refusalOf)).toEqual(['unavailable', 'unavailable'])
    expect(media.resets).toEqual([])
    await media.until('its room was reset', () => media.resets.length > 0)
    expect(media.resets).toEqual([hit.roomId])
    expect(pids()).toHaveLength(2)
    expect(pids()).not.toContain(victim)
    expect(refusalOf(await media.engine.restartIce(spared, sparedOffer.send.id))).toBe('ok')
    const again = valueOf(await media.engine.open(hit, media.engine.routerRtpCapabilities))
    expect(media.sources.at(-1)).toEqual({ seat: hit, sources: { microphone: false, camera: false, screen: false } })
    valueOf(await media.engine.produce(hit, camera(again.send.id)))
    expect(media.sources.at(-1)).toEqual({ seat: hit, sources: { microphone: false, camera: true, screen: false } })
  })

  it('stays down no longer than needed when workers die again and again', async () => {
    media = await startTestEngine()
    const seat = newSeat(randomUUID())
    for (let deaths = 1; deaths <= 3; deaths++) {
      valueOf(await media.engine.open(seat, null))
      process.kill(pids()[0] ?? 0, 'SIGKILL')
      await media.until(`reset number ${deaths}`, () => media.resets.length === deaths)
    }
    expect(refusalOf(await media.engine.open(seat, null))).toBe('ok')
  })

  it('answers what was asked of a dying worker, and forgets a room that was closed meanwhile', async () => {
    media = await startTestEngine()
    const [ending, going] = [newSeat(randomUUID()), newSeat(randomUUID())]
    valueOf(await media.engine.open(ending, null))
    valueOf(await media.engine.open(going, null))
    process.kill(pids()[0] ?? 0, 'SIGSTOP')
    const asked = media.engine.open(going, null)
    process.kill(pids()[0] ?? 0, 'SIGKILL')
    expect(refusalOf(await asked)).toBe('unavailable')
    media.engine.closeRoom(ending.roomId)
    await media.until('the other room was reset', () => media.resets.length > 0)
    expect(media.resets).toEqual([going.roomId])
  })

  it('leaves no process behind when it closes, and refuses to start where it cannot listen', async () => {
    media = await startTestEngine({ workers: 2 })
    const before = pids()
    await media.engine.close()
    for (const pid of before) expect(() => process.kill(pid, 0)).toThrow()
    await expect(startTestEngine({ listenIp: '0.0.0.0' })).rejects.toThrow('announcedAddress')
    await expect(startTestEngine({ listenIp: '192.0.2.1' })).rejects.toThrow()
  })
})
