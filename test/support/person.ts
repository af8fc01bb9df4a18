// A person at the screen: everything tests and the demo do in the app, by the words and roles that a person sees.
import type { Browser, BrowserContext, Locator, Page } from 'playwright'
import { mediaStats, openPage, pictureOf, until, type BrowserOptions, type MediaStats } from './browsers.ts'

export type Person = {
  readonly login: string
  readonly page: Page
  readonly context: BrowserContext
  signIn(): Promise<void>
  startMeeting(): Promise<void>
  /** The code of this person's meeting. */
  meetingCode(): Promise<string>
  /** The address others can join this person's meeting by. */
  meetingLink(): Promise<string>
  /** Opens the meeting's options, and gives their dialog. */
  meetingOptions(): Promise<Locator>
  /** Follows a meeting's link without having signed in, and asks to come in under this name; the look before joining is passed. */
  comesAsGuest(link: string, name: string): Promise<void>
  /** Presses what joins a meeting, looks at the check that comes before, and joins with what is set there. */
  join(button: Locator): Promise<void>
  /** Opens Add people, chooses these names, and presses Ring. */
  ring(names: string[], options?: { message?: string; seconds?: 15 | 30 }): Promise<void>
  /** The row of that person in the pending-call list. */
  pendingRow(name: string): Locator
  /** The incoming ring on this screen. */
  card(): Locator
  /** Resolves once the ring has ended, its card has said these words, and is gone. Ask before what ends it: it says so for 2 s only. */
  seesRingEnd(words: string | RegExp): Promise<void>
  answer(how: 'Audio' | 'Video'): Promise<void>
  declineWith(reply: string): Promise<void>
  /** The tile of that person (or `You`) on the stage. */
  tile(name: string): Locator
  /** Waits until the picture in that person's tile moves. */
  seesMoving(name: string): Promise<void>
  /** Waits until sound has arrived: packets, and energy in them. */
  hears(): Promise<void>
  stats(): Promise<MediaStats>
  endForAll(): Promise<void>
  leave(): Promise<void>
  /** A performance mark of the app, as ms since the epoch; null while there is none. */
  mark(name: string): Promise<number | null>
  screenshot(path: string): Promise<void>
  close(): Promise<void>
}

/** The look at camera and microphone that comes before joining: nothing is opened there, Join is pressed. */
export const joinChecked = (page: Page): Promise<void> =>
  page.getByRole('dialog', { name: 'Ready to join?' }).getByRole('button', { name: 'Join' }).click()

export async function openPerson(
  browser: Browser,
  server: string,
  login: string,
  options: BrowserOptions = {},
): Promise<Person> {
  const { context, page } = await openPage(browser, options)
  const pendingRow = (name: string) =>
    page
      .getByRole('region', { name: /^(Being rung|Did not join)/ })
      .getByRole('listitem')
      .filter({ hasText: name })
  const card = () => page.getByRole('alertdialog')
  const tile = (name: string) => page.getByRole('article', { name: new RegExp(`^${name}`) })
  const button = (name: string | RegExp) => page.getByRole('button', { name })
  const meetingCode = () =>
    page
      .locator('footer')
      .getByText(/^\w{3}-\w{4}-\w{3}$/)
      .innerText()

  return {
    login,
    page,
    context,
    card,
    tile,
    pendingRow,
    async signIn() {
      await page.goto(`${server}/?demo=${login}`)
      await button('Sign in').click()
      await button('New meeting').waitFor()
    },
    async startMeeting() {
      await button('New meeting').click()
      await page.getByRole('toolbar', { name: 'Meeting controls' }).waitFor()
    },
    meetingCode,
    async meetingLink() {
      return `${server}/join/${await meetingCode()}`
    },
    async meetingOptions() {
      await page.getByRole('button', { name: 'More', exact: true }).click()
      await page.getByRole('menuitem', { name: 'Meeting options' }).click()
      return page.getByRole('dialog', { name: 'Meeting options' })
    },
    async comesAsGuest(link, name) {
      await page.goto(link)
      await page.getByRole('textbox', { name: 'Your name' }).fill(name)
      await button('Join as guest').click()
      await joinChecked(page)
    },
    async join(joining) {
      await joining.click()
      await joinChecked(page)
    },
    async ring(names, { message, seconds } = {}) {
      await button('Add people').first().click()
      const search = page.getByRole('textbox', { name: 'Search people' })
      for (const name of names) {
        await search.fill(name)
        // While the list is being narrowed, a row may go from under the pointer.
        const first = page.getByRole('checkbox').first()
        await until(`${name} first in the list`, async () => (await first.textContent())?.includes(name))
        await page.getByRole('checkbox', { name: new RegExp(`^${name}`) }).click()
      }
      if (message) await page.getByRole('textbox', { name: 'Message' }).fill(message)
      if (seconds && seconds !== 30) {
        await button(/^Ring for/).click()
        await page.getByRole('menuitemradio', { name: `${seconds} s` }).click()
      }
      await button(names.length === 1 ? /^Ring 1 person/ : `Ring ${names.length} people`).click()
    },
    async seesRingEnd(words) {
      await card().getByText(words).first().waitFor()
      await card().waitFor({ state: 'detached' })
    },
    async answer(how) {
      await card().getByRole('button', { name: how }).click()
      await page.getByRole('toolbar', { name: 'Meeting controls' }).waitFor()
    },
    async declineWith(reply) {
      await card().getByRole('button', { name: 'Decline with a reply' }).click()
      await card().getByRole('button', { name: reply }).click()
    },
    async seesMoving(name) {
      const video = `article[aria-label^="${name}"] video`
      const first = await until(`a picture of ${name} on ${login}'s screen`, () => pictureOf(page, video), 20_000)
      await until(`a moving picture of ${name} on ${login}'s screen`, async () => {
        const now = await pictureOf(page, video)
        return now !== null && now !== first
      })
    },
    async hears() {
      await until(`sound at ${login}`, async () => {
        const { audioPacketsReceived, audioEnergyReceived } = await mediaStats(page)
        return audioPacketsReceived > 10 && audioEnergyReceived > 0
      })
    },
    stats: () => mediaStats(page),
    async endForAll() {
      await button(/^Leave/).click()
      await page.getByRole('menuitem', { name: 'End for all' }).click()
      // Nobody else inside: it ends without asking.
      const sure = page.getByRole('dialog').getByRole('button', { name: 'End for all' })
      await sure.or(button('New meeting')).first().waitFor()
      if (await sure.isVisible()) await sure.click()
    },
    async leave() {
      await button(/^Leave/).click()
      const menu = page.getByRole('menuitem', { name: 'Leave meeting' })
      if (await menu.isVisible().catch(() => false)) await menu.click()
    },
    mark: (name) =>
      page.evaluate((wanted) => {
        const entry = performance.getEntriesByName(wanted, 'mark')[0]
        return entry ? performance.timeOrigin + entry.startTime : null
      }, `parley:${name}`),
    screenshot: async (path) => void (await page.screenshot({ path })),
    close: () => context.close(),
  }
}
