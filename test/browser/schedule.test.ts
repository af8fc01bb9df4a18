// Scheduled meetings as people see them, in real Chromium with the real server: from the dialog to everybody being there.
import { expect, test } from 'vitest'
import { setBrowserStage } from '../support/browserStage.ts'
import { joinChecked, type Person } from '../support/person.ts'
import { TestDevice } from '../support/testDevice.ts'

const { person, server } = setBrowserStage()

const row = ({ page }: Person, name: string) =>
  page
    .getByRole('region', { name: /^(Today|Later)$/ })
    .getByRole('listitem')
    .filter({ hasText: name })
const menu = async ({ page }: Person, of: string, item: string) => {
  await page.getByRole('button', { name: `More for ${of}` }).click()
  await page.getByRole('menuitem', { name: item }).click()
}

/** A day from now, as a date field takes it: what a screen offers depends on how soon a meeting is, and not on when a test runs. */
const dayIn = (days: number) => new Date(Date.now() + days * 24 * 60 * 60_000).toLocaleDateString('sv')

/** For tomorrow. `seen`: what others must see of it meanwhile. */
async function schedules({ page }: Person, name: string, people: string[], seen?: Promise<unknown>): Promise<void> {
  await page
    .getByRole('button', { name: /^Schedule/ })
    .first()
    .click()
  const dialog = page.getByRole('dialog')
  await dialog.getByRole('textbox', { name: 'Name' }).fill(name)
  await dialog.getByLabel('Day').fill(dayIn(1))
  for (const one of people) {
    // The keyboard alone is enough: a name typed, and Enter.
    await dialog.getByRole('textbox', { name: 'Search people' }).fill(one)
    await dialog.getByRole('checkbox', { name: new RegExp(`^${one}`) }).waitFor()
    await dialog.getByRole('textbox', { name: 'Search people' }).press('Enter')
    await dialog.getByRole('button', { name: `Remove ${one}` }).waitFor()
  }
  await dialog.getByRole('button', { name: 'Schedule', exact: true }).click()
  await Promise.all([dialog.waitFor({ state: 'detached' }), seen])
}

test('scheduled, seen by those invited, begun by the owner, and all who are missing rung in with one press', async () => {
  const ann = await person('ann')
  const others = [await person('ben'), await person('chloe')]
  // Notices go by themselves: both are looked for at once.
  const invited = (other: Person) => other.page.getByText(/Ann Kovač invites you to “Design review”/).waitFor()
  await schedules(ann, 'Design review', ['Ben Osei', 'Chloe Martin'], Promise.all(others.map(invited)))
  await row(ann, 'Design review').getByText('2 invited').waitFor()
  for (const other of others) {
    await row(other, 'Design review').getByText('by Ann Kovač').waitFor()
  }
  await menu(ann, 'Design review', 'Start now')
  await joinChecked(ann.page)
  await ann.page.getByRole('toolbar', { name: 'Meeting controls' }).waitFor()
  await ann.page.getByRole('region', { name: 'Not here yet · 2' }).waitFor()
  // It runs: those invited can come by themselves as well.
  await row(others[0]!, 'Design review').getByRole('button', { name: /^Join/ }).waitFor()
  await ann.page.getByRole('button', { name: 'Ring all' }).click()
  for (const name of ['Ben Osei', 'Chloe Martin']) await ann.pendingRow(name).getByText('Ringing').waitFor()
  for (const other of others) await other.card().getByText('Design review').first().waitFor()
  await others[0]!.answer('Audio')
  await others[1]!.answer('Video')
  for (const name of ['Ben Osei', 'Chloe Martin']) await ann.tile(name).waitFor()
  expect(await ann.page.getByRole('region', { name: /^Not here yet/ }).count()).toBe(0)
  await ann.endForAll()
  await row(others[0]!, 'Design review').waitFor({ state: 'detached' })
})

test('wrong times are told at their fields; changed and cancelled, it is so at everybody', async () => {
  const [ann, ben] = [await person('ann'), await person('ben')]
  await schedules(ann, 'Budget', ['Ben Osei'])
  await row(ben, 'Budget').waitFor()
  await menu(ann, 'Budget', 'Change')
  const dialog = ann.page.getByRole('dialog')
  const day = await dialog.getByLabel('Day').inputValue()
  await dialog.getByRole('textbox', { name: 'Name' }).fill(' ')
  await dialog.getByLabel('Day').fill('2020-01-31')
  await dialog.getByRole('button', { name: 'Save' }).click()
  await dialog.getByText('Give the meeting a name.').waitFor()
  await dialog.getByText('This time has passed.').waitFor()
  await dialog.getByLabel('Day').fill(day)
  await dialog.getByLabel('Starts').fill('15:00')
  await dialog.getByLabel('Ends').fill('14:00')
  await dialog.getByRole('button', { name: 'Save' }).click()
  await dialog.getByText(/It ends before it starts|This time has passed/).waitFor()
  await dialog.getByRole('button', { name: 'Cancel' }).click()

  await menu(ann, 'Budget', 'Change')
  await dialog.getByRole('textbox', { name: 'Name' }).fill('Budget 2027')
  await dialog.getByLabel('Day').fill(dayIn(2))
  await dialog.getByRole('button', { name: 'Save' }).click()
  await ben.page.getByText(/“Budget 2027” was moved/).waitFor()
  await ben.page.getByRole('region', { name: 'Later' }).getByText('Budget 2027').waitFor()

  await menu(ann, 'Budget 2027', 'Cancel meeting')
  await dialog.getByRole('button', { name: 'Cancel meeting' }).click()
  await ben.page.getByText('Ann Kovač has cancelled “Budget 2027”').waitFor()
  for (const one of [ann, ben]) await one.page.getByText('Nothing is scheduled').waitFor()
})

test('the reminder shows wherever one is, joins with one press, and stays away once put away', async () => {
  const [ben, chloe] = [await person('ben'), await person('chloe')]
  await ben.page.getByRole('link', { name: 'Settings' }).click()
  const ann = new TestDevice(() => server().url, 'ann', "Ann's phone")
  await ann.signsIn()
  await ann.connects()
  const { people } = await ann.does('people.list', {})
  const attendeeIds = people.filter(({ user }) => /^(Ben|Chloe)/.test(user.name)).map(({ user }) => user.id)
  const startsAt = Date.now() + 1_000
  const times = { startsAt, endsAt: startsAt + 60 * 60_000 }
  await ann.does('room.schedule', { name: 'Standup', ...times, attendeeIds, remindBeforeMs: 0 })
  ann.disconnects()
  const reminder = ({ page }: Person) => page.getByRole('region', { name: 'Starting soon' }).getByText('Standup')
  await reminder(chloe).waitFor()
  await chloe.page.getByRole('button', { name: 'Put the reminder away' }).click()
  await reminder(chloe).waitFor({ state: 'detached' })
  await reminder(ben).waitFor()
  await ben.join(ben.page.getByRole('button', { name: 'Join: Standup' }))
  await ben.page.getByRole('toolbar', { name: 'Meeting controls' }).waitFor()
  await reminder(ben).waitFor({ state: 'detached' })
  // The owner is missing as well.
  await ben.page.getByRole('button', { name: 'Ring Ann Kovač' }).waitFor()
  await row(chloe, 'Standup').getByText('Ben is in').waitFor()
  expect(await reminder(chloe).count()).toBe(0)
})
