// @vitest-environment happy-dom
import { flushPromises } from '@vue/test-utils'
import { createPinia, setActivePinia } from 'pinia'
import { beforeEach, describe, expect, test, vi } from 'vitest'
import { createApp, shallowRef } from 'vue'
import { hostKey } from '../../../renderer/host/useHost.ts'
import { useBeforeJoining } from '../../../renderer/stores/beforeJoining.ts'
import { useHandover } from '../../../renderer/stores/handover.ts'
import { liveStateKey } from '../../../renderer/stores/liveState.ts'
import { useRoom } from '../../../renderer/stores/room.ts'
import { emptyMirror } from '../../../shared/client/mirror.ts'
import { failure, success } from '../../../shared/protocol/result.ts'
import { defaultSettings, type Settings } from '../../../shared/settings.ts'
import { aHostState, aParticipant, aRoom, ben, id } from '../../support/things.ts'

function device(settings: Partial<Settings> = {}) {
  const live = shallowRef(aHostState({ settings: { ...defaultSettings, ...settings } }))
  const host = {
    joinRoom: vi.fn(async (): Promise<unknown> => success({ roomId: id(50) })),
    createRoom: vi.fn(async () => success({ roomId: id(50) })),
  }
  const pinia = createPinia()
  createApp({})
    .provide(hostKey, host as never)
    .provide(liveStateKey, live)
    .use(pinia)
  setActivePinia(pinia)
  const seat = () => {
    const mirror = { ...emptyMirror, me: ben, seat: { room: aRoom(), participants: [aParticipant()] } }
    live.value = { ...live.value, mirror }
  }
  return { host, live, seat }
}

describe('the look before joining', () => {
  test('joins nothing before its answer, and with what the answer says', async () => {
    const { host } = device()
    const [room, before] = [useRoom(), useBeforeJoining()]
    const joining = room.join({ code: 'abc' })
    await flushPromises()
    expect(host.joinRoom).not.toHaveBeenCalled()
    expect(before.question?.about).toEqual({ kind: 'join', room: { code: 'abc' } })
    before.question?.answer({ microphone: false, camera: true })
    expect((await joining)?.ok).toBe(true)
    expect(host.joinRoom).toHaveBeenCalledWith({
      room: { code: 'abc' },
      microphone: false,
      camera: true,
      leaveOther: false,
    })
    expect(before.question).toBeNull()
  })

  test('staying out asks the server nothing; what was refused goes back to whoever asked', async () => {
    const { host } = device()
    const [room, before] = [useRoom(), useBeforeJoining()]
    const joining = room.join({ id: id(50) })
    before.stayOut()
    expect(await joining).toBeNull()
    expect(host.joinRoom).not.toHaveBeenCalled()
    host.joinRoom.mockResolvedValueOnce(failure('unknownRoom', 'no'))
    const again = room.join({ id: id(50) })
    before.question?.answer(before.usual())
    expect(await again).toMatchObject({ ok: false, error: { code: 'unknownRoom' } })
    expect(before.question).toBeNull()
  })

  test('is left out as the settings say; a new meeting and moving here ask only when wished', async () => {
    const { host } = device({ checkBeforeJoining: false, startWithCamera: false })
    const [room, before] = [useRoom(), useBeforeJoining()]
    await room.join({ id: id(50) })
    expect(host.joinRoom).toHaveBeenCalledWith(expect.objectContaining({ microphone: true, camera: false }))
    await room.createChecked('New')
    expect(host.createRoom).toHaveBeenCalledTimes(1)
    expect(before.question).toBeNull()

    const other = device({ checkBeforeNewMeeting: true })
    void useRoom().createChecked('New')
    expect(useBeforeJoining().question?.about).toEqual({ kind: 'new' })
    await useRoom().moveHere(id(50))
    expect(other.host.joinRoom).toHaveBeenCalledTimes(1)
  })

  test('a ring answered meanwhile goes before it, and nobody in a meeting is asked', async () => {
    const { host, seat } = device()
    const [room, before] = [useRoom(), useBeforeJoining()]
    const joining = room.join({ id: id(51) })
    seat()
    await flushPromises()
    expect(before.question).toBeNull()
    expect(await joining).toBeNull()
    await room.join({ id: id(51) })
    expect(host.joinRoom).toHaveBeenCalledTimes(1)
  })
})

describe('what is handed over', () => {
  const track = () => {
    const made = { readyState: 'live', stop: () => void (made.readyState = 'ended') }
    return made as unknown as MediaStreamTrack
  }
  beforeEach(() => void device())

  test('is taken once, by the device that was chosen, and the rest is closed', () => {
    vi.useFakeTimers()
    const handover = useHandover()
    const [microphone, camera] = [track(), track()]
    handover.give(
      new Map([
        ['microphone', { track: microphone, deviceId: 'default' }],
        ['camera', { track: camera, deviceId: 'webcam' }],
      ]),
    )
    expect(handover.take('microphone', 'default')).toBe(microphone)
    expect(handover.take('microphone', 'default')).toBeNull()
    expect(handover.take('camera', 'other')).toBeNull()
    handover.settle(true)
    vi.advanceTimersByTime(10_000)
    expect([microphone.readyState, camera.readyState]).toEqual(['live', 'ended'])
    vi.useRealTimers()
  })

  test('is closed at once when the meeting was not entered', () => {
    const handover = useHandover()
    const camera = track()
    handover.give(new Map([['camera', { track: camera, deviceId: 'default' }]]))
    handover.settle(false)
    expect(camera.readyState).toBe('ended')
    expect(handover.take('camera', 'default')).toBeNull()
  })
})
