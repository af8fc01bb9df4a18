// @vitest-environment happy-dom
// What the palette offers, and in which order.
import { flushPromises, mount } from '@vue/test-utils'
import { createPinia, setActivePinia } from 'pinia'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { createApp, effectScope, nextTick, ref, shallowRef, type App, type EffectScope } from 'vue'
import { hostKey } from '../../../renderer/host/useHost.ts'
import { createMessages } from '../../../renderer/i18n.ts'
import { paletteWords } from '../../../renderer/locales/palette.ts'
import { fittingActions } from '../../../renderer/palette/actions.ts'
import { usePaletteEntries } from '../../../renderer/palette/entries.ts'
import { joinableMeetings } from '../../../renderer/palette/meetings.ts'
import { peopleFor, type Listed } from '../../../renderer/palette/people.ts'
import Palette from '../../../renderer/palette/Palette.vue'
import { useActions } from '../../../renderer/shortcuts/actions.ts'
import { liveStateKey } from '../../../renderer/stores/liveState.ts'
import { wordsKey } from '../../../renderer/words.ts'
import { emptyMirror, type MirrorState } from '../../../shared/client/mirror.ts'
import type { HostState } from '../../../shared/host.ts'
import type { RoomListing } from '../../../shared/protocol/rooms.ts'
import { success } from '../../../shared/protocol/result.ts'
import type { Room, User } from '../../../shared/protocol/things.ts'
import { aHostState, ann, aRoom, ben, chloe, id } from '../../support/things.ts'

const NOW = new Date(2026, 10, 27, 10).getTime()
const MINUTE = 60_000
const HOUR = 60 * MINUTE

const scheduledRoom = (number: number, startsAt: number, fields: Partial<Room> = {}): Room =>
  aRoom({
    id: id(number),
    name: `Meeting ${number}`,
    status: 'scheduled',
    schedule: { startsAt, endsAt: startsAt + HOUR, owner: ann, attendees: [ben], remindBeforeMs: 0 },
    ...fields,
  })
const listed = (room: Room): RoomListing => ({ room, inside: [chloe], insideCount: 1 })

let scope: EffectScope
beforeEach(() => void vi.useFakeTimers({ now: NOW, toFake: ['Date', 'setTimeout', 'setInterval', 'clearTimeout'] }))
afterEach(() => {
  scope?.stop()
  vi.useRealTimers()
})

/** On Ben's device; `rooms` run and `people` are found, as the server tells. */
function device(mirror: Partial<MirrorState>, state: Partial<HostState>, rooms: RoomListing[], people: object[] = []) {
  const answers: Record<string, unknown> = {
    'room.list': { rooms },
    'call.history': { entries: [], nextCursor: null },
    'people.list': { people, nextCursor: null },
  }
  const live = shallowRef(aHostState({ mirror: { ...emptyMirror, me: ben, deviceId: id(12), ...mirror }, ...state }))
  const pinia = createPinia()
  setActivePinia(pinia)
  return {
    install(app: App) {
      app.provide(hostKey, { ask: async (name: string) => success(answers[name]) } as never)
      app.provide(liveStateKey, live)
      app.provide(wordsKey, createMessages(ref('en')).words)
      app.use(pinia)
    },
    live,
  }
}

async function opened(
  mirror: Partial<MirrorState> = {},
  state: Partial<HostState> = {},
  rooms: RoomListing[] = [],
  people: object[] = [],
) {
  const { install, live } = device(mirror, state, rooms, people)
  const app = createApp({})
  install(app)
  scope = effectScope()
  const palette = app.runWithContext(() => scope.run(() => usePaletteEntries()))!
  const of = (group: string) => palette.groups.value.find(({ key }) => key === group)?.entries ?? []
  await flushPromises()
  return {
    live,
    palette,
    async types(query: string) {
      palette.query.value = query
      await nextTick()
      await vi.advanceTimersByTimeAsync(200)
    },
    /** With any space as a plain one: hours have a narrow one in some versions of ICU. */
    labels: (group: string) => of(group).map(({ label }) => label.replace(/\s/g, ' ')),
    lines: (group: string) => of(group).map(({ line }) => line),
  }
}

describe('meetings', () => {
  test('what runs first, then today’s that can be entered, each once', () => {
    const running = scheduledRoom(1, NOW - MINUTE, { status: 'running' })
    const unlisted = scheduledRoom(2, NOW - HOUR, { status: 'running' })
    const soon = scheduledRoom(3, NOW + 5 * MINUTE)
    const own = scheduledRoom(4, NOW + 5 * HOUR, { ownerId: ben.id })
    const notYet = scheduledRoom(5, NOW + HOUR)
    const tomorrow = scheduledRoom(6, NOW + 24 * HOUR, { ownerId: ben.id })
    const joinable = joinableMeetings([listed(running)], [running, soon, unlisted, notYet, own, tomorrow], {
      userId: ben.id,
      now: NOW,
      serverNow: NOW,
    })
    expect(joinable.map(({ room, listing }) => [room.name, listing?.insideCount])).toEqual([
      ['Meeting 1', 1],
      ['Meeting 2', undefined],
      ['Meeting 3', undefined],
      ['Meeting 4', undefined],
    ])
  })

  test('scheduled ones are named with their time, and found by it', async () => {
    const [soon, running] = [scheduledRoom(1, NOW + 5 * MINUTE), scheduledRoom(2, NOW - HOUR, { status: 'running' })]
    const scheduled = { [soon.id]: soon, [running.id]: running }
    const { labels, lines, types } = await opened({ scheduled }, {}, [listed(running), listed(aRoom())])
    expect(labels('meetings')).toEqual(['9:00 AM Meeting 2', 'Design review', '10:05 AM Meeting 1'])
    expect(lines('meetings')).toEqual([
      'Running now · Chloe is in',
      'Running now · Chloe is in',
      expect.stringMatching(/^Starts in 5 min/),
    ])
    await types('10:05')
    expect(labels('meetings')).toEqual(['10:05 AM Meeting 1'])
    await types('meeting 2')
    expect(labels('meetings')).toEqual(['9:00 AM Meeting 2'])
  })
})

