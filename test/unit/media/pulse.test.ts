// Silence where there should be packets, look after look.
import type { types } from 'mediasoup-client'
import { beforeEach, describe, expect, it } from 'vitest'
import { heartOf, watchPulse, type Heart } from '../../../renderer/media/pulse.ts'

describe('the pulse of a meeting', () => {
  let pending: (() => void) | null
  let told: number
  let now: number
  let end: () => void

  const settled = () => new Promise((resolve) => setImmediate(resolve))
  const timers = {
    after(ms: number, action: () => void) {
      pending = () => {
        now += ms
        action()
      }
      return () => void (pending = null)
    },
  }
  async function looks(times: number) {
    for (let time = 0; time < times; time++) {
      pending?.()
      await settled()
    }
  }
  /** `heard`: packets come in, as sound and pictures (`flows`) or only as news of how ours get there. */
  const heart = (more: { beats?: boolean; heard?: boolean; flows?: boolean } = {}) => {
    const state = { beats: true, heard: true, flows: true, asked: 0, ...more }
    let count = 0
    const made: Heart = {
      beats: () => state.beats,
      flows: () => state.heard && state.flows,
      async packets() {
        state.asked++
        return state.heard ? ++count : count
      },
    }
    return Object.assign(state, { made })
  }
  const watch = (...those: ReturnType<typeof heart>[]) => {
    end = watchPulse({ hearts: () => those.map(({ made }) => made), timers, now: () => now, onSilent: () => told++ })
  }

  beforeEach(() => {
    pending = null
    told = 0
    now = 0
  })

  it('is told missing after 0.9 s without a packet, once', async () => {
    const one = heart()
    watch(one)
    await looks(5)
    one.heard = false
    await looks(4)
    expect(told).toBe(0)
    await looks(1)
    expect(told).toBe(1)
    await looks(100)
    expect(told).toBe(1)
  })

  it('is told missing after half a second where packets have come all the time', async () => {
    const one = heart()
    watch(one)
    await looks(30)
    one.heard = false
    await looks(2)
    expect(told).toBe(0)
    await looks(1)
    expect(told).toBe(1)
  })

  it('has time where somebody is silent: packets come every 400 ms, and one of them is lost', async () => {
    const one = heart()
    watch(one)
    for (let times = 0; times < 20; times++) {
      one.heard = true
      await looks(1)
      one.heard = false
      await looks(times === 15 ? 3 : 1)
    }
    expect(told).toBe(0)
  })

  it('is told again only after something was heard, and not at once', async () => {
    const one = heart()
    watch(one)
    await looks(1)
    one.heard = false
    await looks(5)
    one.heard = true
    await looks(1)
    one.heard = false
    await looks(23)
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

  it('is not missing only because the page stood still', async () => {
    const one = heart()
    watch(one)
    await looks(1)
    now += 60_000
    one.heard = false
    await looks(1)
    expect(told).toBe(0)
    one.heard = true
    await looks(5)
    expect(told).toBe(0)
  })

  it('asks for no statistics while sound flows, and hears what is told of ours when there is none', async () => {
    const one = heart()
    watch(one)
    await looks(10)
    expect(one.asked).toBe(0)
    one.flows = false
    await looks(30)
    expect(one.asked).toBe(30)
    expect(told).toBe(0)
  })

  it('takes a failure to ask for silence, and ends when told', async () => {
    const one = heart()
    watch(one)
    await looks(1)
    one.heard = false
    one.made.packets = () => Promise.reject(new Error('closed'))
    await looks(5)
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
    expect(
      heartOf(
        transportWith(() => 0),
        () => true,
      ).beats(),
    ).toBe(true)
    expect(
      heartOf(
        transportWith(() => 0),
        () => false,
      ).beats(),
    ).toBe(false)
    expect(
      heartOf(
        transportWith(() => 0, 'new'),
        () => true,
      ).beats(),
    ).toBe(false)
  })

  it('counts the packets of its transport', async () => {
    expect(
      await heartOf(
        transportWith(() => 5),
        () => true,
      ).packets(),
    ).toBe(5)
  })

  it('flows while somebody new is heard', () => {
    let timestamp = 1_000
    const receiver = { getSynchronizationSources: () => [{ timestamp }] } as unknown as RTCRtpReceiver
    const silent = { getSynchronizationSources: () => [] } as unknown as RTCRtpReceiver
    const heart = heartOf(
      transportWith(() => 0),
      () => true,
      () => [silent, receiver],
    )
    expect(heart.flows()).toBe(true)
    expect(heart.flows()).toBe(false)
    timestamp += 20
    expect(heart.flows()).toBe(true)
  })
})
