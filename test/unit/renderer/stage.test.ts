// @vitest-environment happy-dom
import { mount } from '@vue/test-utils'
import { createPinia } from 'pinia'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { nextTick, shallowRef } from 'vue'
import { hostKey } from '../../../renderer/host/useHost.ts'
import Stage from '../../../renderer/meeting/Stage.vue'
import { liveStateKey } from '../../../renderer/stores/liveState.ts'
import { useToasts } from '../../../renderer/ui/toasts.ts'
import { wordsKey } from '../../../renderer/words.ts'
import { emptyMirror } from '../../../shared/client/mirror.ts'
import { failure } from '../../../shared/protocol/result.ts'
import { aHostState, aRing, ben, id } from '../../support/things.ts'

beforeEach(() => void vi.useFakeTimers({ now: 10_500 }))
afterEach(() => void vi.useRealTimers())

test('notices lie along the stage once it is shown, and not while it waits unseen behind a ring', async () => {
  const ring = aRing()
  const live = shallowRef(
    aHostState({
      mirror: {
        ...emptyMirror,
        me: ben,
        deviceId: id(12),
        calls: { [ring.call.id]: ring.call },
        rings: { [ring.call.id]: ring },
      },
    }),
  )
  const host = {
    ask: async () => failure('unavailable', 'not here'),
    onMediaEvent: () => () => {},
    onTalkEvent: () => () => {},
  }
  const wrapper = mount(Stage, {
    props: { calling: false, furnished: false },
    global: {
      plugins: [createPinia()],
      provide: {
        [hostKey as symbol]: host,
        [liveStateKey as symbol]: live,
        [wordsKey as symbol]: { t: (key: string) => key, language: shallowRef('en') },
      },
    },
  })
  const toasts = useToasts()
  await nextTick()
  expect(toasts.place).toBeNull()
  live.value = { ...live.value, answering: ring.call.id }
  await nextTick()
  expect(toasts.place).toBe(wrapper.get('.box').element)
  wrapper.unmount()
  expect(toasts.place).toBeNull()
})
