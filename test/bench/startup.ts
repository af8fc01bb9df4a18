// How long the app's own part of starting takes, and how much its pages load. The main bundle runs in fresh processes against the stand-in
// for Electron, without a Chromium: from the import to the moment when every handler of `ready` has run and the first window is told to
// load. The main window's own page is then timed in Chromium, each time in a fresh profile: from the navigation to the sign-in form, ready for typing.
import { spawn } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { gzipSync } from 'node:zlib'
import { launchBrowser, openPage } from '../support/browsers.ts'
import { ROOT } from '../support/desktop.ts'
import { startServer } from '../support/serverProcess.ts'
import { median, rounded } from './figures.ts'

const RUNS = 15
const here = (name: string) => fileURLToPath(new URL(name, import.meta.url))

export type StartupFigures = {
  mainReadyMs: number
  popupJsGzipBytes: number
  mainJsGzipBytes: number
  interactiveMs: number
}

export async function benchStartup(options: { n?: number; say(line: string): void }): Promise<StartupFigures> {
  const { n = RUNS, say } = options
  const starts: number[] = []
  for (let run = 0; run < n; run++) starts.push(await startMain())
  say(`main process ready after ${starts.map(Math.round).join(' ')} ms`)
  const windows = await openWindows(n)
  say(`sign-in form ready after ${windows.map(Math.round).join(' ')} ms`)
  return {
    mainReadyMs: rounded(median(starts)),
    popupJsGzipBytes: loadedBytes('popup.html'),
    mainJsGzipBytes: loadedBytes('index.html'),
    interactiveMs: rounded(median(windows)),
  }
}

/** One start of the built main script in a process of its own, as told by startupProbe.ts. */
function startMain(): Promise<number> {
  const profile = mkdtempSync(join(tmpdir(), 'parley-startup-'))
  // Without what Node remembers of earlier runs: an app that starts for the first time has nothing of the kind.
  const env = { ...process.env, NODE_COMPILE_CACHE: undefined, STANDIN_USERDATA: profile, STANDIN_APP: ROOT }
  const register = new URL('../support/electron-standin/register.ts', import.meta.url).href
  const args = ['--import', register, here('./startupProbe.ts'), join(ROOT, 'out/main/index.js')]
  return new Promise<number>((resolve, reject) => {
    const child = spawn(process.execPath, args, { env, stdio: ['ignore', 'pipe', 'pipe'] })
    let said = ''
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (said += String(chunk)))
    child.once('error', reject)
    child.once('exit', () => {
      const ms = /^ready after ([\d.]+)$/m.exec(said)?.[1]
      if (ms === undefined) reject(new Error(`the main script did not get ready:\n${said}`))
      else resolve(Number(ms))
    })
  }).finally(() => rmSync(profile, { recursive: true, force: true }))
}

/** In ms since the navigation. */
async function openWindows(n: number): Promise<number[]> {
  const server = await startServer()
  const browser = await launchBrowser()
  const windows: number[] = []
  try {
    for (let run = 0; run < n; run++) {
      const { page, context } = await openPage(browser)
      await page.goto(server.url, { waitUntil: 'commit' })
      const field = page.getByRole('textbox', { name: 'User name' })
      await field.focus()
      windows.push(await page.evaluate(() => performance.now()))
      await context.close()
    }
  } finally {
    await browser.close()
    await server.stop()
  }
  return windows
}

/** The JavaScript that a page loads before it works: its script, and everything that imports statically. */
function loadedBytes(page: string): number {
  const folder = join(ROOT, 'out/renderer')
  const html = readFileSync(join(folder, page), 'utf8')
  const files = new Set([...html.matchAll(/(?:src|href)="\/(assets\/[^"]+\.js)"/g)].map(([, file]) => file!))
  // The set grows while it is walked.
  for (const file of files) {
    const text = readFileSync(join(folder, file), 'utf8')
    for (const [, name] of text.matchAll(/(?:^|[;}\s])(?:import|from)\s*["']\.\/([\w-]+\.js)["']/g))
      files.add(`assets/${name}`)
  }
  if (files.size === 0) throw new Error(`${page} loads no script`)
  return [...files].reduce((sum, file) => sum + gzipSync(readFileSync(join(folder, file))).length, 0)
}
