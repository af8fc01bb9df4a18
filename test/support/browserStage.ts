// What every browser test of the whole app stands on: one Chromium a file, one server a test (so that nobody is still seated in
// the meeting of the test before), and people who are gone when the test is over.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Browser } from 'playwright'
import { afterAll, afterEach, beforeAll, beforeEach } from 'vitest'
import { launchBrowser, type LaunchOptions } from './browsers.ts'
import { writeSmallCamera } from './fakeCamera.ts'
import { openPerson, type Person } from './person.ts'
import { startServer, type ServerProcess } from './serverProcess.ts'

export type BrowserStage = {
  /** The server of this test. */
  server(): ServerProcess
  /** A screen of this person's own, before signing in. */
  screen(login: string): Promise<Person>
  /** A signed-in person on a screen of their own. */
  person(login: string): Promise<Person>
}

/**
 * Registers the hooks of the file that calls it. `env`: what its servers are told beside their arguments. `fullCamera`: Chromium's own
 * fake camera, for tests of what is sent. Others have a small one: whether pictures move is all that they ask, and large ones are most
 * of what a meeting costs.
 */
export function setBrowserStage({
  env = {},
  fullCamera = false,
  ...launching
}: { env?: Record<string, string>; fullCamera?: boolean } & LaunchOptions = {}): BrowserStage {
  let browser: Browser
  let server: ServerProcess
  let people: Person[] = []
  const folder = mkdtempSync(join(tmpdir(), 'parley-stage-'))
  const camera = join(folder, 'camera.y4m')

  beforeAll(async () => {
    if (!fullCamera) writeSmallCamera(camera)
    browser = await launchBrowser(fullCamera ? launching : { camera, ...launching })
  })
  afterAll(async () => {
    await browser?.close()
    rmSync(folder, { recursive: true, force: true })
  })
  beforeEach(async () => {
    server = await startServer({ env })
  })
  afterEach(async ({ task }) => {
    if (task.result?.state === 'fail') await tellScreens(people)
    for (const person of people) await person.close()
    people = []
    await server.stop()
  })

  async function screen(login: string): Promise<Person> {
    const opened = await openPerson(browser, server.url, login)
    people.push(opened)
    return opened
  }
  return {
    server: () => server,
    screen,
    async person(login) {
      const opened = await screen(login)
      await opened.signIn()
      return opened
    },
  }
}

/** What everybody had before their eyes when a test failed: a machine that nobody can look at shows it no other way. */
async function tellScreens(people: readonly Person[]): Promise<void> {
  for (const { login, page } of people) {
    const words = await page.locator('body').ariaSnapshot({ timeout: 2_000 }).catch(String)
    console.error(`${login} at ${page.isClosed() ? 'a closed page' : page.url()}:\n${words}`)
  }
}
