// @vitest-environment happy-dom
// A choice of the server's rule is shown at once, and what holds comes back when the server refuses.
import { flushPromises } from '@vue/test-utils'
import { createPinia } from 'pinia'
import { beforeEach, expect, test } from 'vitest'
import { createApp, shallowRef } from 'vue'
import { useRingRule } from '../../../renderer/administration/ringRule.ts'
import { hostKey } from '../../../renderer/host/useHost.ts'
import { liveStateKey } from '../../../renderer/stores/liveState.ts'
import type { RingPolicy, RingRule } from '../../../shared/protocol/reach.ts'
import { failure, success, type Result } from '../../../shared/protocol/result.ts'
import { aHostState } from '../../support/things.ts'

type Answer = Result<{ policy: RingPolicy }>
const policyOf = (rule: RingRule): Answer => success({ policy: { rule, allowed: [] } })

let answers: ((answer: Answer) => void)[]
let rule: ReturnType<typeof useRingRule>
beforeEach(async () => {
  answers = []
  const app = createApp({})
  const host = { ask: () => new Promise<Answer>((resolve) => answers.push(resolve)) }
  app.provide(hostKey, host as never)
  app.provide(liveStateKey, shallowRef(aHostState()))
  app.use(createPinia())
  rule = app.runWithContext(() => useRingRule())
  answers[0]?.(policyOf('everyone'))
  await flushPromises()
})

test('a choice shows before the answer, and stays with it', async () => {
  expect(rule.rule.value).toBe('everyone')
  const changing = rule.change({ rule: 'contacts' })
  expect(rule.rule.value).toBe('contacts')
  answers[1]?.(policyOf('contacts'))
  expect((await changing).ok).toBe(true)
  expect(rule.rule.value).toBe('contacts')
})

test('refused, what holds is shown again', async () => {
  const changing = rule.change({ rule: 'contacts' })
  answers[1]?.(failure('unavailable', 'Gone.'))
  expect((await changing).ok).toBe(false)
  expect(rule.rule.value).toBe('everyone')
})

test('of two choices the later one is shown throughout', async () => {
  const first = rule.change({ rule: 'contacts' })
  const second = rule.change({ rule: 'allowList' })
  answers[1]?.(policyOf('contacts'))
  await first
  expect(rule.rule.value).toBe('allowList')
  answers[2]?.(failure('unavailable', 'Gone.'))
  await second
  expect(rule.rule.value, 'the first one holds').toBe('contacts')
})
