// @vitest-environment happy-dom
import { mount } from '@vue/test-utils'
import { expect, test } from 'vitest'
import { nextTick } from 'vue'
import CallingCard from '../../../renderer/meeting/CallingCard.vue'
import { ben } from '../../support/things.ts'

const card = (props: { line: string; told: boolean }) =>
  mount(CallingCard, { props: { user: ben, time: null, ...props } })

test('the first news of the ring is read out, and nothing after it', async () => {
  const wrapper = card({ line: 'Calling Ben', told: false })
  await nextTick()
  expect(wrapper.get('[role=status]').text()).toBe('')
  await wrapper.setProps({ line: 'Ringing at Ben', told: true })
  expect(wrapper.get('[role=status]').text()).toBe('Ringing at Ben')
  await wrapper.setProps({ line: 'Ben may be offline' })
  expect(wrapper.get('[role=status]').text()).toBe('Ringing at Ben')
})

test('it is read out also when it rang at the other end before the card was there', async () => {
  const wrapper = card({ line: 'Ringing at Ben', told: true })
  // A live region speaks of what changes in it: it has to be there first.
  expect(wrapper.html()).not.toMatch(/role="status"[^>]*>Ringing/)
  await nextTick()
  expect(wrapper.get('[role=status]').text()).toBe('Ringing at Ben')
})
