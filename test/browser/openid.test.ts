// Signing in through a provider with the built client in a real browser: there and back in one tab, and everything that may come back instead.
import type { Browser, Page } from 'playwright'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { axeFindings } from '../support/axe.ts'
import { launchBrowser, openPage, until } from '../support/browsers.ts'
import { freePort, startProvider, throughProvider, type TestProvider } from '../support/openIdProvider.ts'
import { begin, comeBack, randomToken } from '../support/openIdScene.ts'
import { startServer, type ServerProcess } from '../support/serverProcess.ts'

let browser: Browser
let provider: TestProvider
let server: ServerProcess
let origin: string
let page: Page

async function start(env: Record<string, string> = {}): Promise<void> {
  const port = await freePort()
  origin = `http://127.0.0.1:${port}`
  provider = await startProvider(origin)
  const { issuer, clientId, clientSecret } = provider.config(origin)
  const settings = {
    PARLEY_PUBLIC_URL: origin,
    PARLEY_OIDC_ISSUER: issuer,
    PARLEY_OIDC_CLIENT_ID: clientId,
    PARLEY_OIDC_CLIENT_SECRET: clientSecret ?? '',
    PARLEY_OIDC_NAME: 'Acme',
  }
  server = await startServer({ args: ['--port', String(port)], env: { ...settings, ...env } })
  page = (await openPage(browser)).page
}
beforeAll(async () => {
  browser = await launchBrowser()
})
afterAll(() => browser?.close())
afterEach(async () => {
  await page.context().close()
  await server.stop()
  await provider.close()
})

const button = (name: string) => page.getByRole('button', { name })
const home = () => button('New meeting').waitFor()
const kept = () => page.evaluate(() => sessionStorage.getItem('parley.openid'))

test('there and back: signed in under the name the provider tells, with nothing of it left in the address', async () => {
  await start()
  await page.goto(origin)
  await button('Continue with Acme').waitFor()
  expect(await axeFindings(page)).toEqual([])
  await button('Continue with Acme').click()
  await page.getByRole('link', { name: 'Mia Novak' }).click()
  await home()
  expect(new URL(page.url()).href).toBe(`${origin}/#/`)
  expect(await kept()).toBeNull()
  await page.getByText(/, Mia/).first().waitFor()
  // As any other session: it outlives the page.
  await page.reload()
  await home()
})

test('back at the link of a meeting where it began', async () => {
  await start()
  await page.goto(`${origin}/join/abc-defg-hij`)
  await button('Sign in instead').click()
  await button('Continue with Acme').click()
  await page.getByRole('link', { name: 'Mia Novak' }).click()
  const field = page.getByRole('textbox', { name: 'Code or link' })
  await field.waitFor()
  expect(await field.inputValue()).toBe('abc-defg-hij')
})

test('whoever says no there is told so here, and may try again', async () => {
  await start()
  await page.goto(origin)
  await button('Continue with Acme').click()
  await page.getByRole('link', { name: 'Cancel' }).click()
  const told = page.getByRole('alert').filter({ hasText: 'Signing in with Acme was refused or cancelled there.' })
  await told.waitFor()
  expect(await axeFindings(page)).toEqual([])
  await button('Continue with Acme').click()
  await page.getByRole('link', { name: 'Mia Novak' }).click()
  await home()
})

test('a grant that was begun elsewhere signs nobody in: neither a stranger, nor somebody who is in already', async () => {
  await start()
  provider.people['eve'] = { name: 'Eve' }
  const attackersGrant = async () => (await comeBack(await throughProvider((await begin(origin)).url, 'eve'))).grant
  await page.goto(`${origin}/#openid=${await attackersGrant()}`)
  await page.getByRole('alert').filter({ hasText: 'you did not start that here' }).waitFor()
  expect(page.url()).not.toContain('openid')

  await button('Continue with Acme').click()
  await page.getByRole('link', { name: 'Mia Novak' }).click()
  await home()
  await page.goto(`${origin}/?again#openid=${await attackersGrant()}`)
  await home()
  await page.getByText('you did not start that here').waitFor()
  await page.getByText(/, Mia/).first().waitFor()
})

test('an answer the server does not know any more, and a made-up one', async () => {
  await start()
  await page.goto(`${origin}/openid/callback?state=${randomToken()}&code=x`)
  await page.getByRole('alert').filter({ hasText: 'took too long, or was used already' }).waitFor()
  await page.goto(`${origin}/?x#openid=${randomToken()}`)
  await page.getByRole('alert').filter({ hasText: 'you did not start that here' }).waitFor()
})

test('where passwords are off there is one button, and the page that leads back into the app is fit for everybody', async () => {
  await start({ PARLEY_PASSWORD_SIGN_IN: 'off' })
  await page.goto(origin)
  await button('Continue with Acme').waitFor()
  expect(await page.getByLabel('Password').count()).toBe(0)
  await until('the button to have the focus', () =>
    page.evaluate(() => document.activeElement?.textContent?.includes('Continue with Acme')),
  )
  expect(await axeFindings(page)).toEqual([])

  await page.goto(await throughProvider((await begin(origin, 'desktop')).url, 'mia'))
  const link = page.getByRole('link', { name: 'Open Parley' })
  await link.waitFor()
  expect(await link.getAttribute('href')).toMatch(/^parley:\/\/openid\/[\w-]{43}$/)
  expect(await axeFindings(page)).toEqual([])
})
