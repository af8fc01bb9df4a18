// What every door does alike: the first wrong field has the focus, nothing typed is lost, Enter sends, a password can be looked at.
import type { Browser, Locator, Page } from 'playwright'
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import { axeFindings } from '../support/axe.ts'
import { launchBrowser, openPage, until } from '../support/browsers.ts'
import { startServer, type ServerProcess } from '../support/serverProcess.ts'

const PASSWORD = 'violet kettle on the moon'

let browser: Browser
let server: ServerProcess
let page: Page
beforeAll(async () => {
  browser = await launchBrowser()
})
afterAll(() => browser?.close())
beforeEach(async () => {
  server = await startServer({ demo: false })
  page = (await openPage(browser, { size: { width: 880, height: 560 } })).page
})
afterEach(async () => {
  await page.context().close()
  await server.stop()
})

const field = (name: string) => page.getByRole('textbox', { name, exact: true })
const button = (name: string) => page.getByRole('button', { name, exact: true })
const focusOn = (wanted: Locator) =>
  until('the focus on the first wrong field', () => wanted.evaluate((node) => node === document.activeElement))
/** What is wrong with it, as screen readers hear it. */
const noteOf = (wanted: Locator) =>
  wanted.evaluate((node) => document.getElementById(node.getAttribute('aria-describedby') ?? '')?.textContent?.trim())

async function setsUp(): Promise<void> {
  await page.goto(/\S+\/setup\/\S+/.exec(server.output())?.[0] ?? '')
  await field('Your name').fill('Ada Park')
  await field('User name').fill('ada')
}

test('an account is made: focus, what is typed, a server that is away, and Enter', async () => {
  await setsUp()
  await field('User name').fill('')
  await button('Create account').click()
  await focusOn(field('User name'))
  expect(await noteOf(field('User name'))).toBe('Choose a user name.')
  expect(await noteOf(field('Password'))).toContain('At least')
  await field('User name').fill('ada')
  await field('Password').fill(PASSWORD)
  await page.context().setOffline(true)
  await field('Password').press('Enter')
  await page.getByRole('alert').filter({ hasText: 'The server does not answer' }).waitFor()
  expect(await field('Your name').inputValue()).toBe('Ada Park')
  expect(await field('Password').inputValue()).toBe(PASSWORD)
  expect(await axeFindings(page)).toEqual([])
  await page.context().setOffline(false)
  await field('Password').press('Enter')
  await button('New meeting').waitFor()
})

test('the first-run set-up and sign-in fit the smallest window, and tell password managers what is what', async () => {
  const fits = async (name: string) => {
    const box = await button(name).boundingBox()
    expect(box && box.y + box.height).toBeLessThanOrEqual(560)
  }
  const kindOf = (name: string) => field(name).getAttribute('autocomplete')
  await setsUp()
  await fits('Create account')
  expect([await kindOf('Your name'), await kindOf('User name'), await kindOf('Password')]).toEqual([
    'name',
    'username',
    'new-password',
  ])
  await page.goto(server.url)
  await field('User name').fill('ada')
  await fits('Sign in')
  expect([await kindOf('User name'), await kindOf('Password')]).toEqual(['username', 'current-password'])
})

test('signing in: a wrong password is selected and can be looked at; after too many it says for how long', async () => {
  await page.goto(server.url)
  await field('User name').fill('ada')
  await field('Password').fill('not this one')
  const before = await button('Sign in').boundingBox()
  await field('Password').press('Enter')
  await page.getByText('User name and password do not match.').waitFor()
  await focusOn(field('Password'))
  expect((await button('Sign in').boundingBox())?.width, 'it keeps its size').toBe(before?.width)
  await button('Show').click()
  expect(await field('Password').getAttribute('type')).toBe('text')
  expect(await field('Password').inputValue()).toBe('not this one')
  await button('Hide').click()
  const told = page.getByText(/Too many wrong passwords\. Try again in \d+ seconds/)
  await until('too many wrong passwords', async () => {
    if (await told.isVisible()) return true
    await field('Password').press('Enter')
    await page.waitForTimeout(200)
    return false
  })
  expect(await field('User name').inputValue()).toBe('ada')
  expect(await axeFindings(page)).toEqual([])
})
