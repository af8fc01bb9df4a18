// Every state that the rings of a room can get into, visited; and the ways there told again against the real step.
import { expect, test } from 'vitest'
import { createCall, isTerminal, step } from '../../shared/call/call.ts'
import { ann, ben, id } from '../support/things.ts'
import { firstState, search } from './model.ts'

test('one callee with two devices, an admin and a restart: the invariants hold in every state', () => {
  const found = search(firstState(1), 500)
  console.log(`model, one callee: ${found.states} states, ${found.transitions} transitions`)
  expect(found.problems).toEqual([])
  expect(found.states).toBeGreaterThan(500)
  // Each way there, told to the real step once more, is legal: it ends at most once, and never changes after that.
  for (const trace of found.traces) {
    let { call } = createCall(
      { id: id(1), roomId: id(50), caller: ann, callee: ben, media: 'video', timeoutMs: 30_000 },
      0,
    )
    let now = 1_000
    for (const move of trace) {
      if (move.name === 'the deadline passes') now = 35_000
      const command = move.command ?? (move.name === 'the server restarts' ? ({ type: 'expire' } as const) : null)
      if (command === null) continue
      const outcome = step(call, command, now)
      if (isTerminal(call.status)) expect(outcome.call).toBe(call)
      call = outcome.call
    }
  }
})

test('two callees with two devices each, an admin and a restart: the invariants hold in every state', () => {
  const found = search(firstState(2, { withoutDelivery: true }))
  console.log(`model, two callees: ${found.states} states, ${found.transitions} transitions`)
  expect(found.problems).toEqual([])
  expect(found.states).toBeGreaterThan(10_000)
})

test('the search notices devices that believe whatever they heard last', () => {
  expect(search(firstState(1, { careless: true })).problems).toContain('a device changed its mind about an ending')
})
