// What the page asks the server for: little before it can be used, and never one file for each small thing that parts have in common.
import { expect, test } from 'vitest'
import { until } from '../support/browsers.ts'
import { setBrowserStage } from '../support/browserStage.ts'

/** With those of Home, which the router asks for at once. */
const FORM_MAX = 10
const ALL_MAX = 40

const { server, screen } = setBrowserStage()

test('a few scripts for the sign-in form, a few more for all the rest, and no other page is started by them', async () => {
  const ann = await screen('ann')
  const scripts: string[] = []
  const errors: string[] = []
  ann.page.on('request', (asked) => {
    if (asked.resourceType() === 'script') scripts.push(new URL(asked.url()).pathname)
  })
  ann.page.on('pageerror', (error) => errors.push(error.message))
  // What is fetched beforehand waits, so that only what the form needs is counted to begin with.
  await ann.page.addInitScript(() => {
    const held: IdleRequestCallback[] = []
    const original = window.requestIdleCallback.bind(window)
    window.requestIdleCallback = (callback) => held.push(callback)
    window.addEventListener('go-on', () => {
      window.requestIdleCallback = original
      for (const callback of held) original(callback)
    })
  })
  await ann.page.goto(`${server().url}/?demo=ann`)
  const signIn = ann.page.getByRole('button', { name: 'Sign in' })
  await signIn.waitFor()
  expect(scripts.length, scripts.join(', ')).toBeLessThanOrEqual(FORM_MAX)

  await signIn.click()
  await ann.page.getByRole('button', { name: 'New meeting' }).waitFor()
  await ann.page.evaluate(() => window.dispatchEvent(new Event('go-on')))
  await until('the last part', () => scripts.some((path) => path.includes('/Administration-')))
  expect(scripts.length, scripts.join(', ')).toBeLessThanOrEqual(ALL_MAX)
  expect(new Set(scripts).size, 'none twice').toBe(scripts.length)
  expect(errors, 'another page’s script would complain').toEqual([])
})
