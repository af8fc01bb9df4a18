// Silence where there should be packets, look after look.
import type { types } from 'mediasoup-client'
import { beforeEach, describe, expect, it } from 'vitest'
import { heartOf, watchPulse, type Heart } from '../../../renderer/media/pulse.ts'

describe('the pulse of a meeting', () => {
  let pending: (() => void) | null
  let told: number
  let end: () => void

  const settled = () => new Promise((resolve) => setImmediate(resolve))
  const timers = {
    after(_: number, action: () => void) {
      pending = action
      return () => void (pending = null)
    },
  }
  async function looks(times: number) {
    for (let time = 0; time < times; time++) {
      pending?.()
      await settled()
    }
  }
  const heart = (more: { beats?: boolean; heard?: boolean } = {}) => {
    const state = { beats: true, heard: true, ...more }
    const made: Heart = { beats: () => state.beats, heard: async () => state.heard }
    return Object.assign(state, { made })
  }
  const watch = (...those: ReturnType<typeof heart>[]) => {
    end = watchPulse({ hearts: () => those.map(({ made }) => made), timers, onSilent: () => told++ })
  }

  beforeEach(() => {
    pending = null
    told = 0
  })

  it('is told missing after 1.4 s without a packet, once', async () => {
    const one = heart()
    watch(one)
    await looks(5)
    one.heard = false
    await looks(3)
    expect(told).toBe(0)
    await looks(1)
    expect(told).toBe(1)
    await looks(100)
    expect(told).toBe(1)
  })

  it('is told again only after something was heard, and not at once', async () => {
    const one = heart()
    watch(one)
    await looks(1)
    one.heard = false
    await looks(4)
    one.heard = true
    await looks(1)
    one.heard = false
    await looks(13)
    expect(told).toBe(1)
    await looks(1)
    expect(told).toBe(2)
  })

  it('is not missing while anything is heard, nor where nothing is meant to come', async () => {
    const heard = heart()
    const silent = heart({ heard: false })
    watch(heard, silent)
    await looks(20)
    heard.beats = false
    silent.beats = false
    await looks(20)
    expect(told).toBe(0)
  })

  it('is not missing before it was ever there', async () => {
    watch(heart({ heard: false }))
    await looks(50)
    expect(told).toBe(0)
  })

  it('takes a failure to ask for silence, and ends when told', async () => {
    const one = heart()
    watch(one)
    await looks(1)
    one.made.heard = () => Promise.reject(new Error('closed'))
    await looks(4)
    expect(told).toBe(1)
    end()
    expect(pending).toBeNull()
  })
})

describe('the heart of a transport', () => {
  const transportWith = (packets: () => number, state: types.ConnectionState = 'connected') =>
    ({
      connectionState: state,
      closed: false,
      getStats: async () => new Map([['T1', { type: 'transport', packetsReceived: packets() }]]),
    }) as unknown as types.Transport

  it('beats when it should and was begun', () => {
    expect(heartOf(transportWith(() => 0), () => true).beats()).toBe(true)
    expect(heartOf(transportWith(() => 0), () => false).beats()).toBe(false)
    expect(heartOf(transportWith(() => 0, 'new'), () => true).beats()).toBe(false)
  })

  it('is heard while the transport counts packets', async () => {
    let packets = 5
    const heart = heartOf(transportWith(() => packets), () => true)
    expect(await heart.heard()).toBe(true)
    expect(await heart.heard()).toBe(false)
    packets++
    expect(await heart.heard()).toBe(true)
  })

  it('asks for no statistics while somebody is heard', async () => {
    let asked = 0
    let timestamp = 1_000
    const receiver = { getSynchronizationSources: () => [{ timestamp }] } as unknown as RTCRtpReceiver
    const transport = transportWith(() => asked++)
    const heart = heartOf(transport, () => true, () => [receiver])
    expect(await heart.heard()).toBe(true)
    timestamp += 20
    expect(await heart.heard()).toBe(true)
    expect(asked).toBe(0)
    await heart.heard()
    expect(asked).toBe(1)
  })
})
