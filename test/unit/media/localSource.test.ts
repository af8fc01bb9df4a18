// The microphone and camera buttons: what is wanted last is what there is in the end, and devices are given back.
import type { types } from 'mediasoup-client'
import { describe, expect, it } from 'vitest'
import type { GetUserMedia } from '../../../renderer/media/devices.ts'
import { createLocalSource } from '../../../renderer/media/localSource.ts'

class FakeTrack extends EventTarget {
  enabled = true
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
  const source = createLocalSource({
    whenOff,
    constraints: { audio: true },
    getUserMedia:
      getUserMedia ??
      (async () => {
        const track = new FakeTrack()
        tracks.push(track)
        return { getTracks: () => [track] } as unknown as MediaStream
      }),
    produce: async (_, track) => {
      const producer = fakeProducer(`producer${told.length}`, track)
      told.push('produced')
      return producer as unknown as types.Producer
    },
    tellPaused: (_, paused) => told.push(paused ? 'paused' : 'resumed'),
    tellClosed: () => told.push('closed'),
    onChange: () => {},
  })
  return { source, tracks, told }
}
const transport = { closed: false } as types.Transport

describe('a local source', () => {
  it('opens nothing and produces nothing until it is asked to', async () => {
    const { source, tracks, told } = setUp('pause')
    source.attach(transport)
    expect(source.state()).toEqual({ status: 'off', error: null, track: null })
    expect([tracks, told]).toEqual([[], []])
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

  it('notices when the device is taken away', async () => {
    const { source, tracks, told } = setUp('close')
    source.attach(transport)
    await source.set(true)
    tracks[0]?.dispatchEvent(new Event('ended'))
    expect(source.state()).toEqual({ status: 'error', error: 'notFound', track: null })
    expect(told).toEqual(['produced', 'closed'])
  })

  it('keeps no device that opens after everything was stopped', async () => {
    const { source, tracks } = setUp('pause')
    const setting = source.set(true)
    source.stop()
    await setting
    expect(tracks.map(({ readyState }) => readyState)).toEqual(['ended'])
    expect(source.state().status).toBe('off')
  })
})
