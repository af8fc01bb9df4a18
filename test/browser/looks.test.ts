// Every screen in both themes: kept as pictures under test-results/looks, and looked at by axe, which must find nothing.
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import type { Browser, Page } from 'playwright'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { axeFindings } from '../support/axe.ts'
import { launchBrowser } from '../support/browsers.ts'
import { joinChecked, openPerson, type Person } from '../support/person.ts'
import { startServer, type ServerProcess } from '../support/serverProcess.ts'
import { TestDevice } from '../support/testDevice.ts'

const PICTURES = join(import.meta.dirname, '..', '..', 'test-results', 'looks')

let browser: Browser
let server: ServerProcess
let people: Person[] = []
/** Whatever the pages complained of, a broken content security policy among it. */
let complaints: string[] = []

beforeAll(async () => {
  mkdirSync(PICTURES, { recursive: true })
  browser = await launchBrowser()
  server = await startServer()
})
afterEach(async () => {
  for (const person of people) await person.close()
  people = []
  expect(complaints).toEqual([])
  complaints = []
})
afterAll(async () => {
  await browser?.close()
  await server?.stop()
})

async function open(login: string, locale = 'en-GB'): Promise<Person> {
  const person = await openPerson(browser, server.url, login, { locale })
  // Colours must not be judged half-way through a fade.
  await person.page.emulateMedia({ reducedMotion: 'reduce' })
  person.page.on('pageerror', (error) => complaints.push(`${login}: ${error.message}`))
  person.page.on('console', (message) => message.type() === 'error' && complaints.push(`${login}: ${message.text()}`))
  people.push(person)
  return person
}

/** A meeting is dark in both. */
async function themeOf(page: Page, colorScheme: string): Promise<string | undefined> {
  await page.waitForFunction(
    (wanted) =>
      document.documentElement.dataset.theme === wanted || document.querySelector('[role="toolbar"]') !== null,
    colorScheme,
  )
  return page.evaluate(() => document.documentElement.dataset.theme)
}

/** Runs in the page. What is seen half-way from one theme to the other is neither. */
async function coloursStandStill(): Promise<void> {
  await new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(drawn)))
  const fading = document.getAnimations().filter((animation) => animation instanceof CSSTransition)
  await Promise.allSettled(fading.map((animation) => animation.finished))
}

/** The screen as it is now, in both themes: what goes by itself must stay for as long as that takes. */
async function look(page: Page, name: string): Promise<void> {
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ reducedMotion: 'reduce', colorScheme })
    if ((await themeOf(page, colorScheme)) !== colorScheme) continue
    await page.evaluate(coloursStandStill)
    await page.screenshot({ path: join(PICTURES, `${name}-${colorScheme}.png`) })
    expect(await axeFindings(page), `${name} in the ${colorScheme} theme`).toEqual([])
  }
}

describe('screens', () => {
  test('sign-in, home, people and settings', async () => {
    const { page, signIn } = await open('grace')
    await page.goto(`${server.url}/?demo=grace`)
    await page.getByRole('button', { name: '王小明' }).waitFor()
    await look(page, 'sign-in')
    await signIn()
    await page.getByText('No meeting is running').waitFor()
    await look(page, 'home')
    await page.getByRole('link', { name: 'People' }).click()
    await page.getByRole('checkbox', { name: /Ann Kovač/ }).click()
    await look(page, 'people')
    await page.getByRole('link', { name: 'Settings' }).click()
    await page.getByRole('switch', { name: 'Ring tone' }).waitFor()
    await look(page, 'settings')
  })

  test('adding people, an incoming ring, the pending list, the meeting', async () => {
    const ann = await open('ann')
    const ben = await open('ben')
    await ann.signIn()
    await ben.signIn()
    await ann.startMeeting()
    await ann.page.getByText('It is just you here').waitFor()
    await look(ann.page, 'alone')
    await ann.page.keyboard.press('a')
    await ann.page.getByRole('checkbox', { name: /^Ben Osei/ }).click()
    await ann.page.getByRole('checkbox', { name: /^Dan Kim/ }).click()
    await ann.page.getByRole('textbox', { name: 'Message' }).fill('5 minutes on the pricing page')
    await look(ann.page, 'add-people')
    await ann.page.getByRole('button', { name: 'Ring 2 people' }).click()
    await ben.card().getByText('5 minutes on the pricing page').waitFor()
    await look(ben.page, 'ring')
    await ann.pendingRow('Ben Osei').getByText('Ringing').waitFor()
    await look(ann.page, 'pending')
    await ben.answer('Video')
    await ann.seesMoving('Ben Osei')
    await ann.pendingRow('Dan Kim').getByText('May be offline').waitFor()
    await look(ann.page, 'meeting')
    await ann.page.getByRole('button', { name: /^Leave/ }).click()
    await ann.page.getByRole('menuitem', { name: 'End for all' }).waitFor()
    await look(ann.page, 'leave-menu')
    await ann.page.getByRole('menuitem', { name: 'End for all' }).click()
    await ann.page.getByRole('dialog').waitFor()
    await look(ann.page, 'end')
    await ann.page.getByRole('dialog').getByRole('button', { name: 'End for all' }).click()
    await ben.page.getByText('Ann’s meeting has ended').waitFor()
  })
})

