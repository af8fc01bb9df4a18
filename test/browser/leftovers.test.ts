// Browsers leave folders behind wherever they take the system's temporary folder to be.
import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Browser } from 'playwright'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { launchBrowser, until } from '../support/browsers.ts'
import { launchDesktop } from '../support/desktop.ts'
import { launchChromium } from '../support/media/browser.ts'

const before = process.env.TMPDIR
let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'parley-'))
  process.env.TMPDIR = folder
})
afterEach(() => {
  if (before === undefined) delete process.env.TMPDIR
  else process.env.TMPDIR = before
  rmSync(folder, { recursive: true, force: true })
})

/** Killed, as when a run is broken off: it cannot tidy up by itself. */
const showPage = async (launch: () => Promise<Browser>) => {
  const browser = await launch()
  const page = await browser.newPage()
  await page.goto('data:text/html,<title>here</title>')
  expect(await page.title()).toBe('here')
  const { processInfo } = await (await browser.newBrowserCDPSession()).send('SystemInfo.getProcessInfo')
  const gone = new Promise((resolve) => browser.once('disconnected', resolve))
  process.kill(processInfo.find(({ type }) => type === 'browser')!.id, 'SIGKILL')
  await gone
  await browser.close()
}

test.each<[string, () => Promise<unknown>]>([
  ['the browser of people on the screen', () => showPage(launchBrowser)],
  ['the browser of media alone', () => showPage(launchChromium)],
  [
    'the desktop app',
    async () => {
      const app = await launchDesktop()
      await app.window('/index.html')
      await app.close()
    },
  ],
])('%s leaves nothing in the temporary folder', async (_who, use) => {
  await use()
  // Playwright sees to its own a moment after a browser is gone.
  await until('an empty temporary folder', () => readdirSync(folder).length === 0).catch(() => {})
  expect(readdirSync(folder)).toEqual([])
})
