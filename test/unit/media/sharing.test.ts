// Sharing a screen: captured by a press and by nothing else, sent anew when media is, and over for everybody when it is over.
import type { types } from 'mediasoup-client'
import { expect, test } from 'vitest'
import { createSharing, type SharedSource } from '../../../renderer/media/sharing.ts'

class FakeTrack extends EventTarget {
  contentHint = ''
  readyState: 'live' | 'ended' = 'live'
  readonly kind: 'video' | 'audio'
  constructor(kind: 'video' | 'audio') {
    super()
    this.kind = kind
  }
  stop() {
    this.readyState = 'ended'
  }
  /** As the browser does it: by itself. */
  end() {
    this.readyState = 'ended'
    this.dispatchEvent(new Event('ended'))
  }
}

function streamOf(...tracks: FakeTrack[]): MediaStream {
  const of = (kind: string) => () => tracks.filter((track) => track.kind === kind)
  return { getTracks: () => tracks, getVideoTracks: of('video'), getAudioTracks: of('audio') } as unknown as MediaStream
}

function setUp(choose?: () => Promise<MediaStream>) {
  const tracks: FakeTrack[] = []
  const told: string[] = []
  let captures = 0
  const sharing = createSharing({
    getDisplayMedia() {
      captures++
      if (choose) return choose()
      tracks.push(new FakeTrack('video'), new FakeTrack('audio'))
      return Promise.resolve(streamOf(...tracks.slice(-2)))
    },
    async produce(onto, source: SharedSource) {
      const producer = { id: `${source} on ${onto.id}`, closed: false, close: () => void (producer.closed = true) }
      told.push(producer.id)
      return producer as unknown as types.Producer
    },
    tellClosed: (producerId) => told.push(`closed ${producerId}`),
    onChange: () => {},
  })
  return { sharing, tracks, told, captures: () => captures }
}
const transport = (id: string) => ({ id, closed: false }) as types.Transport
const settled = () => new Promise((resolve) => setTimeout(resolve))
const error = (name: string) => Object.assign(new Error(name), { name })

test('nothing is captured until it is asked for; then picture and sound are sent', async () => {
  const { sharing, tracks, told, captures } = setUp()
  sharing.attach(transport('one'))
  await settled()
  expect([captures(), told]).toEqual([0, []])
  await sharing.start()
  await settled()
  expect(told).toEqual(['screen on one', 'screenAudio on one'])
  expect(sharing.state()).toMatchObject({ status: 'on', hasSound: true })
  expect(tracks[0]?.contentHint).toBe('detail')
})

test('stopping gives the screen back and tells the server', async () => {
  const { sharing, tracks, told } = setUp()
  sharing.attach(transport('one'))
  await sharing.start()
  await settled()
  sharing.stop()
  expect(told.slice(2)).toEqual(['closed screen on one', 'closed screenAudio on one'])
  expect(tracks.map(({ readyState }) => readyState)).toEqual(['ended', 'ended'])
  expect(sharing.state()).toEqual({ status: 'off', track: null, hasSound: false, refused: false })
})

test('stopped in the browser’s own bar it is over; without its sound it goes on', async () => {
  const { sharing, tracks, told } = setUp()
  sharing.attach(transport('one'))
  await sharing.start()
  await settled()
  tracks[1]?.end()
  expect(sharing.state()).toMatchObject({ status: 'on', hasSound: false })
  expect(told.slice(2)).toEqual(['closed screenAudio on one'])
  tracks[0]?.end()
  expect(sharing.state().status).toBe('off')
  expect(told.slice(3)).toEqual(['closed screen on one'])
})

test('what is shared is sent anew on the next transport, and not captured again', async () => {
  const { sharing, told, captures } = setUp()
  sharing.attach(transport('one'))
  await sharing.start()
  await settled()
  sharing.attach(null)
  sharing.attach(transport('two'))
  await settled()
  expect(told.slice(2)).toEqual(['screen on two', 'screenAudio on two'])
  expect(captures()).toBe(1)
})

test('after leaving nothing of it comes back, whatever transports follow', async () => {
  const { sharing, tracks, told, captures } = setUp()
  sharing.attach(transport('one'))
  await sharing.start()
  await settled()
  sharing.leave()
  sharing.attach(transport('two'))
  await settled()
  expect(told).toEqual(['screen on one', 'screenAudio on one'])
  expect(tracks.map(({ readyState }) => readyState)).toEqual(['ended', 'ended'])
  expect(captures()).toBe(1)
})

test('what is chosen after leaving is given back and never sent', async () => {
  const late = new FakeTrack('video')
  let choose = (_stream: MediaStream) => {}
  const { sharing, told } = setUp(() => new Promise((resolve) => (choose = resolve)))
  sharing.attach(transport('one'))
  const starting = sharing.start()
  expect(sharing.state().status).toBe('pending')
  sharing.leave()
  sharing.attach(transport('two'))
  choose(streamOf(late))
  await starting
  await settled()
  expect(late.readyState).toBe('ended')
  expect(told).toEqual([])
  expect(sharing.state().status).toBe('off')
})

test('pressing twice asks once', async () => {
  const { sharing, captures } = setUp()
  await Promise.all([sharing.start(), sharing.start()])
  await sharing.start()
  expect(captures()).toBe(1)
})

test.each([
  ['NotAllowedError', 'off'],
  ['AbortError', 'off'],
  ['NotReadableError', 'error'],
])('a choice put away is no trouble, a broken one is: %s', async (name, status) => {
  const { sharing } = setUp(() => Promise.reject(error(name)))
  await sharing.start()
  expect(sharing.state().status).toBe(status)
})

test('a screen that the server refuses is given back, and that is said', async () => {
  const { sharing, tracks } = setUp()
  sharing.attach(transport('one'))
  await sharing.start()
  await settled()
  sharing.refused('somebody else’s', 'unavailable')
  expect(sharing.state().status).toBe('on')
  sharing.refused('screen on one', 'unavailable')
  expect(sharing.state().status).toBe('error')
  expect(tracks.map(({ readyState }) => readyState)).toEqual(['ended', 'ended'])
})
