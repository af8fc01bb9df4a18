// The palette and the keys outside a meeting, with real pages: ringing, joining and going about by keyboard alone, and silence while one types.
import { expect, test } from 'vitest'
import { until } from '../support/browsers.ts'
import { setBrowserStage } from '../support/browserStage.ts'
import type { Person } from '../support/person.ts'

const { person } = setBrowserStage()

const palette = ({ page }: Person) => page.getByRole('dialog', { name: 'Search' })
const option = (of: Person, name: RegExp) => palette(of).getByRole('option', { name })

async function opens(who: Person, typed: string): Promise<void> {
  await who.page.keyboard.press('Control+k')
  const field = palette(who).getByRole('combobox')
  await until('the cursor in the field', () => field.evaluate((node) => node === document.activeElement))
  await who.page.keyboard.type(typed)
}
const highlighted = (who: Person, name: RegExp) =>
  until(`${name} under the cursor`, async () => (await option(who, name).getAttribute('data-highlighted')) !== null)
const heading = ({ page }: Person, name: string) => page.getByRole('heading', { name, exact: true }).waitFor()

test('from home: a call with audio, one with video, and back to where the focus was', async () => {
  const [ann, ben] = [await person('ann'), await person('ben')]
  await opens(ann, 'osei')
  await highlighted(ann, /Ben Osei/)
  await ann.page.keyboard.press('Enter')
  await ben.card().getByText('Ann Kovač is calling you').first().waitFor()
  await palette(ann).waitFor({ state: 'detached' })
  // By keyboard, too, and without going anywhere first.
  await ben.page.keyboard.press('Alt+d')
  await ann.page.getByRole('button', { name: 'New meeting' }).waitFor()
  expect((await ben.stats()).captures).toBe(0)

  await opens(ann, 'ben')
  await highlighted(ann, /Ben Osei/)
  await ann.page.keyboard.press('Control+Enter')
  await ben.card().waitFor()
  await ben.page.keyboard.press('Alt+v')
  await ben.page.getByRole('toolbar', { name: 'Meeting controls' }).waitFor()
  await ann.seesMoving('Ben Osei')
  await ann.page.keyboard.press('Shift+L')
  await ben.page.getByRole('button', { name: 'New meeting' }).waitFor()
})

test('Enter before the server has answered means whoever is found then', async () => {
  const [ann, ben] = [await person('ann'), await person('ben')]
  // What is sent late is answered late.
  await ann.page.evaluate(() => {
    const { send } = WebSocket.prototype
    WebSocket.prototype.send = function (data) {
      const late = typeof data === 'string' && data.includes('people.list') ? 700 : 0
      setTimeout(() => send.call(this, data), late)
    }
  })
  await opens(ann, 'ben')
  await ann.page.keyboard.press('Enter')
  await ben.card().getByText('Ann Kovač is calling you').first().waitFor()
  await palette(ann).waitFor({ state: 'detached' })
})

test('in a meeting: somebody is rung into it, nobody twice, and its own actions are there', async () => {
  const [ann, ben] = [await person('ann'), await person('ben')]
  await ann.page.keyboard.press('n')
  await ann.page.getByRole('toolbar', { name: 'Meeting controls' }).waitFor()
  await opens(ann, 'ben')
  await highlighted(ann, /Ben Osei/)
  await ann.page.keyboard.press('Enter')
  await ben.card().getByText('Ann’s meeting').first().waitFor()
  await ben.page.keyboard.press('Alt+a')
  await ann.tile('Ben Osei').waitFor()
  await opens(ann, 'ben')
  await palette(ann).getByText('Nothing fits “ben”').waitFor()
  await ann.page.keyboard.press('Escape')
  await palette(ann).waitFor({ state: 'detached' })
  await opens(ann, 'chat')
  await highlighted(ann, /Chat/)
  await ann.page.keyboard.press('Enter')
  await ann.page.getByRole('region', { name: 'Chat' }).waitFor()
})

