// @vitest-environment happy-dom
import { flushPromises, mount, type VueWrapper } from '@vue/test-utils'
import { afterEach, expect, test, vi } from 'vitest'
import { ref, shallowRef } from 'vue'
import { hostKey } from '../../../renderer/host/useHost.ts'
import type { RingCard as Card } from '../../../renderer/ring/cards.ts'
import RingCard from '../../../renderer/ring/RingCard.vue'
import RingStack from '../../../renderer/ring/RingStack.vue'
import { liveStateKey } from '../../../renderer/stores/liveState.ts'
import { createRingWords, ringWordsKey } from '../../../renderer/words.ts'
import { emptyMirror, type MirrorState } from '../../../shared/client/mirror.ts'
import type { Host, HostState } from '../../../shared/host.ts'
import type { Language } from '../../../shared/locales/translate.ts'
import { failure, success } from '../../../shared/protocol/result.ts'
import { defaultSettings } from '../../../shared/settings.ts'
import { aCall, aParticipant, aRing, aRoom, ben, id } from '../../support/things.ts'

const mounted: VueWrapper[] = []
afterEach(() => {
  for (const wrapper of mounted.splice(0)) wrapper.unmount()
  vi.useRealTimers()
})

function show(
  options: {
    card?: Partial<Card>
    mirror?: Partial<MirrorState>
    status?: HostState['status']
    refusals?: HostState['refusals']
    sharing?: boolean
    hideCaller?: boolean
    now?: number
  } = {},
) {
  const host = {
    answer: vi.fn(async () => success({ outcome: 'joined' as const, roomId: id(50) })),
    decline: vi.fn(async () => success({ call: aCall() })),
    showMain: vi.fn(),
  }
  const live = shallowRef<HostState>({
    status: options.status ?? 'online',
    problem: null,
    server: null,
    user: ben,
    guestRoom: null,
    mirror: { ...emptyMirror, me: ben, deviceId: id(21), ...options.mirror },
    entry: null,
    answering: null,
    wish: null,
    refusals: options.refusals ?? {},
    openid: null,
    settings: {
      ...defaultSettings,
      hideCallerWhileSharing: options.hideCaller ?? defaultSettings.hideCallerWhileSharing,
    },
    sharing: options.sharing ?? false,
    desktop: null,
    prefill: null,
  })
  const card: Card = {
    ring: aRing(aCall({ extension: '5 minutes on the pricing page' })),
    ended: null,
    ...options.card,
  }
  vi.useFakeTimers({ now: options.now ?? 10_500, toFake: ['Date', 'setInterval', 'clearInterval'] })
  const wrapper = mount(RingCard, {
    props: { card },
    global: {
      provide: {
        [hostKey as symbol]: host as unknown as Host,
        [liveStateKey as symbol]: live,
        [ringWordsKey as symbol]: createRingWords(ref<Language>('en')),
      },
    },
  })
  mounted.push(wrapper)
  const button = (name: string) =>
    wrapper.findAll('button').find((one) => one.text() === name || one.attributes('aria-label') === name)
  const press = async (name: string) => {
    await button(name)?.trigger('click')
    await flushPromises()
  }
  return { wrapper, host, button, press }
}

test('says who, into what, why and how long, under one name for screen readers', () => {
  const { wrapper } = show()
  const dialog = wrapper.get('[role=alertdialog]')
  expect(wrapper.get(`[id="${dialog.attributes('aria-labelledby')}"]`).text()).toBe(
    'Ann Kovač is calling you into Design review',
  )
  expect(wrapper.text()).toContain('“5 minutes on the pricing page”')
  expect(wrapper.text()).toContain('Ann Kovač is in')
  expect(wrapper.text()).toContain('0:21')
})

test('while this screen is shared it says nothing of who calls and can still be answered; the setting changes that', () => {
  const names = /Ann|Design review|pricing/
  const { wrapper, button } = show({ sharing: true })
  expect(wrapper.text()).toContain('Somebody is calling you')
  expect(wrapper.text()).not.toMatch(names)
  expect(button('Decline')).toBeDefined()
  expect(button('Video')).toBeDefined()
  expect(show({ sharing: true, hideCaller: false }).wrapper.text()).toMatch(names)
  const ended = { wording: { key: 'ended.cancelled' as const, params: { caller: 'Ann Kovač' } }, at: 10_000 }
  expect(show({ sharing: true, card: { ended } }).wrapper.text()).not.toMatch(names)
})

test('counts by the server’s clock', () => {
  expect(show({ mirror: { clockOffsetMs: 5_000 } }).wrapper.text()).toContain('0:16')
})

test('Audio answers without the camera, Video with it', async () => {
  const audio = show()
  await audio.press('Audio')
  expect(audio.host.answer).toHaveBeenCalledWith({ callId: id(100), camera: false, leaveOther: false })
  expect(audio.host.showMain).toHaveBeenCalled()
  const video = show()
  await video.press('Video')
  expect(video.host.answer).toHaveBeenCalledWith({ callId: id(100), camera: true, leaveOther: false })
})