describe('people', () => {
  const [leah, grace, kim] = ['Leah Berg', 'Grace Lee', 'Kim Lee'].map((name, index) => ({
    id: id(20 + index),
    name,
  })) as [User, User, User]
  const names = ({ users }: { users: readonly User[] }) => users.map(({ name }) => name)

  test('best first, also once the server has answered, and with those it alone knows to fit', () => {
    const found = [grace, kim, leah, ben]
    const narrowed = peopleFor('le', { found, answeredQuery: 'l', recent: [] })
    expect(names(narrowed)).toEqual(['Leah Berg', 'Grace Lee', 'Kim Lee'])
    const answered = peopleFor('le', { found, answeredQuery: 'le', recent: [] }, narrowed)
    expect(names(answered)).toEqual(['Leah Berg', 'Grace Lee', 'Kim Lee', 'Ben Osei'])
    expect(names(peopleFor('', { found, answeredQuery: 'le', recent: [kim] }, answered))).toEqual(['Kim Lee'])
  })

  test('for the same text everybody stays where they were, and others come after them', () => {
    const at = (recent: User[], before?: Listed) => peopleFor('', { found: [], answeredQuery: null, recent }, before)
    const first = at([grace, kim])
    expect(names(at([leah, kim, grace], first))).toEqual(['Grace Lee', 'Kim Lee', 'Leah Berg'])
    expect(names(at([kim], first))).toEqual(['Kim Lee'])
    expect(names(at([{ ...grace, name: 'Grace Berg' }, kim], first))).toEqual(['Grace Berg', 'Kim Lee'])
  })

  test('presence changes what a line says, and not where it is', async () => {
    const people = [grace, kim].map((user) => ({ user, presence: 'offline' }))
    const { live, labels, lines, types } = await opened({}, {}, [], people)
    await types('lee')
    expect(labels('people')).toEqual(['Grace Lee', 'Kim Lee'])
    expect(lines('people')).toEqual(['Offline', 'Offline'])
    const presence = { [kim.id]: { presence: 'available' as const } }
    live.value = { ...live.value, mirror: { ...live.value.mirror, presence } }
    expect(labels('people')).toEqual(['Grace Lee', 'Kim Lee'])
    expect(lines('people')).toEqual(['Offline', 'Available'])
  })
})

describe('actions', () => {
  const named = (language: 'en' | 'zh-CN') => {
    const { shortcuts, otherWords } = paletteWords[language]
    return (['microphone', 'camera', 'share', 'options', 'leave'] as const).map((id) => ({
      key: id,
      label: shortcuts[id],
      otherWords: otherWords[id],
      run: () => {},
    }))
  }
  const first = (language: 'en' | 'zh-CN', query: string) => fittingActions(named(language), [], query)[0]?.key

  test('other words find them too, in both languages', () => {
    expect(['mute', 'video', 'present', 'lobby', 'hang up', 'leav'].map((query) => first('en', query))).toEqual([
      'microphone',
      'camera',
      'share',
      'options',
      'leave',
      'leave',
    ])
    expect(['静音', '视频', '投屏', '等候室', '挂断'].map((query) => first('zh-CN', query))).toEqual([
      'microphone',
      'camera',
      'share',
      'options',
      'leave',
    ])
  })

  test('do not disturb, the theme and signing out are found by what people call them', async () => {
    const { live, labels, types } = await opened()
    const { policy } = live.value.mirror
    expect(labels('actions')).toEqual([])
    await types('dnd')
    expect(labels('actions')).toEqual([
      'Do not disturb: For 30 minutes',
      'Do not disturb: For 1 hour',
      'Do not disturb: Until tomorrow',
    ])
    live.value = {
      ...live.value,
      mirror: { ...live.value.mirror, policy: { ...policy, doNotDisturbUntil: NOW + HOUR } },
    }
    expect(labels('actions')).toContain('Do not disturb: Turn off')
    await types('log out')
    expect(labels('actions')).toEqual(['Sign out'])
    await types('appearance')
    expect(labels('actions')).toEqual(['Theme: light', 'Theme: dark'])
  })
})

test('offline it says that people and meetings cannot be looked up, and what works without a connection stays', async () => {
  const soon = scheduledRoom(1, NOW + 5 * MINUTE)
  const { install, live } = device({ scheduled: { [soon.id]: soon } }, { status: 'reconnecting' }, [])
  const shown = mount(Palette, { attachTo: document.body, global: { plugins: [{ install }] } })
  useActions().paletteOpen = true
  await flushPromises()
  const page = () => document.body.textContent ?? ''
  const types = async (query: string) => {
    const field = document.querySelector('input')!
    field.value = query
    field.dispatchEvent(new Event('input'))
    await flushPromises()
  }
  expect(page()).toContain('until the connection is back')
  expect(page()).not.toContain('Meeting 1')
  await types('ben')
  expect(page()).toContain('until the connection is back')
  expect(page()).not.toContain('Nothing fits')
  await types('theme')
  expect(page()).toContain('Theme: dark')
  await types('dnd')
  expect(page(), 'kept by the server').not.toContain('Do not disturb')
  live.value = { ...live.value, status: 'online' }
  await types('ben')
  expect(page()).toContain('Nothing fits “ben”')
  expect(page()).not.toContain('until the connection is back')
  shown.unmount()
})
