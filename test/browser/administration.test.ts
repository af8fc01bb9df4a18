// What administrators see beside the people: what was done, who may ring whom, and other programs.
import { readFileSync } from 'node:fs'
import type { Browser, Page } from 'playwright'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { GOOD_PASSWORD } from '../support/accounts.ts'
import { setUpServer } from '../support/administrator.ts'
import { axeFindings } from '../support/axe.ts'
import { launchBrowser, openPage, until } from '../support/browsers.ts'
import { startServer, type ServerProcess } from '../support/serverProcess.ts'
import type { TestDevice } from '../support/testDevice.ts'

let browser: Browser
let server: ServerProcess
let ada: TestDevice
let zoe: TestDevice
let pages: Page[] = []
beforeAll(async () => {
  browser = await launchBrowser()
})
afterAll(() => browser?.close())
beforeEach(async () => {
  server = await startServer({ demo: false })
  ;({ ada, zoe } = await setUpServer(server))
})
afterEach(async () => {
  for (const page of pages) await page.context().close()
  pages = []
  for (const device of [ada, zoe]) device.disconnects()
  await server.stop()
})

const button = (page: Page, name: string | RegExp) => page.getByRole('button', { name, exact: true })
const says = (page: Page, words: string) => page.getByRole('status').getByText(words).waitFor()

async function opens(login: string, part = ''): Promise<Page> {
  const { page } = await openPage(browser)
  pages.push(page)
  await page.goto(`${server.url}/#/administration${part}`)
  await page.getByRole('textbox', { name: 'User name', exact: true }).fill(login)
  await page.getByRole('textbox', { name: 'Password', exact: true }).fill(GOOD_PASSWORD)
  await button(page, 'Sign in').click()
  await page.getByRole('navigation').waitFor()
  return page
}

describe('activity', () => {
  const rows = (page: Page) => page.getByRole('tabpanel').getByRole('listitem')

  test('is told in sentences, page by page, narrowed to what and whom one looks for, and kept in step', async () => {
    for (let count = 0; count < 60; count++)
      await zoe.does('people.setPolicy', { whoMayRing: count % 2 === 0 ? 'nobody' : 'everyone' })
    const page = await opens('ada')
    await page.getByRole('tab', { name: 'Activity' }).click()
    await rows(page).getByText('Ada Park signed in').first().waitFor()
    await page.getByText('from 127.0.0.1').first().waitFor()
    expect(await rows(page).count()).toBe(50)
    expect(await axeFindings(page)).toEqual([])
    await button(page, 'Show older').click()
    await rows(page).getByText('Zoe van Dyk made their account').waitFor()
    expect(await button(page, 'Show older').count()).toBe(0)
    expect(await rows(page).count()).toBeGreaterThan(60)

    await page.getByRole('combobox', { name: 'What was done' }).selectOption({ label: 'Invitation made' })
    await until('one entry', async () => (await rows(page).count()) === 1)
    await rows(page).getByText('Ada Park made an invitation for a user').waitFor()
    await page.getByRole('combobox', { name: 'What was done' }).selectOption({ label: 'Meeting ended' })
    await page.getByText('Nothing was done that fits this').waitFor()
    await button(page, 'Show everything').click()

    await button(page, /Who: Everybody/).click()
    const dialog = page.getByRole('dialog', { name: 'Whose activity?' })
    await dialog.getByRole('textbox').fill('zoe')
    await dialog.getByRole('checkbox', { name: /Zoe van Dyk/ }).waitFor()
    expect(await axeFindings(page)).toEqual([])
    await dialog.getByRole('checkbox', { name: /Zoe van Dyk/ }).click()
    await rows(page).getByText('Zoe van Dyk changed who can ring them').first().waitFor()
    expect(await rows(page).getByText('Ada Park').count()).toBe(0)
    await button(page, 'Everybody').click()
    await ada.does('admin.setDisabled', { userId: zoe.id, disabled: true })
    await button(page, 'Look again').click()
    await rows(page).getByText('Ada Park disabled the account of Zoe van Dyk').waitFor()
  })

  test('is saved as a file, which is itself an entry; from a person’s menu one comes to theirs', async () => {
    const page = await opens('ada')
    await button(page, 'More for Zoe van Dyk').click()
    await page.getByRole('menuitem', { name: 'What they did' }).click()
    await rows(page).getByText('Zoe van Dyk made their account').waitFor()
    expect(page.url()).toMatch(/administration\/activity$/)
    await button(page, 'Everybody').click()
    await rows(page).getByText('Ada Park made an invitation for a user').waitFor()
    await button(page, 'Save as file').click()
    const saved = page.waitForEvent('download')
    await page.getByRole('menuitem', { name: 'For spreadsheets (CSV)' }).click()
    const download = await saved
    expect(download.suggestedFilename()).toMatch(/^parley-activity-\d{4}-\d\d-\d\d\.csv$/)
    const lines = readFileSync(await download.path(), 'utf8')
      .trimEnd()
      .split('\r\n')
    await says(page, `${lines.length - 1} entries are saved`)
    expect(lines[0]).toMatch(/^seq,time,action/)
    expect(lines.filter((line) => line.includes('account.created'))).toHaveLength(2)
    await rows(page).getByText('Ada Park saved this log as a file').waitFor()
  })

  test('without a connection what is shown stays and nothing can be asked; it goes on by itself', async () => {
    const page = await opens('ada', '/activity')
    await rows(page).getByText('Ada Park signed in').first().waitFor()
    await page.context().setOffline(true)
    await page.getByText('Reconnecting…').first().waitFor()
    expect(await button(page, 'Look again').isDisabled()).toBe(true)
    expect(await button(page, 'Save as file').isDisabled()).toBe(true)
    expect(await rows(page).count()).toBeGreaterThan(2)
    expect(await axeFindings(page)).toEqual([])
    await ada.does('admin.invite', {})
    await page.context().setOffline(false)
    await until('a second invitation', async () => (await rows(page).getByText('made an invitation').count()) === 2)
  })
})

