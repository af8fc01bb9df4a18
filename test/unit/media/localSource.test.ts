// The microphone and camera buttons: what is wanted last is what there is in the end, and devices are given back.
import type { types } from 'mediasoup-client'
import { describe, expect, it } from 'vitest'
import type { GetUserMedia } from '../../../renderer/media/devices.ts'
import { createLocalSource, type Unplugged } from '../../../renderer/media/localSource.ts'

class FakeTrack extends EventTarget {
  enabled = true
  label = ''
  readyState: 'live' | 'ended' = 'live'
  stop() {
    this.readyState = 'ended'
  }
}

function fakeProducer(id: string, track: MediaStreamTrack) {
  const replaceTrack = async (next: { track: MediaStreamTrack }) => void (producer.track = next.track)
  const producer = {
    id,
    track,
    paused: false,
    closed: false,
    replaceTrack,
    pause: () => {},
    resume: () => {},
    close: () => {},
  }
  producer.pause = () => void (producer.paused = true)
  producer.resume = () => void (producer.paused = false)
  producer.close = () => void (producer.closed = true)
  return producer
}

function setUp(whenOff: 'pause' | 'close', getUserMedia?: GetUserMedia) {
  const tracks: FakeTrack[] = []
  const told: string[] = []
  const unplugged: Unplugged[] = []
  const source = createLocalSource({
    whenOff,
    constraints: { audio: true },
    getUserMedia:
      getUserMedia ??
      (async () => {
        const track = new FakeTrack()
        tracks.push(track)
        track.label = `device ${tracks.length}`
        return { getTracks: () => [track] } as unknown as MediaStream
      }),
    produce: async (_, track) => {
      const producer = fakeProducer(`producer${told.length}`, track)
      told.push('produced')
      return producer as unknown as types.Producer
    },
    tellPaused: (_, paused) => told.push(paused ? 'paused' : 'resumed'),
    tellClosed: () => told.push('closed'),
    onUnplugged: (what) => unplugged.push(what),
    onChange: () => {},
  })
  return { source, tracks, told, unplugged }
}
const transport = { closed: false } as types.Transport

