// Who is heard in a big room, as a list of who says something when.
import { expect, test } from 'vitest'
import { levelIn } from '../../../server/media/ear.ts'
import { Loudest, VOICES_MAX } from '../../../server/media/loudest.ts'
import { buildPacket } from '../../support/rtp/packets.ts'

const names = (count: number) => Array.from({ length: count }, (_, index) => `p${index}`)

/** A room in which `count` people have turned their microphones on, one a second. */
function roomOf(count: number) {
  const loudest = new Loudest()
  names(count).forEach((id, index) => loudest.enters(id, index * 1_000))
  return { loudest, now: count * 1_000 }
}
const heard = (loudest: Loudest, count: number) => names(count).filter((id) => loudest.has(id))

test('twelve microphones are all let through, silent or not', () => {
  const { loudest } = roomOf(VOICES_MAX)
  expect(heard(loudest, VOICES_MAX)).toEqual(names(VOICES_MAX))
})

test('whoever turns a microphone on gets the place of the one who has been silent for longest', () => {
  const { loudest, now } = roomOf(VOICES_MAX)
  for (const id of names(VOICES_MAX)) if (id !== 'p3') loudest.speaks(id, -40, now)
  expect(loudest.enters('new', now + 1_400)).toEqual({ started: ['new'], stopped: ['p3'] })
  // The others have just spoken: one more has to wait, until they are silent.
  expect(loudest.enters('late', now + 1_400)).toEqual({ started: [], stopped: [] })
  expect(loudest.speaks('late', -50, now + 1_450)).toEqual({ started: [], stopped: [] })
  expect(loudest.speaks('late', -50, now + 1_500)).toEqual({ started: ['late'], stopped: ['p0'] })
})

test('with thirteen speaking at once, a clearly louder one takes over after a while, and one as loud does not', () => {
  const { loudest, now } = roomOf(VOICES_MAX)
  const everybody = (at: number) => names(VOICES_MAX).forEach((id, index) => loudest.speaks(id, -30 - index, at))
  everybody(now)
  loudest.enters('new', now)
  for (let at = now; at < now + 10_000; at += 500) {
    everybody(at)
    expect(loudest.speaks('new', -37, at).started).toEqual([])
  }
  everybody(now + 10_000)
  expect(loudest.speaks('new', -35, now + 10_000)).toEqual({ started: ['new'], stopped: ['p11'] })
})

test('the place of one who mutes goes to whoever spoke last among those who wait', () => {
  const { loudest, now } = roomOf(VOICES_MAX)
  for (const id of names(VOICES_MAX)) loudest.speaks(id, -30, now)
  for (const id of ['one', 'other']) loudest.enters(id, now)
  loudest.speaks('one', -50, now + 100)
  loudest.speaks('other', -50, now)
  expect(loudest.leaves('p5', now + 200)).toEqual({ started: ['one'], stopped: [] })
  expect(loudest.leaves('other', now + 300)).toEqual({ started: [], stopped: [] })
})

test('a level is read from either form of header extensions, and from nothing that is none', () => {
  const extensions = [
    { id: 1, value: Buffer.from('mid') },
    { id: 4, value: Buffer.from([0x80 | 42]) },
  ]
  const { packet } = buildPacket({ payloadType: 111, ssrc: 1, marker: false, extensions, payload: Buffer.alloc(9) })
  expect(levelIn(packet, 4)).toBe(-42)
  expect(levelIn(packet, 5)).toBeNull()
  const twoBytes = Buffer.from([...packet.subarray(0, 12), 0x10, 0, 0, 2, 9, 1, 7, 0, 4, 1, 0x80 | 13, 0, 1, 2, 3])
  expect(levelIn(twoBytes, 4)).toBe(-13)
  expect(levelIn(packet.subarray(0, 20), 4)).toBeNull()
  expect(levelIn(Buffer.alloc(3), 4)).toBeNull()
  const plain = Buffer.from(packet)
  plain[0] = 0x80
  expect(levelIn(plain, 4)).toBeNull()
})
