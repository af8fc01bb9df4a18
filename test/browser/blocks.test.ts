// Blocking somebody, as both see it: one is not disturbed, the other sees a ring that nobody answers.
import { expect, test } from 'vitest'
import { setBrowserStage } from '../support/browserStage.ts'

const { person } = setBrowserStage()

test('whom one blocks rings in vain, and rings again once unblocked', async () => {
  const [ann, ben] = [await person('ann'), await person('ben')]
  const goes = (name: string) => ben.page.getByRole('navigation').getByRole('link', { name }).click()
  const entry = (name: string) => ben.page.getByRole('menuitem', { name, exact: true }).click()
  await goes('People')
  await ben.page.getByRole('button', { name: 'More for Ann Kovač' }).click()
  await Promise.all([entry('Block'), ben.page.getByRole('status').getByText('Ann Kovač is blocked').waitFor()])
  await ben.page.getByRole('listitem').filter({ hasText: 'Ann Kovač' }).getByText('Blocked').waitFor()

  await ann.startMeeting()
  await ann.ring(['Ben'], { seconds: 15 })
  await ann
    .pendingRow('Ben Osei')
    .getByText(/Ringing/)
    .waitFor()
  await ann
    .pendingRow('Ben Osei')
    .getByText(/No answer/)
    .waitFor()
  expect(await ben.card().count()).toBe(0)
  await goes('Calls')
  // The page before, which names Ann as blocked, stays until this one has come.
  await ben.page.getByRole('main').getByText('Calls you make and calls to you appear here.').waitFor()
  expect(await ben.page.getByRole('listitem').filter({ hasText: 'Ann Kovač' }).count()).toBe(0)

  await goes('Settings')
  await ben.page.getByRole('button', { name: 'Unblock Ann Kovač' }).click()
  await ben.page.getByRole('status').getByText('Ann Kovač can ring you again').waitFor()
  await ann.pendingRow('Ben Osei').getByRole('button', { name: /Ring/ }).click()
  await ben.card().getByText('Ann Kovač').first().waitFor()
})