describe('a local source', () => {
  it('opens nothing and produces nothing until it is asked to', async () => {
    const { source, tracks, told } = setUp('pause')
    source.attach(transport)
    expect(source.state()).toEqual({ status: 'off', error: null, track: null })
    expect([tracks, told]).toEqual([[], []])
  })

  it('produces at whatever moment of its opening the transport comes', async () => {
    for (let turns = 0; turns < 30; turns++) {
      const { source, told } = setUp('pause')
      const setting = source.set(true)
      for (let turn = 0; turn < turns; turn++) await null
      source.attach(transport)
      await setting
      await new Promise((resolve) => setTimeout(resolve))
      expect(told, `after ${turns} turns`).toEqual(['produced'])
    }
  })

  it('opens before there is a transport, and produces when there is one', async () => {
    const { source, told } = setUp('close')
    const setting = source.set(true)
    expect(source.state().status).toBe('pending')
    await setting
    expect(source.state().status).toBe('on')
    expect(told).toEqual([])
    source.attach(transport)
    await source.set(true)
    expect(told).toEqual(['produced'])
  })

  it('pauses a microphone, keeping the device', async () => {
    const { source, tracks, told } = setUp('pause')
    source.attach(transport)
    await source.set(true)
    await source.set(false)
    expect(tracks[0]).toMatchObject({ readyState: 'live', enabled: false })
    await source.set(true)
    expect(tracks).toHaveLength(1)
    expect(told).toEqual(['produced', 'paused', 'resumed'])
  })

  it('closes a camera, giving the device back', async () => {
    const { source, tracks, told } = setUp('close')
    source.attach(transport)
    await source.set(true)
    await source.set(false)
    expect(tracks[0]?.readyState).toBe('ended')
    expect(source.state().track).toBe(null)
    expect(told).toEqual(['produced', 'closed'])
  })

  it('follows the last of several quick wishes', async () => {
    const { source, tracks, told } = setUp('close')
    source.attach(transport)
    await Promise.all([source.set(true), source.set(false), source.set(true), source.set(false)])
    expect(source.state().status).toBe('off')
    expect(tracks.every(({ readyState }) => readyState === 'ended')).toBe(true)
    await Promise.all([source.set(false), source.set(true)])
    expect(source.state().status).toBe('on')
    expect(told.filter((what) => what === 'produced').length - told.filter((what) => what === 'closed').length).toBe(1)
  })

  it('sends the same track on the next transport', async () => {
    const { source, tracks, told } = setUp('pause')
    source.attach(transport)
    await source.set(true)
    source.attach(null)
    source.attach({ closed: false } as types.Transport)
    await source.set(true)
    expect(tracks).toHaveLength(1)
    expect(told).toEqual(['produced', 'produced'])
  })

  it('sends from another device without producing anew', async () => {
    const { source, tracks, told } = setUp('close')
    await source.renew()
    expect(tracks).toEqual([])
    source.attach(transport)
    await source.set(true)
    await source.renew()
    expect(tracks.map(({ readyState }) => readyState)).toEqual(['ended', 'live'])
    expect(source.producer()?.track).toBe(tracks[1])
    expect(told).toEqual(['produced'])
  })

  it('opens another microphone only when it is unmuted', async () => {
    const { source, tracks, told } = setUp('pause')
    source.attach(transport)
    await source.set(true)
    await source.set(false)
    await source.renew()
    expect(tracks.map(({ readyState }) => readyState)).toEqual(['ended'])
    await source.set(true)
    expect(source.producer()?.track).toBe(tracks[1])
    expect(tracks[1]).toMatchObject({ readyState: 'live', enabled: true })
    expect(told).toEqual(['produced', 'paused', 'resumed'])
  })

  it.each([
    ['NotAllowedError', 'denied'],
    ['NotFoundError', 'notFound'],
    ['OverconstrainedError', 'notFound'],
    ['NotReadableError', 'inUse'],
    ['TypeError', 'failed'],
  ])('says why there is no device: %s is %s', async (name, error) => {
    const { source } = setUp('pause', () => Promise.reject(Object.assign(new Error(name), { name })))
    source.attach(transport)
    await source.set(true)
    expect(source.state()).toEqual({ status: 'error', error, track: null })
    await source.set(false)
    expect(source.state().status).toBe('off')
  })

  const unplug = (track: FakeTrack | undefined) => {
    track?.stop()
    track?.dispatchEvent(new Event('ended'))
  }

  it.each(['pause', 'close'] as const)('goes on with another device when one is unplugged (%s)', async (whenOff) => {
    const { source, tracks, told, unplugged } = setUp(whenOff)
    source.attach(transport)
    await source.set(true)
    const producer = source.producer()
    unplug(tracks[0])
    expect(source.state().status).toBe('pending')
    await source.renew()
    expect(source.state()).toMatchObject({ status: 'on', track: tracks[1] })
    expect(source.producer()).toBe(producer)
    expect(producer?.track).toBe(tracks[1])
    expect(told).toEqual(['produced'])
    expect(unplugged).toEqual([{ lost: 'device 1', next: 'device 2' }])
  })

  it('opens nothing for a device that is unplugged while it is silenced, and the producer waits for the next', async () => {
    const { source, tracks, told, unplugged } = setUp('pause')
    source.attach(transport)
    await source.set(true)
    const producer = source.producer()
    await source.set(false)
    expect(source.state().silenced).toBe(tracks[0])
    unplug(tracks[0])
    await Promise.resolve()
    expect(tracks).toHaveLength(1)
    expect(source.state()).toEqual({ status: 'off', error: null, track: null })
    await source.set(true)
    expect(source.producer()).toBe(producer)
    expect(producer?.track).toBe(tracks[1])
    expect([told, unplugged]).toEqual([['produced', 'paused', 'resumed'], []])
  })

  it('says that there is none when no other device is left', async () => {
    const first = new FakeTrack()
    const left = [first]
    const none = () => Promise.reject(Object.assign(new Error('none'), { name: 'NotFoundError' }))
    const { source, told, unplugged } = setUp('close', async () => {
      const track = left.pop()
      return track ? ({ getTracks: () => [track] } as unknown as MediaStream) : none()
    })
    source.attach(transport)
    await source.set(true)
    unplug(first)
    await source.renew()
    expect(source.state()).toEqual({ status: 'error', error: 'notFound', track: null })
    expect([told, unplugged]).toEqual([['produced', 'closed'], []])
  })

  it('gives up a device that goes whenever it is opened, until its person wants it again', async () => {
    const { source, tracks } = setUp('pause')
    source.attach(transport)
    await source.set(true)
    for (let times = 0; times < 6; times++) {
      unplug(tracks.at(-1))
      await source.renew()
    }
    expect(tracks).toHaveLength(6)
    expect(source.state()).toMatchObject({ status: 'error', error: 'notFound' })
    await source.set(true)
    expect(source.state().status).toBe('on')
  })

  it('keeps no device that opens after everything was stopped', async () => {
    const { source, tracks } = setUp('pause')
    const setting = source.set(true)
    source.stop()
    await setting
    expect(tracks.map(({ readyState }) => readyState)).toEqual(['ended'])
    expect(source.state().status).toBe('off')
  })

  it('sends nothing while it is held, stays on, and goes on by itself', async () => {
    const { source, tracks, told } = setUp('close')
    await source.set(true)
    source.attach(transport)
    await source.set(true)
    source.hold(true)
    await source.set(true)
    expect(told).toEqual(['produced', 'paused'])
    expect(source.state().status).toBe('on')
    expect(tracks.map(({ enabled, readyState }) => [enabled, readyState])).toEqual([[false, 'live']])
    source.hold(false)
    await source.set(true)
    expect(told).toEqual(['produced', 'paused', 'resumed'])
    expect(tracks[0]?.enabled).toBe(true)
    await source.set(false)
    source.hold(true)
    source.hold(false)
    expect(told).toEqual(['produced', 'paused', 'resumed', 'closed'])
    expect(tracks).toHaveLength(1)
  })
})
