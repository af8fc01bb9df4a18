import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { within } from '../../../renderer/media/within.ts'

const timers = {
  after(ms: number, action: () => void) {
    const timer = setTimeout(action, ms)
    return () => clearTimeout(timer)
  },
}
let heard: string[]
beforeEach(() => {
  vi.useFakeTimers()
  heard = []
})
afterEach(() => void vi.useRealTimers())

test('it is over when it has come, and nothing is left of the wait', async () => {
  let came = () => {}
  void within(timers, 100, (tell) => {
    came = tell
    return () => heard.push('ended')
  }).then(() => heard.push('over'))
  await vi.advanceTimersByTimeAsync(99)
  expect(heard).toEqual([])
  came()
  await vi.advanceTimersByTimeAsync(0)
  expect(heard).toEqual(['ended', 'over'])
  expect(vi.getTimerCount()).toBe(0)
})

test('it is over after its time in any case', async () => {
  void within(timers, 100, () => () => heard.push('ended')).then(() => heard.push('over'))
  await vi.advanceTimersByTimeAsync(100)
  expect(heard).toEqual(['ended', 'over'])
})

test('what has come before is not waited for', async () => {
  await within(timers, 100, (tell) => {
    tell()
    return () => {}
  })
  expect(vi.getTimerCount()).toBe(0)
})