describe('calls', () => {
  test('a call between two, and the list of calls', async () => {
    const [ann, ben] = [await open('ann'), await open('ben', 'en-US')]
    await ann.signIn()
    await ben.signIn()
    for (const media of ['audio', 'video']) {
      await ann.page.getByRole('link', { name: 'People' }).click()
      await ann.page.getByRole('button', { name: `Ring Ben Osei with ${media}` }).click()
      await ben.card().waitFor()
      await ann.page.getByRole('status').filter({ hasText: 'Ringing at Ben Osei' }).waitFor()
      if (media === 'video') {
        await look(ann.page, 'direct-calling')
        await look(ben.page, 'direct-ring')
        await ann.page.getByRole('button', { name: 'Hang up' }).click()
      } else await ben.declineWith('Can’t talk now')
      await ann.page.getByRole('link', { name: 'People' }).waitFor()
    }
    await ben.page.getByRole('button', { name: /Your status$/ }).click()
    await ben.page.getByRole('menuitem', { name: 'For 1 hour' }).waitFor()
    await ben.page.screenshot({ path: join(PICTURES, 'policy-menu.png') })
    await ben.page.keyboard.press('Escape')
    await ben.page.getByRole('link', { name: /^Calls/ }).click()
    await ben.page.getByRole('listitem').filter({ hasText: 'You declined' }).first().waitFor()
    await look(ben.page, 'calls')
  })
})

describe('looking after a meeting', () => {
  test('what the owner may do to others, and what those are told', async () => {
    const [ann, ben] = [await open('ann'), await open('ben')]
    for (const person of [ann, ben]) await person.signIn()
    const ringBen = async () => {
      await ann.ring(['Ben Osei'])
      await ben.answer('Audio')
      await ann.page.getByRole('button', { name: 'More for Ben Osei' }).waitFor()
    }
    const choose = async (entry: string) => {
      await ann.page.getByRole('button', { name: 'More for Ben Osei' }).click()
      await ann.page.getByRole('menuitem', { name: entry }).click()
      await ann.page.getByRole('dialog').waitFor()
    }
    await ann.startMeeting()
    await ringBen()
    await ann.hears()
    await ann.page.getByRole('button', { name: 'More for Ben Osei' }).click()
    await ann.page.getByRole('menuitem', { name: 'Make owner' }).waitFor()
    await look(ann.page, 'moderation-menu')
    // Notices go by themselves: they are waited for while the press is still being made.
    await Promise.all([
      ann.page.getByRole('menuitem', { name: 'Mute' }).click(),
      ben.page.getByText('Ann Kovač muted you').waitFor(),
    ])
    await look(ben.page, 'muted')
    await choose('Make owner')
    await look(ann.page, 'make-owner')
    await ann.page.getByRole('dialog').getByRole('button', { name: 'Cancel' }).click()
    await choose('Remove…')
    await ann.page.getByRole('switch', { name: 'Do not let them back in' }).click()
    await look(ann.page, 'remove')
    await Promise.all([
      ann.page.getByRole('dialog').getByRole('button', { name: 'Remove' }).click(),
      ben.page.getByText('Ann Kovač removed you').waitFor(),
    ])
    await look(ben.page, 'removed')
    await ringBen()
    await ann.leave()
    await ben.page.getByText('The owner has left').waitFor()
    await look(ben.page, 'take-over')
    // A page that merely closes keeps its seat for half a minute, and the next ring would ask whether to leave it.
    await ben.leave()
    await ben.page.getByRole('button', { name: 'New meeting' }).waitFor()
  })
})

