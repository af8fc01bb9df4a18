// Which page of a browser is which device: one that is loaded anew is the one it was, and another tab is another.
import { expect, test } from 'vitest'
import { setBrowserStage } from '../support/browserStage.ts'

const { person, server } = setBrowserStage()
/** Far more than a tab takes to find out that another one is there, and less than the longest wait for one that is going. */
const ANSWERED_WITHIN_MS = 10_000

test('a page that is loaded anew is the same device, also when the page before is slow to go', async () => {
  const ben = await person('ben')
  // What lies on the server beside the app: it holds what the app's page holds, for as long as a busy machine would.
  const before = await ben.context.newPage()
  await before.goto(`${server().url}/health`)
  await before.evaluate(
    () =>
      new Promise<void>((held) => {
        const slowToGo = () => {
          held()
          return new Promise((gone) => setTimeout(gone, 3_000))
        }
        void navigator.locks.request('parley.device', { steal: true }, slowToGo)
      }),
  )
  await ben.page.reload()
  await ben.page.getByRole('button', { name: 'New meeting' }).waitFor()
})

test('another tab is another device at once, also one that was copied from the first', async () => {
  const ben = await person('ben')
  const kept = await ben.page.evaluate(() => ({ ...sessionStorage }))
  const page = await ben.context.newPage()
  await page.addInitScript((copied) => Object.assign(sessionStorage, copied), kept)
  await page.goto(server().url)
  await page.getByRole('button', { name: 'Sign in', exact: true }).waitFor({ timeout: ANSWERED_WITHIN_MS })
  const devices = await Promise.all([ben.page, page].map((one) => one.evaluate(() => sessionStorage['parley.device'])))
  expect(devices[0]).toBeUndefined()
  expect(devices[1]).toMatch(/^[\da-f-]{36}$/)
  await ben.page.reload()
  await ben.page.getByRole('button', { name: 'New meeting' }).waitFor()
})
