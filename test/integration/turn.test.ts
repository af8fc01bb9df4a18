// Who is handed a password for the TURN server: whoever has a seat or is being rung, and nobody else. The real server and worker.
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { turnCredential } from '../../server/media/turn.ts'
import type { MediaOffer, OpaqueMedia } from '../../shared/protocol/media.ts'
import { missingWorker } from '../support/media/engine.ts'
import { startServer, type ServerProcess } from '../support/serverProcess.ts'
import { TestDevice } from '../support/testDevice.ts'

const missing = missingWorker()
if (missing) console.warn(`tests of TURN passwords skipped: ${missing}`)

const SECRET = 'shared with the relay alone'
const URLS = ['turn:127.0.0.1:3478?transport=udp', 'turn:127.0.0.1:3478?transport=tcp']

describe.skipIf(missing)('a password for the TURN server', () => {
  let server: ServerProcess
  let capabilities: OpaqueMedia
  const people: TestDevice[] = []

  beforeAll(async () => {
    const env = { PARLEY_TURN_URLS: URLS.join(', '), PARLEY_TURN_SECRET: SECRET, PARLEY_LOG_LEVEL: 'trace' }
    server = await startServer({ args: ['--media-workers', '1'], env })
  })
  afterAll(async () => {
    for (const person of people) person.disconnects()
    await server?.stop()
  })

  async function signIn(login: string): Promise<TestDevice> {
    const device = new TestDevice(() => server.url, login, `${login}'s laptop`)
    await device.signsIn()
    await device.connects()
    people.push(device)
    capabilities = (await device.does('media.routerCapabilities', {})).routerRtpCapabilities
    return device
  }

  /** The servers are TURN alone, with a password of this person's that is good now and for an hour at most. */
  function expectPassword(iceServers: MediaOffer['iceServers'] | undefined, of: TestDevice) {
    expect(iceServers).toHaveLength(1)
    const [given] = iceServers ?? []
    expect(given?.urls).toEqual(URLS)
    const [expiry, userId] = given?.username?.split(':') ?? []
    const madeAt = Number(expiry) * 1000 - 60 * 60_000
    expect(userId).toBe(of.id)
    expect(Math.abs(madeAt - Date.now())).toBeLessThan(30_000)
    expect(given?.credential).toBe(turnCredential(SECRET, of.id, madeAt).credential)
  }

  test('comes with a seat, anew with each restart of ICE, and goes to nobody outside', async () => {
    const ann = await signIn('ann')
    const ben = await signIn('ben')
    const { snapshot, media } = await ann.does('room.create', { name: 'Standup', rtpCapabilities: capabilities })
    const roomId = snapshot.room.id
    expectPassword(media?.iceServers, ann)
    const transportId = media?.receive.id ?? ''
    expectPassword((await ann.does('media.restartIce', { roomId, transportId })).iceServers, ann)

    const refused = [
      await ben.ask('media.open', { roomId, rtpCapabilities: capabilities }),
      await ben.ask('media.restartIce', { roomId, transportId }),
    ]
    expect(refused).toMatchObject([
      { ok: false, error: { code: 'notInRoom' } },
      { ok: false, error: { code: 'notInRoom' } },
    ])

    await ann.does('room.leave', { roomId })
    const gone = await ann.ask('media.restartIce', { roomId, transportId })
    expect(gone).toMatchObject({ ok: false, error: { code: 'notInRoom' } })
  })

  test('comes while one is rung, and no more once the ring has ended', async () => {
    const chloe = await signIn('chloe')
    const dan = await signIn('dan')
    const { snapshot } = await chloe.does('room.create', { name: 'Review', rtpCapabilities: capabilities })
    const call = await chloe.rings(dan, snapshot.room.id)
    const wish = { callId: call.id, rtpCapabilities: capabilities }
    const { media } = await dan.does('call.warmUp', wish)
    expectPassword(media.iceServers, dan)
    const restart = { roomId: snapshot.room.id, transportId: media.receive.id }
    expectPassword((await dan.does('media.restartIce', restart)).iceServers, dan)

    await dan.declines(call)
    expect(await dan.ask('media.restartIce', restart)).toMatchObject({ ok: false, error: { code: 'notInRoom' } })
    expect(await dan.ask('call.warmUp', wish)).toMatchObject({ ok: false, error: { code: 'conflict' } })
  })

  test('neither it nor the secret is ever logged', () => {
    const printed = server.output()
    expect(printed).toContain('listening')
    expect(printed).not.toContain(SECRET)
    for (const { id } of people) expect(printed).not.toMatch(new RegExp(`\\d{10}:${id}`))
  })
})
