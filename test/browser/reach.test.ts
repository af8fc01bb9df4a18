// Whose rings come through, as both see it: people one knows ring, others ring in vain and are not told.
import { expect, test } from 'vitest'
import { axeFindings } from '../support/axe.ts'
import { setBrowserStage } from '../support/browserStage.ts'

const { person } = setBrowserStage()

test('with "people I know" a stranger rings in vain, and is heard once they are a contact', async () => {
  const [ann, ben] = [await person('ann'), await person('ben')]
  const goes = (name: string) => ben.page.getByRole('navigation').getByRole('link', { name }).click()
  await goes('Settings')
  const group = ben.page.getByRole('radiogroup', { name: 'Who can ring you' })
  await group.getByRole('radio', { name: 'People I know' }).click()
  await ben.page.getByText('Whoever was in a meeting with you').waitFor()
  expect(await group.getByRole('radio', { name: 'People I know' }).getAttribute('aria-checked')).toBe('true')
  expect(await axeFindings(ben.page)).toEqual([])

  await ann.startMeeting()
  await ann.ring(['Ben'], { seconds: 15 })
  const row = ann.pendingRow('Ben Osei')
  await row.getByText(/Ringing/).waitFor()
  await row.getByText(/No answer/).waitFor()
  expect(await ben.card().count()).toBe(0)

  await goes('People')
  await ben.page.getByRole('button', { name: 'More for Ann Kovač' }).click()
  const added = ben.page.getByRole('status').getByText('Ann Kovač is among your contacts now')
  await Promise.all([ben.page.getByRole('menuitem', { name: 'Add to contacts' }).click(), added.waitFor()])
  await ben.page.getByRole('listitem').filter({ hasText: 'Ann Kovač' }).getByRole('img', { name: 'Contact' }).waitFor()
  expect(await axeFindings(ben.page)).toEqual([])
  await row.getByRole('button', { name: /Ring/ }).click()
  await ben.card().getByText('Ann Kovač').first().waitFor()
})
