// Getting ready to be rung: the first look at a new device, with a ring that nobody else hears of.
import { expect, test } from 'vitest'
import { axeFindings } from '../support/axe.ts'
import { until } from '../support/browsers.ts'
import { setBrowserStage } from '../support/browserStage.ts'
import type { Person } from '../support/person.ts'

const { person } = setBrowserStage()

const outcome = ({ page }: Person, words: string | RegExp) =>
  page.getByRole('status').filter({ hasText: words }).waitFor()

/** The names of the commands that go to the server from now on. */
async function overhear({ page }: Person): Promise<() => Promise<string[]>> {
  await page.evaluate(() => {
    const heard: string[] = []
    Object.assign(window, { parleyHeard: heard })
    const { send } = WebSocket.prototype
    WebSocket.prototype.send = function (data) {
      const name = typeof data === 'string' ? /"name":"([\w.]+)"/.exec(data)?.[1] : undefined
      if (name) heard.push(name)
      return send.call(this, data)
    }
  })
  return () => page.evaluate(() => (window as unknown as { parleyHeard: string[] }).parleyHeard)
}

test('step by step: devices, a ring that is answered and one that is declined, do not disturb', async () => {
  const ann = await person('ann')
  const { page } = ann
  await page.getByRole('region', { name: 'Get ready to be rung' }).getByRole('button', { name: 'Get ready' }).click()
  await page.getByText('Step 1 of 3').waitFor()
  // Nothing is opened before the press.
  expect((await ann.stats()).captures).toBe(0)
  await page.getByRole('button', { name: 'Show preview' }).click()
  await page.locator('video').first().waitFor()
  await page.getByRole('button', { name: 'Next' }).click()

  const ringStep = page.getByRole('button', { name: 'See how a ring comes' })
  await until('the next step to have the focus', () => ringStep.evaluate((node) => node === document.activeElement))
  await page.locator('video').waitFor({ state: 'detached' })
  const { captures } = await ann.stats()
  const heard = await overhear(ann)
  await page.getByRole('button', { name: 'Ring me now' }).click()
  await ann.card().getByText('A ring to try').first().waitFor()
  await ann.card().getByText('Nobody else hears of this one.').waitFor()
  await outcome(ann, 'It rings.')
  expect(await axeFindings(page)).toEqual([])
  await ann.card().getByRole('button', { name: 'Video' }).click()
  await outcome(ann, 'You answered.')
  await ann.card().waitFor({ state: 'detached' })
  await page.getByRole('button', { name: 'Ring me again' }).click()
  await ann.card().waitFor()
  await page.keyboard.press('Alt+d')
  await outcome(ann, 'You declined.')
  await page.getByRole('button', { name: 'Ring me again' }).click()
  await ann.declineWith('In 5 minutes')
  await outcome(ann, 'In 5 minutes')
  expect((await heard()).filter((name) => /^(call|media|room\.(join|create))/.test(name))).toEqual([])
  expect((await ann.stats()).captures).toBe(captures)

  await page.getByRole('button', { name: 'Next' }).click()
  await page.getByRole('switch', { name: /quiet/i }).waitFor()
  expect(await axeFindings(page)).toEqual([])
  await page.getByRole('button', { name: 'Finish' }).click()
  await page.getByText('You can be rung.').first().waitFor()
  await page.getByRole('button', { name: 'New meeting' }).waitFor()
  expect(await page.getByRole('region', { name: 'Get ready to be rung' }).count()).toBe(0)
  await page.reload()
  await page.getByRole('button', { name: 'New meeting' }).waitFor()
  expect(await page.getByRole('region', { name: 'Get ready to be rung' }).count()).toBe(0)
})

test('somebody who really calls comes first', async () => {
  const [ann, ben] = [await person('ann'), await person('ben')]
  await ben.page.getByRole('link', { name: 'Settings' }).click()
  await ben.page.getByRole('button', { name: 'Ring me now' }).click()
  await ben.card().getByText('A ring to try').first().waitFor()
  await ann.startMeeting()
  await ann.ring(['Ben Osei'])
  await ben.card().getByText('Ann Kovač is calling you').first().waitFor()
  await outcome(ben, 'Something real came up.')
  expect(await ben.card().count()).toBe(1)
  expect(await ben.page.getByRole('button', { name: 'Ring me again' }).isDisabled()).toBe(true)
  await ben.answer('Audio')
  await ben.leave()
})

test('put off, it does not come back', async () => {
  const ann = await person('ann')
  const card = ann.page.getByRole('region', { name: 'Get ready to be rung' })
  await card.getByRole('button', { name: 'Not now' }).click()
  await card.waitFor({ state: 'detached' })
  await ann.page.reload()
  await ann.page.getByRole('button', { name: 'New meeting' }).waitFor()
  expect(await card.count()).toBe(0)
})