describe('who may ring', () => {
  test('one of three rules holds at once, and its list names who rings everybody', async () => {
    const page = await opens('ada')
    await page.getByRole('tab', { name: 'Who may ring' }).click()
    const rule = (name: string) => page.getByRole('radio', { name })
    await rule('Everyone rings everyone').waitFor()
    expect(await rule('Everyone rings everyone').isChecked()).toBe(true)
    const ring = () => zoe.ask('call.direct', { calleeId: ada.id, media: 'audio', rtpCapabilities: null })
    await page.getByText('One can ring only people who have one among their own contacts.').click()
    await says(page, 'The rule is changed')
    expect(await ring()).toMatchObject({ error: { code: 'notAllowed', field: 'organisation' } })
    expect(await axeFindings(page)).toEqual([])

    await rule('Contacts, and a few who ring everyone').click()
    await page.getByText('Nobody is named yet').waitFor()
    await button(page, 'Choose people').click()
    const dialog = page.getByRole('dialog', { name: 'Who rings everyone?' })
    await dialog.getByRole('checkbox', { name: /Zoe van Dyk/ }).click()
    expect(await axeFindings(page)).toEqual([])
    await button(page, 'Save').click()
    await says(page, '1 person can ring everyone')
    await page.getByRole('list', { name: 'These people ring everyone' }).getByText('Zoe van Dyk').waitFor()
    expect(await ring()).toMatchObject({ ok: true })
    await page.reload()
    await page.getByRole('list', { name: 'These people ring everyone' }).getByText('Zoe van Dyk').waitFor()
    expect(await axeFindings(page)).toEqual([])
  })

  test('whoever is an administrator no more sees it go', async () => {
    const page = await opens('ada', '/ringing')
    await page.getByRole('radio', { name: 'Everyone rings everyone' }).waitFor()
    await ada.does('admin.setRole', { userId: zoe.id, role: 'administrator' })
    await zoe.does('admin.setRole', { userId: ada.id, role: 'user' })
    await page.getByText('Only administrators of this server see this page.').waitFor()
  })
})

