// A server from its first start on, as its people see it: setting it up, inviting, accepting, signing out another device.
import type { Browser, Page } from 'playwright'
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import { axeFindings } from '../support/axe.ts'
import { launchBrowser, openPage } from '../support/browsers.ts'
import { startServer, type ServerProcess } from '../support/serverProcess.ts'

const PASSWORD = 'violet kettle on the moon'

let browser: Browser
let server: ServerProcess
let pages: Page[] = []
beforeAll(async () => {
  browser = await launchBrowser()
})
afterAll(() => browser?.close())
beforeEach(async () => {
  server = await startServer({ demo: false })
})
afterEach(async () => {
  for (const page of pages) await page.context().close()
  pages = []
  await server.stop()
})

async function screen(address = server.url): Promise<Page> {
  const { page } = await openPage(browser)
  pages.push(page)
  await page.goto(address)
  return page
}
const button = (page: Page, name: string) => page.getByRole('button', { name, exact: true })
const field = (page: Page, name: string) => page.getByRole('textbox', { name, exact: true })
const says = (page: Page, words: string) => page.getByRole('status').getByText(words).waitFor()
const goes = (page: Page, name: string) => page.getByRole('navigation').getByRole('link', { name }).click()

async function makesAccount(page: Page, name: string, login: string): Promise<void> {
  await field(page, 'Your name').fill(name)
  await field(page, 'User name').fill(login)
  await field(page, 'Password').fill(PASSWORD)
  await button(page, 'Create account').click()
  await button(page, 'New meeting').waitFor()
}

async function signsIn(page: Page, login: string, password = PASSWORD): Promise<void> {
  await field(page, 'User name').fill(login)
  await field(page, 'Password').fill(password)
  await button(page, 'Sign in').click()
}

const setupLink = () => /\S+\/setup\/\S+/.exec(server.output())?.[0] ?? ''

async function administrator(): Promise<Page> {
  const page = await screen(setupLink())
  await page.getByRole('heading', { name: 'Set up this server' }).waitFor()
  await makesAccount(page, 'Ada Park', 'ada')
  return page
}

async function linkMadeBy(page: Page, make: () => Promise<void>): Promise<string> {
  await make()
  const link = await page.getByRole('dialog').getByRole('textbox', { name: 'Link' }).inputValue()
  await button(page, 'Done').click()
  return link
}

const invitationFrom = (page: Page) =>
  linkMadeBy(page, async () => {
    await button(page, 'Invite').click()
    await button(page, 'Make link').click()
  })

test('a server is set up once, somebody is invited and accepts, and signs out a device from another one', async () => {
  const ada = await administrator()
  const late = await screen(setupLink())
  await late.getByRole('heading', { name: 'This link does not work' }).waitFor()
  expect(await axeFindings(late)).toEqual([])

  await goes(ada, 'Admin')
  const link = await invitationFrom(ada)
  await ada.getByText('For a user').waitFor()
  const zoe = await screen(link)
  await zoe.getByRole('heading', { name: 'Welcome to Parley' }).waitFor()
  expect(await axeFindings(zoe)).toEqual([])
  await field(zoe, 'Password').fill('zoe2026zoe')
  await button(zoe, 'Create account').click()
  await zoe.getByText('Enter your name.').waitFor()
  await makesAccount(zoe, 'Zoe van Dyk', 'zoe')
  expect(zoe.url(), 'the token is gone from the address').not.toContain('invite')
  expect(await zoe.getByRole('link', { name: 'Admin' }).count()).toBe(0)

  const phone = await screen()
  await signsIn(phone, 'zoe')
  await button(phone, 'New meeting').waitFor()
  await goes(zoe, 'Settings')
  const devices = zoe.getByRole('region', { name: 'Where you are signed in' })
  await devices.getByText('This device').waitFor()
  expect(await axeFindings(zoe)).toEqual([])
  await devices.getByRole('button', { name: /^Sign out / }).click()
  await button(zoe, 'Sign out').last().click()
  await phone.getByText('You signed out this device from another one.').waitFor()
  await zoe.getByRole('status').getByText('is signed out').waitFor()
  await devices.getByRole('listitem').nth(1).waitFor({ state: 'detached' })
  expect(await devices.getByRole('listitem').count(), 'this one stays').toBe(1)
})

test('an administrator gives a link for a new password, disables and enables; the person sees why', async () => {
  const ada = await administrator()
  await goes(ada, 'Admin')
  const zoe = await screen(await invitationFrom(ada))
  await makesAccount(zoe, 'Zoe van Dyk', 'zoe')

  const search = ada.getByRole('searchbox', { name: 'Search by name or user name' })
  await search.fill('zo')
  await ada.getByText('zoe · 1 device').waitFor()
  const menu = async (entry: string) => {
    await button(ada, 'More for Zoe van Dyk').click()
    await ada.getByRole('menuitem', { name: entry }).click()
  }
  expect(await axeFindings(ada)).toEqual([])
  const reset = await linkMadeBy(ada, () => menu('Link for a new password'))
  const other = await screen(reset)
  await other.getByRole('heading', { name: 'Choose a new password' }).waitFor()
  await field(other, 'Password').fill('seven lamps and a harbour')
  await button(other, 'Set password and sign in').click()
  await button(other, 'New meeting').waitFor()
  await zoe.getByText('Your password was changed.').waitFor()

  await menu('Disable account')
  await button(ada, 'Disable account').click()
  await says(ada, 'Zoe van Dyk’s account is disabled')
  await other.getByText('This account is disabled.').waitFor()
  await signsIn(zoe, 'zoe', 'seven lamps and a harbour')
  await zoe.getByRole('alert').waitFor()
  await menu('Enable account')
  await says(ada, 'Zoe van Dyk’s account is enabled')
  await button(zoe, 'Sign in').click()
  await button(zoe, 'New meeting').waitFor()

  await menu('Make administrator')
  await button(ada, 'Change role').click()
  await says(ada, 'Zoe van Dyk is an administrator now')
  await goes(zoe, 'Admin')
  await zoe.getByText('ada · 1 device').waitFor()
})

test('one changes one’s own password, and is told what is wrong with it', async () => {
  const ada = await administrator()
  await goes(ada, 'Settings')
  await button(ada, 'Change password').click()
  const dialog = ada.getByRole('dialog')
  await field(ada, 'Current password').fill('not this one')
  await field(ada, 'New password').fill('password123')
  await dialog.getByRole('button', { name: 'Change password' }).click()
  await dialog.getByText('one of the first passwords that are guessed').waitFor()
  expect(await axeFindings(ada)).toEqual([])
  await field(ada, 'New password').fill('seven lamps and a harbour')
  await dialog.getByRole('button', { name: 'Change password' }).click()
  await dialog.getByText('This is not your current password.').waitFor()
  await field(ada, 'Current password').fill(PASSWORD)
  await dialog.getByRole('button', { name: 'Change password' }).click()
  await says(ada, 'Your password is changed.')
})
