// @vitest-environment happy-dom
import { flushPromises } from '@vue/test-utils'
import { createPinia, setActivePinia } from 'pinia'
import { beforeEach, describe, expect, test, vi } from 'vitest'
import { createApp, shallowRef } from 'vue'
import { hostKey } from '../../../renderer/host/useHost.ts'
import { liveStateKey } from '../../../renderer/stores/liveState.ts'
import { useCalls } from '../../../renderer/stores/calls.ts'
import { useMedia } from '../../../renderer/stores/media.ts'
import { useRoom } from '../../../renderer/stores/room.ts'
import { emptyMirror } from '../../../shared/client/mirror.ts'
import type { Entry, HostState } from '../../../shared/host.ts'
import { failure, success } from '../../../shared/protocol/result.ts'
import type { Participant } from '../../../shared/protocol/things.ts'
import { aCall, aHostState, ann, aParticipant, aRoom, ben, id } from '../../support/things.ts'

const meeting = vi.hoisted(() => {
  const calls: string[] = []
  let roomId: string | null = null
  let changed = (_state: object) => {}
  const state = (microphone: object = {}) => ({
    roomId,
    connection: 'idle',
    microphone,
    camera: {},
    sharing: {},
    remote: {},
    speakers: [],
  })
  const did = (what: string) => async () => void calls.push(what)
  return {
    calls,
    reset() {
      calls.length = 0
      roomId = null
    },
    microphone: (status: 'on' | 'off') => changed(state({ status })),
    create: (options: { onChange(state: object): void }) => ({
      state: () => {
        changed = options.onChange
        return state()
      },
      preload: async () => ({}),
      rtpCapabilities: () => null,
      start: async (offer: { roomId: string }) => {
        roomId = offer.roomId
        calls.push('start')
      },
      open: async (room: string) => {
        roomId = room
        calls.push('open')
      },
      setMicrophone: (on: boolean) => did(`microphone ${on}`)(),
      setCamera: (on: boolean) => did(`camera ${on}`)(),
      applyEvent: () => {},
      stop: () => {
        roomId = null
        calls.push('stop')
      },
    }),
  }
})
vi.mock('../../../renderer/media/meeting.ts', () => ({ createMeetingMedia: meeting.create }))

const seat = { room: aRoom(), participants: [aParticipant()] }
const entry: Entry = { roomId: id(50), how: 'created', microphone: true, camera: false, startedAt: 1, enteredAt: 2 }

function device(change: Partial<HostState> = {}) {
  const mirror = { ...emptyMirror, me: ann, deviceId: id(11) }
  const live = shallowRef(aHostState({ user: ann, mirror, ...change }))
  const host = {
    ask: vi.fn(async (name: string, input: Record<string, unknown>): Promise<unknown> => {
      if (name === 'call.invite')
        return success({
          results: (input.calleeIds as string[]).map((calleeId) => ({
            calleeId,
            outcome: 'success',
            call: aCall({ id: calleeId }),
          })),
        })
      if (name === 'media.routerCapabilities') return success({ routerRtpCapabilities: {} })
      return success({ calls: [], nextCursor: null, results: [] })
    }),
    onMediaEvent: () => () => {},
    onTalkEvent: () => () => {},
    setMediaCapabilities: () => {},
    takeMediaOffer: vi.fn(async (roomId: string) => ({ roomId })),
    createRoom: vi.fn(async () => success({ roomId: id(50) })),
    leaveRoom: vi.fn(async () => success({})),
  }
  const pinia = createPinia()
  createApp({})
    .provide(hostKey, host as never)
    .provide(liveStateKey, live)
    .use(pinia)
  setActivePinia(pinia)
  const seated = (fields: Partial<HostState> = {}) => {
    live.value = { ...live.value, mirror: { ...live.value.mirror, seat }, ...fields }
  }
  return { live, host, seated }
}

beforeEach(() => {
  meeting.reset()
  sessionStorage.clear()
})

test('entering a room by a gesture opens what that gesture asked for', async () => {
  const { seated } = device()
  useMedia()
  seated({ entry })
  await flushPromises()
  expect(meeting.calls).toEqual(['microphone true', 'camera false', 'start'])
})

test('what is on stays with its meeting: a seat elsewhere that no gesture here took only receives', async () => {
  const { live, seated } = device()
  useMedia()
  seated({ entry })
  await flushPromises()
  meeting.calls.length = 0
  const other = { ...seat, room: aRoom({ id: id(51) }) }
  live.value = { ...live.value, mirror: { ...live.value.mirror, seat: other }, entry: null }
  await flushPromises()
  expect(meeting.calls).toEqual(['stop', 'open'])
})

test('a reloaded page sees and hears, and captures nothing', async () => {
  const before = device()
  useMedia()
  before.seated({ entry })
  await flushPromises()
  meeting.reset()
  // The window is loaded anew; the host still knows the entry.
  device({ mirror: { ...emptyMirror, me: ann, seat }, entry })
  useMedia()
  await flushPromises()
  expect(meeting.calls).toEqual(['open'])
})

