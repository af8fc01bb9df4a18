// @vitest-environment happy-dom
import { mount } from '@vue/test-utils'
import { createPinia, setActivePinia } from 'pinia'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { nextTick, shallowRef } from 'vue'
import ToastRegion from '../../../renderer/ui/ToastRegion.vue'
import { useToasts } from '../../../renderer/ui/toasts.ts'
import { wordsKey } from '../../../renderer/words.ts'

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

function region() {
  const pinia = createPinia()
  setActivePinia(pinia)
  const words = { t: (key: string) => key, language: shallowRef('en') }
  const wrapper = mount(ToastRegion, {
    global: { plugins: [pinia], provide: { [wordsKey as symbol]: words }, stubs: { TransitionGroup: false } },
  })
  const texts = () => useToasts().toasts.map(({ text }) => text)
  return { wrapper, toasts: useToasts(), texts }
}

test('a notice goes by itself, and the same words said again count from then', () => {
  const { toasts, texts } = region()
  toasts.show('Copied', 'done')
  vi.advanceTimersByTime(4_000)
  toasts.show('Copied', 'done')
  vi.advanceTimersByTime(4_000)
  expect(texts()).toEqual(['Copied'])
  vi.advanceTimersByTime(1_000)
  expect(texts()).toEqual([])
})

test('it stays while somebody is at it with pointer or keyboard, and goes a while after', async () => {
  for (const [come, leave] of [
    ['pointermove', 'pointerleave'],
    ['focusin', 'focusout'],
  ] as const) {
    const { wrapper, toasts, texts } = region()
    toasts.show('Ben: declined', 'ended')
    await nextTick()
    await wrapper.get('.toast').trigger(come)
    vi.advanceTimersByTime(60_000)
    expect(texts()).toEqual(['Ben: declined'])
    await wrapper.get('.toast').trigger(leave)
    vi.advanceTimersByTime(4_999)
    expect(texts()).toEqual(['Ben: declined'])
    vi.advanceTimersByTime(1)
    expect(texts()).toEqual([])
    wrapper.unmount()
  }
})

test('clearing takes a held one along', async () => {
  const { wrapper, toasts, texts } = region()
  toasts.show('Ben: declined', 'ended')
  toasts.show('Copied', 'done')
  await nextTick()
  await wrapper.get('.toast').trigger('pointermove')
  toasts.clear()
  expect(texts()).toEqual([])
})
