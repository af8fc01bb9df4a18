// The whole way by keyboard alone, with real sound: signing in, a meeting, ringing somebody in, answering, talking, leaving. What has the focus can be
// seen at every step.
import type { Page } from 'playwright'
import { expect, test } from 'vitest'
import { until } from '../support/browsers.ts'
import { setBrowserStage } from '../support/browserStage.ts'
import type { Person } from '../support/person.ts'

const { server, screen } = setBrowserStage()

/** Nothing is further away than that. */
const TABS_MAX = 40
/** Who rings waits for an answer: it is never far. */
const TABS_TO_RING_MAX = 4

/** Runs in the page: what has the focus, and whether one sees that it has. */
function focused(): { name: string; seen: boolean } {
  const element = document.activeElement as HTMLElement | null
  if (!element || element === document.body) return { name: '', seen: true }
  const labels = (element as HTMLInputElement).labels
  const name = element.getAttribute('aria-label') ?? labels?.[0]?.textContent ?? element.textContent ?? ''
  // A field is framed as a whole, with what stands beside it.
  const frames = [element, element.parentElement, element.parentElement?.parentElement]
  const seen = frames.some((frame) => frame && getComputedStyle(frame).outlineStyle !== 'none')
  return { name: name.trim(), seen }
}

/** Tab by Tab to what is called so; gives how many it took. */
async function tabTo(page: Page, name: string | RegExp, most = TABS_MAX): Promise<number> {
  const way: string[] = []
  for (let tabs = 1; tabs <= most; tabs++) {
    await page.keyboard.press('Tab')
    const now = await page.evaluate(focused)
    expect(now.seen, `the focus on “${now.name}” can be seen`).toBe(true)
    way.push(now.name)
    if (typeof name === 'string' ? now.name === name : name.test(now.name)) return tabs
  }
  throw new Error(`“${String(name)}” was not reached: ${way.join(' → ')}`)
}

const microphone = ({ page }: Person, name: 'Mute' | 'Unmute') =>
  page.getByRole('toolbar', { name: 'Meeting controls' }).getByRole('button', { name, exact: true })

async function signsIn(login: string): Promise<Person> {
  const person = await screen(login)
  const { page } = person
  await page.goto(`${server().url}/?demo=${login}`)
  await page.getByRole('button', { name: 'Sign in' }).waitFor()
  await tabTo(page, 'Sign in')
  await page.keyboard.press('Enter')
  await page.getByRole('button', { name: 'New meeting' }).waitFor()
  return person
}

test('ring, answer, talk and leave', async () => {
  const [ann, ben] = [await signsIn('ann'), await signsIn('ben')]
  await tabTo(ann.page, 'New meeting')
  await ann.page.keyboard.press('Enter')
  await ann.page.getByRole('toolbar', { name: 'Meeting controls' }).waitFor()
  await ann.page.keyboard.press('a')
  const search = ann.page.getByRole('textbox', { name: 'Search people' })
  await until('the focus in the search', () => search.evaluate((field) => field === document.activeElement))
  await ann.page.keyboard.type('Ben Osei')
  await until('Ben alone in the list', async () => (await ann.page.getByRole('checkbox').count()) === 1)
  await ann.page.keyboard.press('ArrowDown')
  await ann.page.keyboard.press('Space')
  await tabTo(ann.page, /^Ring 1 person/)
  await ann.page.keyboard.press('Enter')
  await ann.pendingRow('Ben Osei').getByText('Ringing').waitFor()

  await ben.card().waitFor()
  await tabTo(ben.page, 'Audio', TABS_TO_RING_MAX)
  await ben.page.keyboard.press('Enter')
  await ben.page.getByRole('toolbar', { name: 'Meeting controls' }).waitFor()
  await Promise.all([ann.hears(), ben.hears()])
  await ben.page.keyboard.press('m')
  await microphone(ben, 'Unmute').waitFor()
  await ann.tile('Ben Osei').getByRole('img', { name: 'Muted' }).waitFor()
  await ben.page.keyboard.press('m')
  await microphone(ben, 'Mute').waitFor()

  await ben.page.keyboard.press('Shift+L')
  await ben.page.getByRole('button', { name: 'New meeting' }).waitFor()
  await tabTo(ann.page, /^Leave/)
  await ann.page.keyboard.press('Enter')
  await ann.page.getByRole('menuitem', { name: 'Leave meeting' }).waitFor()
  await ann.page.keyboard.press('End')
  await ann.page.keyboard.press('Enter')
  await ann.page.getByRole('button', { name: 'New meeting' }).waitFor()
})