test('whoever is in another meeting is asked to leave it, never taken out silently', async () => {
  const { button, press, host } = show({
    mirror: { seat: { room: aRoom({ id: id(51) }), participants: [aParticipant()] } },
  })
  expect(button('Audio')).toBeUndefined()
  await press('Leave and join')
  expect(host.answer).toHaveBeenCalledWith({ callId: id(100), camera: true, leaveOther: true })
})

test('declines with a ready reply, or with one’s own', async () => {
  const ready = show()
  await ready.press('Decline with a reply')
  await ready.press('In 5 minutes')
  expect(ready.host.decline).toHaveBeenCalledWith({ callId: id(100), reply: 'In 5 minutes' })
  const own = show()
  await own.press('Decline with a reply')
  await own.wrapper.get('input').setValue('  On a train  ')
  await own.wrapper.get('form').trigger('submit')
  expect(own.host.decline).toHaveBeenCalledWith({ callId: id(100), reply: 'On a train' })
})

test('an ended ring says why and offers nothing to press', () => {
  const ended = { wording: { key: 'ended.cancelled' as const, params: { caller: 'Ann Kovač' } }, at: 10_000 }
  const { wrapper } = show({ card: { ended } })
  expect(wrapper.text()).toContain('Ann Kovač stopped calling')
  expect(wrapper.findAll('button')).toEqual([])
})

test('without the server nothing can be pressed, and the card says so', async () => {
  const { wrapper, press, host } = show({ status: 'reconnecting' })
  expect(wrapper.text()).toContain('Reconnecting…')
  await press('Decline')
  expect(host.decline).not.toHaveBeenCalled()
})

test('an answer that failed, from whichever surface, is told with its reason and can be tried again', async () => {
  const { error } = failure('unavailable', 'no')
  const { wrapper, press, host } = show({ refusals: { [id(100)]: error } })
  const reason = 'The server does not answer. Check your connection, then try again.'
  expect(wrapper.get('[role=status]').text()).toBe(reason)
  await press('Video')
  expect(host.answer).toHaveBeenCalledTimes(1)
})

test('a meeting that only the server knew of is asked about once it has said so', async () => {
  const { wrapper, press, host } = show({ refusals: { [id(100)]: failure('inOtherRoom', 'no').error } })
  expect(wrapper.find('[role=status]').exists()).toBe(false)
  await press('Leave and join')
  expect(host.answer).toHaveBeenCalledWith({ callId: id(100), camera: true, leaveOther: true })
})

test('a screen reader hears that it began, that ten seconds are left, and how it ended', async () => {
  const { wrapper } = show()
  const spoken = new Set<string>()
  const listen = () => spoken.add(wrapper.get('[aria-live]').text())
  await flushPromises()
  for (let now = 10_500; now < 31_000; now += 250) {
    vi.advanceTimersByTime(250)
    await flushPromises()
    listen()
  }
  const ended = { wording: { key: 'ended.noAnswer' as const, params: { caller: 'Ann Kovač' } }, at: 31_000 }
  await wrapper.setProps({ card: { ring: aRing(), ended } })
  listen()
  expect([...spoken]).toEqual([
    'Ann Kovač is calling you into Design review',
    '10 seconds left',
    'You missed a call from Ann Kovač',
  ])
})

test('ten seconds are left once, also when the clock is set right meanwhile', async () => {
  const { wrapper } = show()
  const spoken: string[] = []
  const listen = () => {
    const text = wrapper.get('[aria-live]').text()
    if (text !== spoken.at(-1)) spoken.push(text)
  }
  await flushPromises()
  for (const now of [10_500, 21_000, 20_000, 21_500]) {
    vi.setSystemTime(now)
    vi.advanceTimersByTime(250)
    await flushPromises()
    listen()
  }
  expect(spoken).toEqual(['Ann Kovač is calling you into Design review', '10 seconds left'])
})

test('answered into a meeting on screen, its card waits unseen, and comes back to say why that was a no', async () => {
  const waiting: Card = { ring: aRing(), ended: null }
  const other: Card = { ring: aRing(aCall({ id: id(60), createdAt: 1 })), ended: null }
  const live = shallowRef({
    status: 'online',
    mirror: emptyMirror,
    wish: null,
    refusals: {},
    settings: defaultSettings,
    sharing: false,
  } as HostState)
  const wrapper = mount(RingStack, {
    props: { cards: [waiting, other], aside: null as string | null },
    global: {
      provide: {
        [hostKey as symbol]: {},
        [liveStateKey as symbol]: live,
        [ringWordsKey as symbol]: createRingWords(ref<Language>('en')),
      },
    },
  })
  mounted.push(wrapper)
  const unseen = () => wrapper.findAll('.aside').map((card) => card.attributes('data-call'))
  expect(unseen()).toEqual([])
  await wrapper.setProps({ aside: waiting.ring.call.id })
  expect(unseen()).toEqual([waiting.ring.call.id])
  const wording = { key: 'ended.elsewhere', params: {} } as unknown as NonNullable<Card['ended']>['wording']
  await wrapper.setProps({ cards: [{ ...waiting, ended: { wording, at: 1 } }, other] })
  expect(unseen()).toEqual([])
})