describe('programs', () => {
  test('a token is made, shown once and good until it is revoked', async () => {
    const page = await opens('ada')
    await page.getByRole('tab', { name: 'Programs' }).click()
    await page.getByText('No program has a token.').waitFor()
    await button(page, 'New token').click()
    await button(page, 'Make token').click()
    await page.getByText('Enter a name.').waitFor()
    await page.getByText('Choose at least one thing.').waitFor()
    expect(await axeFindings(page)).toEqual([])
    await page.getByRole('textbox', { name: 'Name of the program' }).fill('Night alarm')
    await page.getByRole('checkbox', { name: 'see people and whether they are online' }).check()
    await page.getByRole('checkbox', { name: 'ring people' }).check()
    await page.getByRole('combobox', { name: 'Works for' }).selectOption({ label: '30 days' })
    await button(page, 'Make token').click()
    const dialog = page.getByRole('dialog', { name: 'The token of “Night alarm”' })
    await dialog.getByText('it is shown only this once').waitFor()
    const token = await dialog.getByRole('textbox', { name: 'Token' }).inputValue()
    const asks = async () =>
      (await fetch(`${server.url}/api/v1/people`, { headers: { authorization: `Bearer ${token}` } })).status
    expect(await asks()).toBe(200)
    expect(await axeFindings(page)).toEqual([])
    await page.context().grantPermissions(['clipboard-read', 'clipboard-write'])
    await button(page, 'Copy token').click()
    await says(page, 'Token copied')
    expect(await page.evaluate(() => navigator.clipboard.readText())).toBe(token)
    await button(page, 'Done').click()
    await dialog.waitFor({ state: 'detached' })
    expect(await page.content()).not.toContain(token)

    const row = page.getByRole('region', { name: 'API tokens' }).getByRole('listitem')
    await row.getByText('see people and whether they are online and ring people').waitFor()
    await row.getByText(/never used · until .+ · made by Ada Park/).waitFor()
    await button(page, 'Revoke the token of Night alarm').click()
    await button(page, 'Revoke').last().click()
    await says(page, 'The token of “Night alarm” is revoked')
    expect(await asks()).toBe(401)
    await button(page, 'Show 1 that no longer works').click()
    await row.getByText('Revoked', { exact: true }).waitFor()
    expect(await axeFindings(page)).toEqual([])
    await page.getByRole('tab', { name: 'Activity' }).click()
    await page.getByText('Ada Park revoked the API token “Night alarm”').waitFor()
  })

  test('a webhook is refused where the server may not send, is made, paused, goes on and is deleted', async () => {
    const page = await opens('ada', '/programs')
    await button(page, 'New webhook').click()
    await page.getByRole('textbox', { name: 'Name', exact: true }).fill('Board')
    const address = page.getByRole('textbox', { name: 'Address (URL)' })
    await page.getByRole('checkbox', { name: 'nobody answers' }).check()
    await address.fill('board')
    await button(page, 'Make webhook').click()
    await page.getByText('Enter an address that begins with https://').waitFor()
    await address.fill('https://127.0.0.1/hook')
    await button(page, 'Make webhook').click()
    await page.getByText('The server does not send to this address.').waitFor()
    expect(await axeFindings(page)).toEqual([])
    await address.fill('https://example.org/hook')
    await button(page, 'Make webhook').click()
    const secret = page.getByRole('dialog', { name: 'The secret of “Board”' })
    expect(await secret.getByRole('textbox', { name: 'Secret' }).inputValue()).toMatch(/^whsec_/)
    await button(page, 'Done').click()
    const row = page.getByRole('region', { name: 'Webhooks' }).getByRole('listitem')
    await row.getByText('Working').waitFor()
    const chooses = async (entry: string) => {
      await button(page, 'More for the webhook Board').click()
      await page.getByRole('menuitem', { name: entry }).click()
    }
    await chooses('Pause')
    await row.getByText('Paused').waitFor()
    expect(await axeFindings(page)).toEqual([])
    await chooses('Go on sending')
    await row.getByText('Working').waitFor()
    await chooses('Delete')
    await button(page, 'Delete').click()
    await page.getByText('No address is told of anything.').waitFor()
    expect((await ada.does('webhook.list', {})).webhooks).toEqual([])
  })
})

test('whoever is no administrator sees none of it, at whatever address', async () => {
  for (const part of ['', '/activity', '/ringing', '/programs']) {
    const page = await opens('zoe', part)
    await page.getByText('Only administrators of this server see this page.').waitFor()
    expect(await page.getByRole('tab').count()).toBe(0)
  }
})
