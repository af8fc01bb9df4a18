// @vitest-environment happy-dom
// The list of people in a meeting, with more of them than fit on any screen.
import { mount } from '@vue/test-utils'
import { createPinia } from 'pinia'
import { TooltipProvider } from 'reka-ui'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { h, nextTick, shallowRef } from 'vue'
import { hostKey } from '../../../renderer/host/useHost.ts'
import InsideList from '../../../renderer/meeting/InsideList.vue'
import { matchByName, PAGE, SEARCH_FROM } from '../../../renderer/meeting/insideList.ts'
import { liveStateKey } from '../../../renderer/stores/liveState.ts'
import { wordsKey } from '../../../renderer/words.ts'
import { failure } from '../../../shared/protocol/result.ts'
import type { Participant } from '../../../shared/protocol/things.ts'
import { aHostState, aParticipant, id } from '../../support/things.ts'

/** What is in sight is said by the test. */
let comesIntoSight: () => void
let watched: Element[]

beforeEach(() => {
  watched = []
  vi.stubGlobal(
    'IntersectionObserver',
    class {
      constructor(tell: (entries: { isIntersecting: boolean }[]) => void) {
        comesIntoSight = () => watched.length > 0 && tell([{ isIntersecting: true }])
      }
      observe = (element: Element) => void watched.push(element)
      disconnect = () => void (watched = [])
    },
  )
})
afterEach(() => void vi.unstubAllGlobals())

const people = (count: number): Participant[] =>
  Array.from({ length: count }, (_, index) =>
    aParticipant({ user: { id: id(1_000 + index), name: `Guest ${index + 1}` }, role: 'member' }),
  )

function show(inside: readonly Participant[]) {
  const nothing = () => () => {}
  const host = { ask: async () => failure('unavailable', 'not here'), onMediaEvent: nothing, onTalkEvent: nothing }
  const shown = shallowRef(inside)
  const list = () => h(TooltipProvider, () => h(InsideList, { people: shown.value }))
  const wrapper = mount(list, {
    attachTo: document.body,
    global: {
      plugins: [createPinia()],
      provide: {
        [hostKey as symbol]: host,
        [liveStateKey as symbol]: shallowRef(aHostState()),
        [wordsKey as symbol]: {
          t: (key: string, params?: object) => (params ? `${key} ${Object.values(params).join(' ')}` : key),
          language: shallowRef('en'),
        },
      },
    },
  })
  const names = () => wrapper.findAll('li .strong').map((name) => name.text())
  const more = () => wrapper.findAll('button').find((button) => button.text() === 'insideList.more')
  const come = async (now: readonly Participant[]) => {
    shown.value = now
    await nextTick()
  }
  return { wrapper, names, more, come }
}

test('a few people are a plain list; from twenty on one can look for somebody', async () => {
  const { wrapper, names, more, come } = show(people(SEARCH_FROM - 1))
  expect(names()).toHaveLength(SEARCH_FROM - 1)
  expect(wrapper.find('input').exists()).toBe(false)
  expect(more()).toBeUndefined()
  await come(people(SEARCH_FROM))
  expect(wrapper.find('input[type=search]').exists()).toBe(true)
  wrapper.unmount()
})

test('of seventy people some are put up, and more as they are scrolled to; readers are told the whole number', async () => {
  const { wrapper, names, more } = show(people(70))
  expect(names()).toHaveLength(PAGE)
  expect(wrapper.get('li').attributes()).toMatchObject({ 'aria-setsize': '70', 'aria-posinset': '1' })
  await nextTick()
  comesIntoSight()
  await nextTick()
  expect(names()).toHaveLength(2 * PAGE)
  // The keyboard's way: the press goes on where the new rows begin.
  await more()!.trigger('click')
  await nextTick()
  expect(names()).toHaveLength(3 * PAGE)
  expect(document.activeElement?.textContent).toContain(`Guest ${2 * PAGE + 1}`)
  expect(document.activeElement?.getAttribute('aria-posinset')).toBe(String(2 * PAGE + 1))
  while (more()) {
    comesIntoSight()
    await nextTick()
  }
  expect(names()).toHaveLength(70)
  wrapper.unmount()
})

test('a search finds people who are not put up yet, says how many, and is taken back by Escape alone', async () => {
  const closes = vi.fn()
  document.addEventListener('keydown', closes)
  const { wrapper, names, come } = show(people(70))
  const field = wrapper.get('input')
  await field.setValue('guest 6')
  expect(names()).toEqual(
    people(70)
      .map(({ user }) => user.name)
      .filter((name) => name.includes('6')),
  )
  expect(wrapper.get('[role=status]').text()).toBe('insideList.found 16')
  await field.setValue('nobody')
  expect(names()).toEqual([])
  expect(wrapper.text()).toContain('insideList.noMatch nobody')
  // Others leaving takes nobody's search away.
  await come(people(3))
  expect(wrapper.find('input').exists()).toBe(true)
  await field.trigger('keydown', { key: 'Escape' })
  expect(closes).not.toHaveBeenCalled()
  expect(names()).toEqual(['Guest 1', 'Guest 2', 'Guest 3'])
  document.removeEventListener('keydown', closes)
  wrapper.unmount()
})

test('names are found whatever the case, the accents and the order of their parts', () => {
  const named = ['Ann Kovač', 'Ben Osei', '王小明'].map((name) => ({ user: { name } }))
  const found = (query: string) => matchByName(named, query).map(({ user }) => user.name)
  expect(found('kovac ANN')).toEqual(['Ann Kovač'])
  expect(found('小明')).toEqual(['王小明'])
  expect(found('ann osei')).toEqual([])
  expect(found('e')).toEqual(['Ben Osei'])
})
