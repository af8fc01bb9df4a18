// How long the steps of calls take: who may tell the server, what it believes, and who may read the sum of it.
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { Call } from '../../shared/protocol/things.ts'
import { openWorld, type World } from '../support/server.ts'
import type { TestDevice } from '../support/testDevice.ts'

const TOKEN = 'a-token-of-this-test'

let world: World
let ann: TestDevice
let ben: TestDevice
let roomId: string
beforeEach(async () => {
  world = await openWorld({ config: { metricsToken: TOKEN } })
  ann = await world.signIn('ann')
  ben = await world.signIn('ben')
  roomId = (await ann.opensMeeting()).room.id
})
afterEach(() => world.close())

const asks = (headers: Record<string, string> = {}) => fetch(`${world.server.address}/metrics`, { headers })
/** Those of calls: others change with each command. */
const metrics = async () => {
  const text = await (await asks({ authorization: `Bearer ${TOKEN}` })).text()
  return text.replaceAll(/^(?!parley_call_).*\n/gm, '')
}

/** Rung for a second, delivered at once; answered after two more. */
async function answeredCall(): Promise<Call> {
  const call = await ann.rings(ben, roomId)
  await world.advance(1_000)
  await ben.does('call.received', { callIds: [call.id] })
  await world.advance(2_000)
  await ben.answers(call)
  return call
}
const times = { connectedMs: 40, firstAudioMs: 60, firstVideoMs: 300 }

describe('what the server sees itself', () => {
  test('from invitation to ringing to answer, once a call', async () => {
    const call = await answeredCall()
    // Answered again from the same device: it has ended by now.
    await ben.answers(call)
    const text = await metrics()
    expect(text).toContain('parley_call_delivered_seconds_sum 1\nparley_call_delivered_seconds_count 1\n')
    expect(text).toContain('parley_call_answered_seconds_sum 2\nparley_call_answered_seconds_count 1\n')
  })

  test('rings that nobody answers are no answers', async () => {
    const call = await ann.rings(ben, roomId)
    await ben.declines(call)
    expect(await metrics()).toContain('parley_call_answered_seconds_count 0\n')
  })
})

describe('what devices tell', () => {
  test('each side once, however often it is told', async () => {
    const call = await answeredCall()
    await ben.does('call.timeline', { callId: call.id, ...times })
    await ben.does('call.timeline', { callId: call.id, firstVideoMs: 4_000 })
    await ann.does('call.timeline', { callId: call.id, firstAudioMs: 80 })
    const text = await metrics()
    expect(text).toContain('parley_call_first_video_seconds_sum{side="callee"} 0.3\n')
    expect(text).toContain('parley_call_first_video_seconds_count{side="callee"} 1\n')
    expect(text).toContain('parley_call_first_video_seconds_count{side="caller"} 0\n')
    expect(text).toContain('parley_call_first_audio_seconds_bucket{le="0.1",side="caller"} 1\n')
    expect(text).toContain('parley_call_connected_seconds_sum{side="callee"} 0.04\n')
  })

  test('is refused from whoever has no part in it', async () => {
    const call = await answeredCall()
    const chloe = await world.signIn('chloe')
    const bensPhone = await world.signIn('ben', "Ben's phone")
    const annsPhone = await world.signIn('ann', "Ann's phone")
    await chloe.joins(roomId)
    const before = await metrics()
    for (const [device, code] of [
      [chloe, 'unknownCall'],
      [bensPhone, 'notAllowed'],
      [annsPhone, 'notAllowed'],
    ] as const) {
      expect(await device.ask('call.timeline', { callId: call.id, ...times })).toMatchObject({ error: { code } })
    }
    expect(await metrics()).toBe(before)
  })

  test.each([
    ['nothing', {}, 'invalid'],
    ['below zero', { firstAudioMs: -1 }, 'invalid'],
    ['no whole number', { firstAudioMs: 0.5 }, 'invalid'],
    ['beyond all bounds', { firstVideoMs: 60_001 }, 'invalid'],
    ['longer than the call has lasted', { firstVideoMs: 20_000 }, 'invalid'],
  ])('is refused when it is %s', async (_, steps, code) => {
    const call = await answeredCall()
    const before = await metrics()
    expect(await ben.ask('call.timeline', { callId: call.id, ...steps })).toMatchObject({ error: { code } })
    expect(await metrics()).toBe(before)
  })

  test('is refused for a ring that was not answered, and long afterwards', async () => {
    const call = await answeredCall()
    const ringing = await ann.rings(await world.signIn('dan'), roomId)
    expect(await ann.ask('call.timeline', { callId: ringing.id, ...times })).toMatchObject({
      error: { code: 'conflict' },
    })
    await world.advance(3 * 60_000)
    expect(await ben.ask('call.timeline', { callId: call.id, ...times })).toMatchObject({ error: { code: 'conflict' } })
  })
})

describe('GET /metrics', () => {
  test('is text for Prometheus, and names nobody', async () => {
    const call = await answeredCall()
    await ben.does('call.timeline', { callId: call.id, ...times })
    const answer = await asks({ authorization: `Bearer ${TOKEN}` })
    expect(answer.headers.get('content-type')).toBe('text/plain; version=0.0.4; charset=utf-8')
    expect(answer.headers.get('cache-control')).toBe('no-store')
    const text = await answer.text()
    for (const line of text.trimEnd().split('\n').filter(Boolean)) {
      expect(line).toMatch(/^(# (HELP|TYPE) parley_\w+ .+|parley_\w+(\{[^{}]+\})? [\d.]+)$/)
    }
    expect(text).not.toMatch(/Ann|Ben|[0-9a-f]{8}-[0-9a-f]{4}/)
  })

  test.each([
    ['no token', {}],
    ['another token', { authorization: 'Bearer something-else-of-it' }],
    ['the token without its word', { authorization: TOKEN }],
  ])('with %s it tells nothing', async (_, headers) => {
    const answer = await asks(headers as Record<string, string>)
    expect([answer.status, answer.headers.get('www-authenticate')]).toEqual([401, 'Bearer'])
    expect(await answer.text()).not.toContain('parley_')
  })

  test('a server without a token has no such page', async () => {
    await world.close()
    world = await openWorld()
    expect((await asks({ authorization: `Bearer ${TOKEN}` })).status).toBe(404)
  })
})
