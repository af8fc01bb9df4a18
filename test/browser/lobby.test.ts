// Who gets in, with real sound and pictures: a meeting with lobby and password, one who is let in, one who is not, one whose page was
// loaded anew while waiting, and a lock.
import { expect, test } from 'vitest'
import { until } from '../support/browsers.ts'
import { setBrowserStage } from '../support/browserStage.ts'
import type { Person } from '../support/person.ts'

const { person } = setBrowserStage()

const notice = ({ page }: Person, text: string) => page.getByRole('status').getByText(text)

async function asksToJoin({ page, join }: Person, code: string, ...passwords: string[]): Promise<void> {
  await page.getByRole('textbox', { name: 'Code or link' }).fill(code)
  await join(page.getByRole('button', { name: 'Join', exact: true }).first())
  const dialog = page.getByRole('dialog', { name: 'Password of the meeting' })
  for (const [number, password] of passwords.entries()) {
    if (number > 0) await dialog.getByRole('alert').getByText('That is not the password').waitFor()
    await dialog.getByLabel('Password').fill(password)
    await dialog.getByRole('button', { name: 'Join' }).click()
  }
}

/** Ann's meeting with a lobby and a password that was suggested. */
async function guardedMeeting() {
  const ann = await person('ann')
  await ann.startMeeting()
  const code = await ann.meetingCode()
  const options = await ann.meetingOptions()
  await options.getByRole('switch', { name: 'Lobby' }).click()
  await options.getByRole('button', { name: 'Set a password' }).click()
  await options.getByRole('button', { name: 'Suggest one' }).click()
  const password = await options.getByLabel('New password').inputValue()
  expect(password).toMatch(/^[a-z]{5}-[a-z]{5}$/)
  await options.getByRole('region', { name: 'Password' }).getByRole('button', { name: 'Save' }).click()
  await options.getByText(`The password is ${password}`).waitFor()
  await options.getByRole('button', { name: 'Done' }).click()
  await ann.page.getByText('Lobby', { exact: true }).waitFor()
  return { ann, code, password, list: ann.page.getByRole('region', { name: /^Waiting to come in/ }) }
}

test('whoever knows the password waits, with nothing open, and is let in', async () => {
  const { ann, code, password, list } = await guardedMeeting()
  const ben = await person('ben')
  await asksToJoin(ben, code, 'something else', password)
  await ben.page.getByRole('heading', { name: 'Ann’s meeting' }).waitFor()
  await ben.page.getByText('Ann Kovač or an admin will let you in').waitFor()
  await ben.page.getByText('Microphone on').waitFor()
  expect((await ben.stats()).captures, 'nothing is opened while waiting').toBe(0)
  expect(await ann.tile('Ben Osei').count()).toBe(0)
  await list.getByText('Ben Osei').waitFor()

  await list.getByRole('button', { name: 'Admit Ben Osei' }).click()
  await Promise.all([ann.seesMoving('Ben Osei'), ann.hears(), ben.seesMoving('Ann Kovač'), ben.hears()])
  await list.waitFor({ state: 'detached' })
  await ann.page.getByText('Ben Osei').first().waitFor()
})

test('the panel closed, somebody who comes is announced; denied, they are not let in again either', async () => {
  const { ann, code, password, list } = await guardedMeeting()
  const chloe = await person('chloe')
  // The notice in the header leads to the list.
  await ann.page.getByRole('button', { name: 'Close' }).click()
  await asksToJoin(chloe, code, password)
  await notice(ann, 'Chloe Martin is waiting to be let in').waitFor()
  await ann.page.getByRole('button', { name: 'Chloe Martin is waiting' }).click()
  await list.getByRole('button', { name: 'Deny Chloe Martin' }).click()
  await chloe.page.getByRole('heading', { name: 'Ann Kovač did not let you in' }).waitFor()
  expect(await chloe.page.getByRole('button', { name: 'Ask again' }).isDisabled()).toBe(true)
  await chloe.page.getByRole('button', { name: 'Back' }).click()
  await asksToJoin(chloe, code, password)
  await chloe.page.getByText('You were not let in').waitFor()
  expect((await chloe.stats()).captures).toBe(0)
})

test('what the press of Join chose goes with the page it was pressed in', async () => {
  const { code, password, list } = await guardedMeeting()
  const dan = await person('dan')
  await asksToJoin(dan, code, password)
  await dan.page.getByText('Microphone on').waitFor()
  await dan.page.reload()
  await dan.page.getByText('Microphone off').waitFor()
  await list.getByRole('button', { name: 'Admit Dan' }).click()
  await dan.seesMoving('Ann Kovač')
  expect((await dan.stats()).captures, 'nobody has pressed anything in this page').toBe(0)
})

test('a lock keeps out whoever comes, and nobody who is inside', async () => {
  const { ann, code, password, list } = await guardedMeeting()
  const ben = await person('ben')
  await asksToJoin(ben, code, password)
  await list.getByRole('button', { name: 'Admit Ben Osei' }).click()
  await ben.page.getByRole('toolbar', { name: 'Meeting controls' }).waitFor()
  const options = await ann.meetingOptions()
  await options.getByRole('switch', { name: 'Lock the meeting' }).click()
  await notice(ben, 'Ann Kovač locked the meeting').waitFor()
  await options.getByRole('button', { name: 'Done' }).click()
  const grace = await person('grace')
  await asksToJoin(grace, code)
  await grace.page.getByText('The meeting is locked').waitFor()
  await ben.page.getByRole('button', { name: 'More', exact: true }).click()
  await ben.page.getByRole('menu').waitFor()
  expect(await ben.page.getByRole('menuitem', { name: 'Meeting options' }).count(), 'for owner and admins').toBe(0)
  const seen = (await ben.stats()).videoFramesDecoded
  await until('Ben keeps seeing', async () => (await ben.stats()).videoFramesDecoded > seen)
})
