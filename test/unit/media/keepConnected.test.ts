// Losing and regaining a transport, in the test's own time.
import type { types } from 'mediasoup-client'
import { beforeEach, describe, expect, it } from 'vitest'
import { keepConnected } from '../../../renderer/media/keepConnected.ts'

describe('a transport that is kept connected', () => {
  let seen: string[]
  let waiting: { ms: number; action: () => void }[]
  let onState: (state: types.ConnectionState) => void
  let served: boolean
  let keeper: ReturnType<typeof keepConnected>
  const transport = { connectionState: 'connected' as types.ConnectionState, closed: false }

  beforeEach(() => {
    seen = []
    waiting = []
    served = true
    keeper = keepConnected({
      transport: Object.assign(transport, {
        on: (_: string, listener: typeof onState) => (onState = listener),
        observer: { once: () => {} },
        restartIce: async () => void seen.push('restarted'),
      }) as unknown as types.Transport,
      newIceParameters: async () => (served ? ({} as types.IceParameters) : null),
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

  it('waits out a short loss', async () => {
    become('disconnected')
    become('connected')
    expect(waiting).toEqual([])
    expect(seen).toEqual([])
  })

  it('restarts ICE when the loss lasts, and at once when it is final', async () => {
    become('disconnected')
    await wait()
    expect(seen).toEqual(['restarted'])
    become('connected')
    become('failed')
    await settled()
    expect(seen).toEqual(['restarted', 'restarted'])
  })

  it('gives up after three restarts in vain', async () => {
    become('failed')
    await settled()
    for (let times = 0; times < 3; times++) await wait()
    expect(seen).toEqual(['restarted', 'restarted', 'restarted', 'hopeless'])
  })

  it('gives up at once when the server knows the transport no more', async () => {
    served = false
    become('failed')
    await settled()
    expect(seen).toEqual(['hopeless'])
    expect(waiting).toEqual([])
  })

  it('takes any number of network changes', async () => {
    for (let times = 0; times < 5; times++) {
      keeper.restart()
      await settled()
    }
    expect(seen).toEqual(Array(5).fill('restarted'))
  })
})
