// Scheduled meetings as people see them, in real Chromium with the real server: from the dialog to everybody being there.
import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { until } from '../support/browsers.ts'
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

/** For noon tomorrow: the hour the dialog proposes can be minutes away late in the evening. `seen`: what others must see of it meanwhile. */
async function schedules({ page }: Person, name: string, people: string[], seen?: Promise<unknown>): Promise<void> {
  await page
    .getByRole('button', { name: /^Schedule/ })
    .first()
    .click()
  const dialog = page.getByRole('dialog')
  await dialog.getByRole('textbox', { name: 'Name' }).fill(name)
  await dialog.getByLabel('Day', { exact: true }).fill(dayIn(1))
  await dialog.getByLabel('Starts').fill('12:00')
  await dialog.getByLabel('Ends').fill('13:00')
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
  const day = await dialog.getByLabel('Day', { exact: true }).inputValue()
  await dialog.getByRole('textbox', { name: 'Name' }).fill(' ')
  await dialog.getByLabel('Day', { exact: true }).fill('2020-01-31')
  await dialog.getByRole('button', { name: 'Save' }).click()
  await dialog.getByText('Give the meeting a name.').waitFor()
  await dialog.getByText('This time has passed.').waitFor()
  await dialog.getByLabel('Day', { exact: true }).fill(day)
  await dialog.getByLabel('Starts').fill('15:00')
  await dialog.getByLabel('Ends').fill('14:00')
  await dialog.getByRole('button', { name: 'Save' }).click()
  await dialog.getByText(/It ends before it starts|This time has passed/).waitFor()
  await dialog.getByRole('button', { name: 'Cancel' }).click()

  await menu(ann, 'Budget', 'Change')
  await dialog.getByRole('textbox', { name: 'Name' }).fill('Budget 2027')
  await dialog.getByLabel('Day', { exact: true }).fill(dayIn(2))
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

test('a meeting that repeats in another zone: its dates, its file, one cancelled, one begun, and the link stays', async () => {
  const ann = await person('ann')
  const { page } = ann
  await page
    .getByRole('button', { name: /^Schedule/ })
    .first()
    .click()
  const dialog = page.getByRole('dialog')
  await dialog.getByRole('textbox', { name: 'Name' }).fill('Weekly')
  await dialog.getByRole('button', { name: /^Time zone:/ }).click()
  await dialog.getByRole('textbox', { name: 'Search a city or a zone' }).fill('tokyo')
  await dialog.getByRole('textbox', { name: 'Search a city or a zone' }).press('Enter')
  await dialog.getByText(/Tokyo time · UTC\+9/).waitFor()
  await dialog.getByLabel('Day', { exact: true }).fill(dayIn(2))
  await dialog.getByLabel('Starts').fill('09:30')
  await dialog.getByLabel('Ends').fill('10:00')
  await dialog.getByLabel('Repeats').selectOption('Every week')
  await dialog.getByRole('radio', { name: 'After a number of times' }).click()
  // What is wrong is said, and nothing typed is lost.
  await dialog.getByLabel('Number of times').fill('x')
  await dialog.getByRole('button', { name: 'Schedule', exact: true }).click()
  await dialog.getByText('A whole number, 1 or more.').waitFor()
  await dialog.getByLabel('Number of times').fill('4')
  await dialog.getByText(/^Every \w+, 0?9:30.*Tokyo time, 4 times$/).waitFor()
  await dialog.getByRole('button', { name: 'Schedule', exact: true }).click()
  await dialog.waitFor({ state: 'detached' })
  await row(ann, 'Weekly')
    .getByText(/Tokyo time/)
    .waitFor()
  await row(ann, 'Weekly')
    .getByRole('img', { name: /^Repeats: Every/ })
    .waitFor()

  await menu(ann, 'Weekly', 'All dates')
  const dates = dialog.getByRole('list', { name: 'All dates' }).getByRole('listitem')
  await dates.nth(3).waitFor()
  expect(await dates.count()).toBe(4)
  await dates.nth(1).getByRole('button').click()
  await dates.nth(1).getByText('Cancelled').waitFor()
  await dialog.getByRole('button', { name: 'Close' }).click()

  const saved = page.waitForEvent('download')
  await menu(ann, 'Weekly', 'Add to calendar')
  const download = await saved
  expect(download.suggestedFilename()).toBe('Weekly.ics')
  const file = readFileSync(await download.path(), 'utf8')
  for (const line of ['METHOD:PUBLISH', 'TZID:Asia/Tokyo', 'SEQUENCE:2', 'SUMMARY:Weekly'])
    expect(file).toContain(`${line}\r\n`)
  expect(file).toMatch(/DTSTART;TZID=Asia\/Tokyo:\d{8}T093000\r\n/)
  expect(file).toMatch(/RRULE:FREQ=WEEKLY;INTERVAL=1;WKST=MO;BYDAY=\w\w;COUNT=4\r\n/)
  expect(file).toMatch(/EXDATE;TZID=Asia\/Tokyo:\d{8}T093000\r\n/)
  const link = /\r\nURL:(.*)\r\n/.exec(file.replaceAll('\r\n ', ''))?.[1] ?? ''
  expect(link).toContain('/join/')

  // Begun and ended, the next one stands in the list; its date comes after the cancelled one, and its link is the same.
  const before = await row(ann, 'Weekly').getAttribute('data-room')
  await menu(ann, 'Weekly', 'Start now')
  await joinChecked(page)
  await page.getByRole('toolbar', { name: 'Meeting controls' }).waitFor()
  await ann.endForAll()
  const next = row(ann, 'Weekly')
  await until('the next one in its place', async () => (await next.getAttribute('data-room')) !== before)
  const again = page.waitForEvent('download')
  await menu(ann, 'Weekly', 'Add to calendar')
  expect(readFileSync(await (await again).path(), 'utf8').replaceAll('\r\n ', '')).toContain(`URL:${link}\r\n`)
})
