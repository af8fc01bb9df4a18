// A temporary folder for one browser alone: one that is killed cannot tidy up, and would leave its own in the system's.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Browser } from 'playwright'

/** Launches with an environment whose temporary folder goes with the browser: when it is closed, or this process ends. */
export async function withOwnTemp(launch: (env: Record<string, string>) => Promise<Browser>): Promise<Browser> {
  const folder = mkdtempSync(join(tmpdir(), 'parley-browser-'))
  const remove = () => rmSync(folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 50 })
  process.once('exit', remove)
  const removeNow = () => {
    process.off('exit', remove)
    remove()
  }
  try {
    const browser = await launch({ ...(process.env as Record<string, string>), TMPDIR: folder })
    const close = browser.close.bind(browser)
    browser.close = (options) => close(options).finally(removeNow)
    return browser
  } catch (error) {
    removeNow()
    throw error
  }
}
