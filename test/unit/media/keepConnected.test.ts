// Losing and regaining a transport, in the test's own time.
import type { types } from 'mediasoup-client'
import { beforeEach, describe, expect, it } from 'vitest'
import { keepConnected, type KeptConnected } from '../../../renderer/media/keepConnected.ts'

describe('a transport that is kept connected', () => {
  let seen: string[]
  let waiting: { ms: number; action: () => void }[]
  let onState: (state: types.ConnectionState) => void
  let served: boolean
  let keeper: KeptConnected
  let handedOut: RTCIceServer[] | null
  /** Set while the server does not answer: what lets it. */
  let answerLater: (() => void)[] | null
  const transport = { connectionState: 'connected' as types.ConnectionState, closed: false }

  beforeEach(() => {
    seen = []
    waiting = []
    served = true
    handedOut = null
    answerLater = null
    keeper = keepConnected({
      transport: Object.assign(transport, {
        on: (_: string, listener: typeof onState) => (onState = listener),
        observer: { once: () => {} },
        restartIce: async () => void seen.push('restarted'),
        updateIceServers: async ({ iceServers }: { iceServers: RTCIceServer[] }) =>
          void seen.push(`now through ${String(iceServers[0]?.urls)}`),
      }) as unknown as types.Transport,
      async newIce() {
        seen.push('asked')
        if (answerLater) await new Promise<void>((resolve) => answerLater?.push(resolve))
        return served ? { iceParameters: {} as types.IceParameters, iceServers: handedOut } : null
      },
      timers: {
        after(ms, action) {
          const entry = { ms, action }
          waiting.push(entry)
          return () => void (waiting = waiting.filter((one) => one !== entry))
        },
      },
      onStateChange: () => {},
      onHopeless: () => seen.push('hopeless'),
    })
    become('connected')
  })

  function become(state: types.ConnectionState) {
    transport.connectionState = state
    onState(state)
  }
  /** Lets the next timer run out, and what follows from it happen. */
  async function wait() {
    waiting.shift()?.action()
    await settled()
  }
  const settled = () => new Promise((resolve) => setImmediate(resolve))

  const restarts = () => seen.filter((what) => what === 'restarted').length

  it('waits out a short loss', async () => {
    become('disconnected')
    become('connected')
    expect(waiting).toEqual([])
    expect(seen).toEqual([])
  })

  it('restarts ICE when the loss lasts, and at once when it is final', async () => {
    become('disconnected')
    await wait()
    expect(seen).toEqual(['asked', 'restarted'])
    become('connected')
    become('failed')
    await settled()
    expect(restarts()).toBe(2)
  })

  it('gives each restart more time than the one before, and gives up after three in vain', async () => {
    become('failed')
    await settled()
    const times: number[] = []
    for (let turns = 0; turns < 3; turns++) {
      times.push(waiting[0]?.ms ?? 0)
      await wait()
    }
    expect(times).toEqual([2_000, 4_000, 6_000])
    expect(restarts()).toBe(3)
    expect(seen.at(-1)).toBe('hopeless')
  })

  it('gives up at once when the server knows the transport no more', async () => {
    served = false
    become('failed')
    await settled()
    expect(seen).toEqual(['asked', 'hopeless'])
    expect(waiting).toEqual([])
  })

  it('asks once, however often the state changes, while the server cannot be reached', async () => {
    answerLater = []
    become('failed')
    become('disconnected')
    become('failed')
    await settled()
    expect(seen).toEqual(['asked'])
    expect(waiting).toEqual([])
    answerLater.forEach((answer) => answer())
    await settled()
    expect(seen).toEqual(['asked', 'restarted'])
  })

  it('takes the fresh servers that come with the answer before it restarts', async () => {
    handedOut = [{ urls: 'turn:turn.example', username: 'u', credential: 'p' }]
    keeper.restart()
    await settled()
    expect(seen).toEqual(['asked', 'now through turn:turn.example', 'restarted'])
  })

  it('makes of a burst of network changes one restart at once and one when it is over', async () => {
    for (let times = 0; times < 5; times++) {
      keeper.restart()
      await settled()
    }
    expect(restarts()).toBe(1)
    while (waiting.length > 0) await wait()
    expect(restarts()).toBe(2)
    keeper.restart()
    await settled()
    expect(restarts()).toBe(3)
  })
})
