// @vitest-environment happy-dom
import { createPinia, setActivePinia } from 'pinia'
import { expect, test } from 'vitest'
import { createApp, nextTick, ref, shallowRef } from 'vue'
import { hostKey } from '../../../renderer/host/useHost.ts'
import { useTiles } from '../../../renderer/meeting/tiles.ts'
import { liveStateKey } from '../../../renderer/stores/liveState.ts'
import { useMedia } from '../../../renderer/stores/media.ts'
import { emptyMirror } from '../../../shared/client/mirror.ts'
import { failure } from '../../../shared/protocol/result.ts'
import { aHostState, ann, aParticipant, aRoom, ben, id } from '../../support/things.ts'

test('one’s own picture is shown when it may be, and takes no one’s place meanwhile', async () => {
  const seat = { room: aRoom(), participants: [aParticipant(), aParticipant({ user: ben, deviceId: id(12) })] }
  const live = shallowRef(aHostState({ mirror: { ...emptyMirror, me: ben, deviceId: id(12), seat } }))
  const host = {
    ask: async () => failure('unavailable', 'not here'),
    onMediaEvent: () => () => {},
    onTalkEvent: () => () => {},
  }
  const pinia = createPinia()
  createApp({})
    .provide(hostKey, host as never)
    .provide(liveStateKey, live)
    .use(pinia)
  setActivePinia(pinia)
  const media = useMedia()
  const [theirs, own] = [{ id: 'theirs' }, { id: 'own' }] as unknown as MediaStreamTrack[]
  media.state = {
    ...media.state!,
    roomId: seat.room.id,
    camera: { status: 'on', error: null, track: own! },
    remote: { [ann.id]: { camera: { track: theirs!, paused: false } } },
  }
  const may = ref(false)
  const tiles = useTiles(() => may.value)
  const shown = () => tiles.value.map(({ participant, video }) => [participant.user.name, video?.id ?? null])
  expect(shown()).toEqual([
    [ann.name, 'theirs'],
    [ben.name, null],
  ])
  may.value = true
  await nextTick()
  expect(shown()).toEqual([
    [ann.name, 'theirs'],
    [ben.name, 'own'],
  ])
})
