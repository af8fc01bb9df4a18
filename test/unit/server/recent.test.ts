// Commands whose effect is in the SFU: each is carried out once, and what is remembered of it goes by itself.
import { expect, test } from 'vitest'
import { createRecent } from '../../../server/gateway/recent.ts'
import { COMMAND_MEMORY_MS } from '../../../shared/call/limits.ts'
import { failure, success } from '../../../shared/protocol/result.ts'
import { createManualTimers } from '../../support/manualTimers.ts'

const key = (commandId: string) => ({ userId: 'ann', deviceId: 'laptop', commandId })

function scene() {
  const timers = createManualTimers()
  const recent = createRecent(timers)
  let done = 0
  const work = async () => success({ done: ++done })
  return { timers, recent, work, done: () => done }
}

test('sent again within the time it is answered from memory, and after it anew', async () => {
  const { timers, recent, work, done } = scene()
  expect(await recent(key('one'), 'media.mute', work)).toEqual(success({ done: 1 }))
  await timers.advance(COMMAND_MEMORY_MS - 1)
  expect(await recent(key('one'), 'media.mute', work)).toEqual(success({ done: 1 }))
  expect(await recent(key('one'), 'media.close', work)).toMatchObject({ error: { code: 'conflict' } })
  await timers.advance(1)
  expect(await recent(key('one'), 'media.mute', work)).toEqual(success({ done: 2 }))
  expect(done()).toBe(2)
})

test('what asking again may cure is not kept', async () => {
  const { recent, work, done } = scene()
  await recent(key('one'), 'media.mute', async () => failure('unavailable', 'Not just now.'))
  expect((await recent(key('one'), 'media.mute', work)).ok).toBe(true)
  expect(done()).toBe(1)
})

test('with nobody asking any more, it is all let go of', async () => {
  const { timers, recent, work } = scene()
  for (let number = 0; number < 5; number++) {
    await recent(key(`${number}`), 'media.mute', work)
    await timers.advance(1_000)
  }
  expect(timers.waiting(), 'one timer for all of them').toBe(1)
  await timers.advance(COMMAND_MEMORY_MS)
  expect(timers.waiting()).toBe(0)
  await recent(key('last'), 'media.mute', work)
  recent.stop()
  expect(timers.waiting()).toBe(0)
})
