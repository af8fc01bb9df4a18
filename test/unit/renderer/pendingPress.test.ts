// A press that waits for its own permission: what carries it out, and everything that calls it off.
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { nextTick, reactive } from 'vue'
import { ALLOWED_WITHIN_MS, createPendingPress } from '../../../renderer/stores/pendingPress.ts'

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

function pressed() {
  const known = reactive({ room: 'one', muted: 1, may: false })
  const turnedOn: string[] = []
  const press = createPendingPress({
    circumstances: () => `${known.room} ${known.muted}`,
    may: () => known.may,
    turnOn: (source) => turnedOn.push(source),
  })
  press.wait('microphone')
  return { known, turnedOn, press }
}

test('it is carried out once when the permission comes in time, and never again', async () => {
  const { known, turnedOn } = pressed()
  vi.advanceTimersByTime(ALLOWED_WITHIN_MS - 1)
  for (const may of [true, false, true]) {
    known.may = may
    await nextTick()
  }
  expect(turnedOn).toEqual(['microphone'])
})

test.each<[string, (given: ReturnType<typeof pressed>) => void]>([
  ['time', () => vi.advanceTimersByTime(ALLOWED_WITHIN_MS)],
  ['another meeting', ({ known }) => (known.room = 'two')],
  ['being muted', ({ known }) => known.muted++],
  ['another press', ({ press }) => press.callOff()],
])('%s calls it off, whatever is allowed then or later', async (_what, happens) => {
  for (const order of ['then', 'later']) {
    const given = pressed()
    happens(given)
    if (order === 'later') await nextTick()
    given.known.may = true
    await nextTick()
    expect(given.turnedOn, order).toEqual([])
  }
})

test('of two presses the newer one is meant', async () => {
  const { known, turnedOn, press } = pressed()
  press.wait('camera')
  known.may = true
  await nextTick()
  expect(turnedOn).toEqual(['camera'])
})