test('let in after waiting: what the press of Join chose, in the page it was pressed in and in no other', async () => {
  const admitted = { ...entry, how: 'admitted' as const }
  const here = device()
  useMedia()
  here.seated({ entry: { ...admitted, startedAt: performance.timeOrigin + 1 } })
  await flushPromises()
  expect(meeting.calls).toEqual(['microphone true', 'camera false', 'start'])
  meeting.reset()
  const loadedAnew = device()
  useMedia()
  loadedAnew.seated({ entry: { ...admitted, startedAt: performance.timeOrigin - 1 } })
  await flushPromises()
  expect(meeting.calls).toEqual(['open'])
})

test('when the SFU had no offer, media is asked for until it comes', async () => {
  const { host, seated } = device()
  host.takeMediaOffer.mockResolvedValue(null as never)
  useMedia()
  seated({ entry })
  await flushPromises()
  expect(meeting.calls).toEqual(['microphone true', 'camera false', 'open'])
})

test('losing the seat gives everything back', async () => {
  const { live, seated } = device()
  useMedia()
  seated({ entry })
  await flushPromises()
  live.value = { ...live.value, mirror: { ...live.value.mirror, seat: null }, entry: null }
  await flushPromises()
  expect(meeting.calls.at(-1)).toBe('stop')
})

describe('muted by somebody else', () => {
  const mine = (version: number | null, more: object = {}) =>
    aParticipant({ user: ann, ...(version === null ? {} : { muted: { by: ben, version } }), ...more })
  const tell = (live: ReturnType<typeof device>['live'], participant: Participant) => {
    const room = { ...seat, participants: [participant] }
    live.value = { ...live.value, mirror: { ...live.value.mirror, seat: room } }
    return flushPromises()
  }

  test('this device turns its microphone off and knows by whom; the same word again changes nothing', async () => {
    const { live, seated } = device()
    const media = useMedia()
    seated({ entry })
    await flushPromises()
    meeting.microphone('on')
    await tell(live, mine(5))
    expect(meeting.calls.at(-1)).toBe('microphone false')
    expect(media.mutedBy).toEqual({ by: ben })
    // Turned on again by its person: what was said before does not count any more.
    meeting.calls.length = 0
    meeting.microphone('on')
    await tell(live, mine(5, { version: 9, microphone: true }))
    expect(meeting.calls).toEqual([])
    await tell(live, mine(11, { version: 12 }))
    expect(meeting.calls).toEqual(['microphone false'])
  })

  test('nothing is done, or told, where the microphone is off; nothing ever turns one on', async () => {
    const { live, seated } = device()
    const media = useMedia()
    seated({ entry })
    meeting.microphone('off')
    await flushPromises()
    meeting.calls.length = 0
    await tell(live, mine(5))
    await tell(live, mine(null, { version: 8, microphone: true }))
    expect(meeting.calls).toEqual([])
    expect(media.mutedBy).toBeNull()
  })
})

test('ringing many people goes out in commands the server takes, and is marked for the timeline', async () => {
  const { host, seated } = device()
  const calls = useCalls()
  seated()
  await flushPromises()
  host.ask.mockClear()
  const people = Array.from({ length: 120 }, (_, index) => id(1_000 + index))
  const { results, error } = await calls.invite(people, { media: 'video', seconds: 15, message: '  soon  ' })
  expect(error).toBeNull()
  expect(results.map((result) => result.calleeId)).toEqual(people)
  expect(host.ask.mock.calls.map(([, input]) => (input.calleeIds as string[]).length)).toEqual([50, 50, 20])
  expect(host.ask.mock.calls[0]?.[1]).toMatchObject({ timeoutSeconds: 15, media: 'video', extension: 'soon' })
  expect(performance.getEntriesByName('parley:invited').length).toBe(120)
})

test('a dismissed row stays away; the rest of the pending list stays', async () => {
  const { live, seated } = device()
  const calls = useCalls()
  seated()
  const declined = aCall({ status: 'rejected', reason: 'rejected', endedAt: 2_000, version: 2 })
  live.value = { ...live.value, mirror: { ...live.value.mirror, calls: { [declined.id]: declined } } }
  expect(calls.pendingAt(3_000).map((call) => call.callee.name)).toEqual([ben.name])
  calls.dismiss(declined)
  expect(calls.pendingAt(3_000)).toEqual([])
})

test('another meeting is left only after the person said so', async () => {
  const { host } = device()
  const room = useRoom()
  host.createRoom.mockResolvedValueOnce(failure('inOtherRoom', 'no') as never)
  const attempt = room.create('Design review')
  await flushPromises()
  expect(host.createRoom).toHaveBeenCalledTimes(1)
  room.leaveOtherQuestion?.(false)
  expect(await attempt).toBeNull()

  host.createRoom.mockResolvedValueOnce(failure('inOtherRoom', 'no') as never)
  const again = room.create('Design review')
  await flushPromises()
  room.leaveOtherQuestion?.(true)
  expect((await again)?.ok).toBe(true)
  expect(host.createRoom).toHaveBeenLastCalledWith(
    expect.objectContaining({ leaveOther: true, microphone: true, camera: true }),
  )
})