/** Chloe's meetings of the next days, made on a device of hers without a screen: the first begins within a minute, with its reminder. */
async function scheduleSome() {
  const device = new TestDevice(() => server.url, 'chloe', "Chloe's phone")
  await device.signsIn()
  await device.connects()
  const { people } = await device.does('people.list', { limit: 3 })
  const make = async (name: string, inMinutes: number, attendees: number, remindBeforeMs = 0) => {
    // The first one's reminder comes at its start, which must not be up to a minute away.
    const startsAt = inMinutes === 0 ? Date.now() + 1_000 : Math.ceil(Date.now() / 60_000 + inMinutes) * 60_000
    const dan = await device.does('people.list', { query: 'Dan Kim' })
    const attendeeIds = [...dan.people, ...people].slice(0, attendees).map((person) => person.user.id)
    const times = { startsAt, endsAt: startsAt + 45 * 60_000 }
    return (await device.does('room.schedule', { name, ...times, attendeeIds, remindBeforeMs })).room.id
  }
  const ids = [
    await make('Weekly planning', 0, 3),
    await make('Budget', 26 * 60, 1),
    await make('Quarterly review with everybody who took part in it', 4 * 24 * 60, 4),
  ]
  return {
    async clear() {
      for (const roomId of ids) await device.ask('room.cancelSchedule', { roomId })
      device.disconnects()
    },
  }
}

describe('scheduled meetings', () => {
  test('the dialog, home, the reminder, and who is not here yet', async () => {
    const [chloe, dan] = [await open('chloe'), await open('dan')]
    await chloe.signIn()
    await dan.signIn()
    await chloe.page.getByRole('button', { name: 'Schedule a meeting' }).click()
    const dialog = chloe.page.getByRole('dialog')
    await dialog.getByRole('button', { name: 'Schedule', exact: true }).click()
    await dialog.getByText('Give the meeting a name.').waitFor()
    await dialog.getByRole('textbox', { name: 'Name' }).fill('Weekly planning')
    for (const name of ['Dan Kim', 'Emil Roth', 'Farah Nasser'])
      await dialog.getByRole('checkbox', { name: new RegExp(`^${name}`) }).click()
    await look(chloe.page, 'schedule-dialog')
    await dialog.getByRole('button', { name: 'Cancel' }).click()
    await dialog.waitFor({ state: 'detached' })

    const ahead = await scheduleSome()
    await chloe.page.getByRole('listitem').filter({ hasText: 'Budget' }).waitFor()
    await dan.page.getByRole('region', { name: 'Starting soon' }).getByText('Weekly planning').waitFor()
    await dan.page
      .getByText(/Quarterly review/)
      .first()
      .waitFor()
    await look(chloe.page, 'scheduled-owner')
    await look(dan.page, 'scheduled-attendee')
    await chloe.page.getByRole('button', { name: 'More for Budget' }).click()
    await chloe.page.getByRole('menuitem', { name: 'Cancel meeting' }).click()
    await look(chloe.page, 'schedule-cancel')
    await chloe.page.getByRole('button', { name: 'Cancel meeting' }).click()
    await chloe.page.getByRole('button', { name: 'Join: Weekly planning' }).first().click()
    await chloe.page.getByRole('dialog', { name: 'Ready to join?' }).waitFor()
    await look(chloe.page, 'before-joining')
    await joinChecked(chloe.page)
    await chloe.page.getByRole('region', { name: /^Not here yet/ }).waitFor()
    await chloe.page.getByRole('button', { name: 'Ring Dan Kim' }).click()
    await chloe.pendingRow('Dan Kim').waitFor()
    await look(chloe.page, 'not-here-yet')
    await chloe.endForAll()
    await ahead.clear()
  })
})

test('in Chinese', async () => {
  const { page } = await open('xiaoming', 'zh-CN')
  await page.goto(`${server.url}/?demo=xiaoming`)
  await page.getByRole('button', { name: '登录' }).click()
  await page.getByText('没有正在进行的会议').waitFor()
  await look(page, 'home-chinese')
  await page.getByRole('link', { name: '联系人' }).click()
  await page.getByRole('button', { name: '语音呼叫 Ben Osei' }).click()
  await page.getByRole('button', { name: '挂断' }).click()
  await page.getByRole('link', { name: '通话' }).click()
  await page.getByText('您已取消呼叫').first().waitFor()
  await look(page, 'calls-chinese')
  await page.getByRole('link', { name: '首页' }).click()
  await page.getByRole('button', { name: '新会议' }).click()
  await page.getByText('会议中只有您').waitFor()
  await look(page, 'meeting-chinese')
})
