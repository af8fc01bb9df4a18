// Somebody without an account comes by the link, with real sound and pictures: let in, marked, loaded anew, gone; and a link that
// takes no guests any more.
import { expect, test } from 'vitest'
import { axeFindings } from '../support/axe.ts'
import { setBrowserStage } from '../support/browserStage.ts'
import type { Person } from '../support/person.ts'

const { person, screen } = setBrowserStage()

const controls = ({ page }: Person) => page.getByRole('toolbar', { name: 'Meeting controls' })

/** Ann's meeting with what its options say about guests, and its link. */
async function meetingFor(guests: { wait: boolean }): Promise<{ ann: Person; link: string }> {
  const ann = await person('ann')
  await ann.startMeeting()
  const options = await ann.meetingOptions()
  await options.getByRole('switch', { name: 'Guests can join by link' }).click()
  const wait = options.getByRole('switch', { name: 'Guests wait to be let in' })
  await wait.waitFor()
  expect(await wait.isChecked(), 'unless somebody says otherwise').toBe(true)
  if (!guests.wait) await wait.click()
  await options.getByRole('button', { name: 'Done' }).click()
  await ann.page.getByText('Anyone with the link can join').waitFor()
  await ann.page.getByRole('button', { name: 'Copy invite link' }).first().click()
  await ann.page.getByText('Link copied. Anyone with it can join.').waitFor()
  return { ann, link: await ann.meetingLink() }
}

/** Mia, who came by the link and is inside. */
async function guestIn(link: string): Promise<Person> {
  const mia = await screen('mia')
  await mia.comesAsGuest(link, 'Mia Berg')
  await controls(mia).waitFor()
  return mia
}

test('a name is enough: seen and heard, marked as a guest, with nobody to ring', async () => {
  const { ann, link } = await meetingFor({ wait: false })
  const mia = await screen('mia')
  await mia.page.goto(link)
  await mia.page.getByRole('heading', { name: 'Join Ann’s meeting' }).waitFor()
  await mia.page.getByRole('button', { name: 'Join as guest' }).click()
  await mia.page.getByText('Enter the name others are to see.').waitFor()
  expect((await mia.stats()).captures, 'nobody has chosen a device yet').toBe(0)
  expect(await axeFindings(mia.page)).toEqual([])
  await mia.comesAsGuest(link, 'Mia Berg')
  await Promise.all([ann.seesMoving('Mia Berg'), ann.hears(), mia.seesMoving('Ann Kovač'), mia.hears()])
  await ann.tile('Mia Berg').getByText('Guest').waitFor()
  const row = ann.page.getByRole('listitem').filter({ hasText: 'Mia Berg' })
  await row.getByText('Guest').waitFor()
  expect(await axeFindings(ann.page)).toEqual([])

  // Nobody to ring, and no way to anything but this meeting.
  expect(await mia.page.getByRole('button', { name: 'Add people' }).count()).toBe(0)
  await mia.page.keyboard.press('a')
  expect(await mia.page.getByRole('region', { name: 'Add people' }).count()).toBe(0)
  expect(await mia.page.getByRole('navigation').count()).toBe(0)
  await mia.page.getByRole('button', { name: 'More', exact: true }).click()
  await mia.page.getByRole('menu').waitFor()
  expect(await mia.page.getByRole('menuitem', { name: 'Meeting options' }).count()).toBe(0)
  await mia.page.keyboard.press('Escape')
  await row.getByRole('button', { name: 'More for Mia Berg (Guest)' }).click()
  await ann.page.getByRole('menuitem', { name: 'Remove' }).waitFor()
  expect(await ann.page.getByRole('menuitem', { name: /^Make/ }).count(), 'no office for guests').toBe(0)
  await ann.page.keyboard.press('Escape')

  // Nor can they be rung.
  await ann.page.getByRole('button', { name: 'Add people' }).first().click()
  await ann.page.getByRole('textbox', { name: 'Search people' }).fill('Mia')
  await ann.page
    .getByText(/^Nobody/)
    .first()
    .waitFor()
  expect(await ann.page.getByRole('checkbox').count()).toBe(0)
})