test('a running meeting and a pasted link are joined, after the look at oneself', async () => {
  const [ann, ben, chloe] = [await person('ann'), await person('ben'), await person('chloe')]
  await ann.startMeeting()
  const link = await ann.meetingLink()
  await ben.page.keyboard.press('Control+k')
  await palette(ben).getByRole('combobox').fill(link)
  await ben.page.keyboard.press('Enter')
  await ben.page.getByRole('dialog', { name: 'Ready to join?' }).getByRole('button', { name: 'Join' }).click()
  await ann.tile('Ben Osei').waitFor()
  await ann.ring(['Chloe Martin'])
  await chloe.card().waitFor()
  await chloe.page.keyboard.press('Alt+d')
  await ann.pendingRow('Chloe Martin').getByText('Declined').waitFor()
  await opens(chloe, 'ann’s')
  await highlighted(chloe, /Ann’s meeting/)
  await chloe.page.keyboard.press('Enter')
  await chloe.page.getByRole('dialog', { name: 'Ready to join?' }).getByRole('button', { name: 'Join' }).click()
  await ann.tile('Chloe Martin').waitFor()
})

test('the cursor goes by pages and to both ends', async () => {
  const ann = await person('ann')
  await opens(ann, 'o')
  await option(ann, /Ben Osei/).waitFor()
  const options = palette(ann).getByRole('option')
  const last = (await options.count()) - 1
  const at = async (what: string, is: (index: number) => boolean) =>
    until(what, () => options.evaluateAll((all) => all.findIndex((one) => 'highlighted' in one.dataset)).then(is))
  await at('the first under the cursor', (index) => index === 0)
  await ann.page.keyboard.press('PageDown')
  await at('one further down under the cursor', (index) => index > 2 && index < last)
  await ann.page.keyboard.press('PageUp')
  await at('the first again', (index) => index === 0)
  await ann.page.keyboard.press('End')
  await at('the last', (index) => index === last)
  await ann.page.keyboard.press('Home')
  await at('the first at last', (index) => index === 0)
  await ann.page.keyboard.press('PageUp')
  await at('the first still', (index) => index === 0)
})

test('keys go about, are silent while one types and behind a dialog, and single ones can be turned off', async () => {
  const ann = await person('ann')
  const { page } = ann
  await page.keyboard.press('c')
  await heading(ann, 'Calls')
  await page.keyboard.press('Control+,')
  await heading(ann, 'Settings')
  await page.keyboard.press('p')
  await heading(ann, 'People')
  // The search has the focus: letters are letters.
  await page.keyboard.type('ch')
  await heading(ann, 'People')
  expect(await page.getByRole('searchbox').inputValue()).toBe('ch')
  await opens(ann, 'home')
  await highlighted(ann, /Go to Home/)
  await page.keyboard.press('Enter')
  await page.getByRole('button', { name: 'New meeting' }).waitFor()

  await page.keyboard.press('?')
  const sheet = page.getByRole('dialog', { name: 'Keyboard shortcuts' })
  await sheet.getByText('Go to Calls').waitFor()
  await page.keyboard.press('c')
  await sheet.getByText('Go to Calls').waitFor()
  await sheet.getByRole('switch').click()
  await page.keyboard.press('Escape')
  await sheet.waitFor({ state: 'detached' })
  await page.keyboard.press('c')
  await page.keyboard.press('Control+k')
  await palette(ann).waitFor()
  await page.keyboard.press('Escape')
  await page.getByRole('button', { name: 'New meeting' }).waitFor()
  expect(page.url()).toMatch(/#\/$/)

  await opens(ann, 'schedule')
  await highlighted(ann, /Schedule a meeting/)
  await page.keyboard.press('Enter')
  await page.getByRole('dialog', { name: 'Schedule a meeting' }).waitFor()
})

test('the key that does the same is in the tooltip, and / finds the field again', async () => {
  const { page } = await person('ann')
  const tells = async (name: string, role: 'button' | 'searchbox', key: string) => {
    await page.getByRole(role, { name, exact: true }).hover()
    await page.locator('.tooltip').filter({ hasText: name }).getByText(key, { exact: true }).waitFor()
    await page.mouse.move(0, 0)
    await page.locator('.tooltip').waitFor({ state: 'detached' })
  }
  // First, since scrolling to it closes a tooltip that opens without delay after another.
  await page.keyboard.press('Control+,')
  await tells('Show all', 'button', '?')
  await page.keyboard.press('h')
  await tells('Join', 'button', 'J')
  await tells('Schedule a meeting', 'button', 'S')
  await page.keyboard.press('/')
  const field = page.getByRole('searchbox')
  const hasFocus = () => field.evaluate((node) => node === document.activeElement)
  await until('the cursor in the field', hasFocus)
  await tells('Search people', 'searchbox', '/')
  await page.getByRole('heading', { name: 'People', exact: true }).click()
  expect(await hasFocus()).toBe(false)
  await page.keyboard.press('/')
  await until('the cursor in the field again', hasFocus)
  expect(await field.inputValue()).toBe('')
})
