// What people write and show each other in a meeting: messages, private ones, late joiners, unread, a reload, reactions, raised hands.
import { expect, test } from 'vitest'
import { axeFindings } from '../support/axe.ts'
import { setBrowserStage } from '../support/browserStage.ts'
import type { Person } from '../support/person.ts'

const { person } = setBrowserStage()

const controls = ({ page }: Person) => page.getByRole('toolbar', { name: 'Meeting controls' })
const chatButton = (on: Person) => controls(on).getByRole('button', { name: /^Chat/ })
const unread = (on: Person, words: string) => chatButton(on).getByText(words)
const panel = ({ page }: Person) => page.getByRole('region', { name: 'Chat' })
const log = (on: Person) => panel(on).getByRole('log', { name: 'Messages' })
const notice = ({ page }: Person, text: string) => page.getByRole('status').getByText(text)

async function writes(by: Person, text: string): Promise<void> {
  const field = panel(by).getByRole('textbox', { name: 'Message' })
  await field.fill(text)
  await field.press('Enter')
  await log(by)
    .getByText(text.split('\n')[0] ?? text)
    .waitFor()
}
async function writesTo(by: Person, name: string): Promise<void> {
  await panel(by)
    .getByRole('button', { name: /^Who can read it/ })
    .click()
  await by.page.getByRole('menuitemradio', { name }).click()
}

const isAccessible = async ({ page, login }: Person): Promise<void> =>
  expect(await axeFindings(page), login).toEqual([])

test('three people write, react and raise their hands, and whoever comes late or reloads has what is theirs', async () => {
  const [ann, ben, chloe] = [await person('ann'), await person('ben'), await person('chloe')]
  // Colours must not be judged half-way through a fade.
  for (const { page } of [ann, ben, chloe]) await page.emulateMedia({ reducedMotion: 'reduce' })
  await ann.startMeeting()
  await ann.ring(['Ben Osei'])
  await ben.answer('Audio')
  await ann.tile('Ben Osei').waitFor()

  // A key opens the panel and the cursor is in the field; whoever has it closed is told by a notice and a number.
  await ben.page.keyboard.press('c')
  await panel(ben).getByText('No messages yet').waitFor()
  await Promise.all([writes(ben, 'Hello Ann\nsecond line'), notice(ann, 'Ben Osei: Hello Ann…').waitFor()])
  await unread(ann, '1 unread message').waitFor()
  await chatButton(ann).click()
  await log(ann).getByText('Hello Ann').waitFor()
  await unread(ann, '1 unread message').waitFor({ state: 'detached' })

  // Links are links and nothing else is; what is private says so on both sides.
  await writes(ann, 'See https://example.org/plan. <b>bold</b>')
  const link = log(ben).getByRole('link', { name: 'https://example.org/plan' })
  await link.waitFor()
  expect(await link.getAttribute('rel')).toContain('noopener')
  await log(ben).getByText('<b>bold</b>').waitFor()
  await writesTo(ann, 'Ben Osei')
  await writes(ann, 'Between us')
  await log(ann).getByText('to Ben Osei only').waitFor()
  await log(ben).getByText('to you only').waitFor()

  // What is being written stays when the panel closes; to whom as well.
  const field = panel(ann).getByRole('textbox', { name: 'Message' })
  await field.fill('Half a sen')
  await field.press('Escape')
  await panel(ann).waitFor({ state: 'detached' })
  await chatButton(ann).click()
  expect(await field.inputValue()).toBe('Half a sen')
  await panel(ann).getByRole('button', { name: 'Who can read it: Ben Osei' }).waitFor()
  await writesTo(ann, 'Everyone')

  // Chloe comes late.
  await ann.page.getByRole('button', { name: 'Add people' }).first().click()
  await ann.page.getByRole('button', { name: 'Back' }).click()
  await ann.ring(['Chloe Martin'])
  await chloe.answer('Audio')
  await ann.tile('Chloe Martin').waitFor()
  expect(await chatButton(chloe).innerText(), 'what was written before is not unread').toBe('Chat')
  await chloe.page.keyboard.press('c')
  await log(chloe).getByText('Hello Ann').waitFor()
  expect(await log(chloe).getByText('Between us').count()).toBe(0)

  // Ben looks away, two messages come, and a reload loses neither them nor their number.
  await chatButton(ben).click()
  await writes(chloe, 'I am here')
  await unread(ben, '1 unread message').waitFor()
  await writes(chloe, 'Where are we?')
  await unread(ben, '2 unread messages').waitFor()
  await ben.page.reload()
  await unread(ben, '2 unread messages').waitFor()
  await chatButton(ben).click()
  await log(ben).getByText('Where are we?').waitFor()
  const texts = await log(ben).locator('p.text').allInnerTexts()
  expect(texts).toEqual([
    'Hello Ann\nsecond line',
    'See https://example.org/plan. <b>bold</b>',
    'Between us',
    'I am here',
    'Where are we?',
  ])
  await log(ben).getByText('New', { exact: true }).waitFor()
  await isAccessible(ben)

  // A reaction is seen on the tile of whoever reacts, by the others and by themselves.
  await controls(chloe).getByRole('button', { name: 'React or raise a hand' }).click()
  await chloe.page.getByRole('button', { name: 'Applause' }).waitFor()
  await isAccessible(chloe)
  await chloe.page.getByRole('button', { name: 'Applause' }).click()
  const applause = (on: Person) => on.tile('Chloe Martin').locator('[data-reaction=clap]')
  await Promise.all([ann, ben, chloe].map((on) => applause(on).waitFor()))
  await notice(ann, 'Chloe Martin reacts: Applause').waitFor({ state: 'attached' })
  await Promise.all([ann, ben, chloe].map((on) => applause(on).waitFor({ state: 'detached' })))

  // Hands stand in their order; the owner is told, sees them on top of the people, and lowers one.
  await chatButton(ann).click()
  const hand = (on: Person, name: string, place: number) =>
    on.tile(name).getByRole('img', { name: `Hand raised, number ${place}` })
  await chatButton(chloe).focus()
  await Promise.all([chloe.page.keyboard.press('h'), notice(ann, 'Chloe Martin raised a hand').waitFor()])
  await hand(ann, 'Chloe Martin', 1).waitFor()
  await controls(ben).getByRole('button', { name: 'React or raise a hand' }).click()
  await ben.page.getByRole('button', { name: 'Raise hand' }).click()
  for (const on of [ann, ben, chloe]) await hand(on, 'Ben Osei', 2).waitFor()
  await controls(ann)
    .getByRole('button', { name: /^People/ })
    .click()
  const raised = ann.page.getByRole('region', { name: 'Raised hands (2)' })
  await raised.waitFor()
  expect(await raised.getByRole('listitem').allInnerTexts()).toEqual([
    expect.stringMatching(/^1\s+\S+\s+Chloe Martin/),
    expect.stringMatching(/^2\s+\S+\s+Ben Osei/),
  ])
  await isAccessible(ann)
  await raised.getByRole('button', { name: 'Lower hand of Chloe Martin' }).click()
  for (const on of [ann, ben, chloe]) await hand(on, 'Ben Osei', 1).waitFor()
  expect(await chloe.page.getByRole('img', { name: /^Hand raised/ }).count()).toBe(1)
  await ann.page.getByRole('button', { name: 'More for Ben Osei' }).click()
  await ann.page.getByRole('menuitem', { name: 'Lower hand' }).click()
  await ann.page.getByRole('region', { name: /^Raised hands/ }).waitFor({ state: 'detached' })
})