test('a guest whose page is loaded anew is back with nothing open, and writes; having left, they can join again', async () => {
  const { ann, link } = await meetingFor({ wait: false })
  const mia = await guestIn(link)
  await mia.page.reload()
  await controls(mia).waitFor()
  await mia.seesMoving('Ann Kovač')
  expect((await mia.stats()).captures, 'nobody has pressed anything in this page').toBe(0)
  await mia.page.getByRole('button', { name: 'Chat' }).click()
  await mia.page.getByRole('textbox', { name: /message/i }).fill('Hello from outside')
  await mia.page.keyboard.press('Enter')
  await ann.page.getByText('Mia Berg (Guest)').first().waitFor()
  await ann.page.getByRole('button', { name: /^Chat/ }).click()
  await ann.page.getByRole('log').getByText('Guest', { exact: true }).waitFor()

  await mia.leave()
  await mia.page.getByRole('heading', { name: 'You have left the meeting' }).waitFor()
  await mia.page.getByText('Thank you for coming, Mia Berg.').waitFor()
  expect(await axeFindings(mia.page)).toEqual([])
  await ann.tile('Mia Berg').waitFor({ state: 'detached' })
  expect(
    await mia.page.evaluate(() => [localStorage.getItem('parley.session'), sessionStorage.getItem('parley.session')]),
  ).toEqual([null, null])
  await mia.join(mia.page.getByRole('button', { name: 'Join again' }))
  await ann.seesMoving('Mia Berg')
})

test('turned off: the guest who is inside stays, who comes is told', async () => {
  const { ann, link } = await meetingFor({ wait: false })
  const mia = await guestIn(link)
  await ann.tile('Mia Berg').waitFor()
  const options = await ann.meetingOptions()
  await options.getByRole('switch', { name: 'Guests can join by link' }).click()
  await options.getByRole('switch', { name: 'Guests wait to be let in' }).waitFor({ state: 'detached' })
  await options.getByRole('button', { name: 'Done' }).click()
  const tom = await screen('tom')
  await tom.page.goto(link)
  await tom.page.getByText('This meeting takes no guests').waitFor()
  expect(await axeFindings(tom.page)).toEqual([])
  await tom.page.getByRole('button', { name: 'Sign in instead' }).click()
  await tom.page.getByRole('heading', { name: 'Sign in' }).waitFor()
  expect(await controls(mia).count()).toBe(1)
  await ann.endForAll()
  await mia.page.getByRole('heading', { name: 'The meeting has ended' }).waitFor()
  expect(await mia.page.getByRole('button', { name: 'Join again' }).count()).toBe(0)
})

test('a guest waits to be let in, and whoever lets them in sees that it is one', async () => {
  const { ann, link } = await meetingFor({ wait: true })
  const mia = await screen('mia')
  await mia.comesAsGuest(link, 'Ann Kovač')
  await mia.page.getByRole('heading', { name: 'Ann’s meeting' }).waitFor()
  const list = ann.page.getByRole('region', { name: /^Waiting to come in/ })
  await list.getByText('Guest', { exact: true }).waitFor()
  await mia.page.reload()
  await mia.page.getByRole('heading', { name: 'Ann’s meeting' }).waitFor()
  await list.getByRole('button', { name: 'Admit Ann Kovač (Guest)' }).click()
  await controls(mia).waitFor()
  await ann.page.getByRole('article', { name: 'Ann Kovač (Guest)' }).waitFor()

  await ann.page.getByRole('button', { name: 'More for Ann Kovač (Guest)' }).click()
  await ann.page.getByRole('menuitem', { name: 'Remove' }).click()
  const sure = ann.page.getByRole('dialog')
  await sure.getByText('With the link they can come back').waitFor()
  await sure.getByRole('button', { name: 'Remove' }).click()
  await mia.page.getByRole('heading', { name: 'Ann Kovač removed you from the meeting' }).waitFor()
})

test('somebody with an account signs in instead, and joins as themselves', async () => {
  const { ann, link } = await meetingFor({ wait: false })
  const ben = await screen('ben')
  await ben.page.goto(link.replace('/join/', '/?demo=ben#/join/'))
  await ben.page.getByRole('button', { name: 'Sign in instead' }).click()
  await ben.page.getByRole('button', { name: 'Sign in', exact: true }).click()
  await ben.join(ben.page.getByRole('button', { name: 'Join', exact: true }).first())
  await ann.tile('Ben Osei').waitFor()
  expect(await ann.page.getByText('Guest', { exact: true }).count()).toBe(0)
})
