// Finds a Chromium: for the tests and the demo (which may install one) and for `npm start` (which only looks).

import { existsSync } from 'node:fs'
import path from 'node:path'
import { SetupError } from './log.mjs'
import { hasApt, installCommand, installPackages, isRoot } from './debian.mjs'
import { inRepository } from './paths.mjs'
import { run, which } from './processes.mjs'

const downloadLimitMs = 10 * 60_000
const programNames = ['chromium', 'chromium-browser', 'google-chrome-stable', 'google-chrome', 'microsoft-edge']
const chineseFonts = 'fonts-noto-cjk'

/**
 * The browser named by PARLEY_CHROMIUM, else the first of the system's that runs.
 * @returns {Promise<string | undefined>} its path
 * @throws {SetupError} when PARLEY_CHROMIUM names nothing
 */
export async function findBrowser(env = process.env) {
  if (env.PARLEY_CHROMIUM) {
    if (existsSync(env.PARLEY_CHROMIUM)) return env.PARLEY_CHROMIUM
    throw new SetupError(`PARLEY_CHROMIUM names ${env.PARLEY_CHROMIUM}, which is not there`)
  }
  for (const candidate of systemBrowsers(env)) {
    if (existsSync(candidate) && (await runs(candidate))) return candidate
  }
  return undefined
}

function systemBrowsers(env) {
  if (process.platform === 'darwin') {
    return ['Google Chrome', 'Chromium', 'Microsoft Edge'].map(
      (name) => `/Applications/${name}.app/Contents/MacOS/${name}`,
    )
  }
  if (process.platform === 'win32') {
    const homes = [env.ProgramFiles, env['ProgramFiles(x86)'], env.LOCALAPPDATA].filter(Boolean)
    const programs = ['Google\\Chrome\\Application\\chrome.exe', 'Microsoft\\Edge\\Application\\msedge.exe']
    return programs.flatMap((program) => homes.map((home) => path.win32.join(home, program)))
  }
  return programNames.map((name) => which(name, env)).filter(Boolean)
}

/** A name in PATH may be a mere hint to install a package. On Windows the question would open a window. */
async function runs(binary) {
  if (process.platform === 'win32') return true
  return (await run(binary, ['--version'], { timeLimitMs: 20_000 })).code === 0
}

/**
 * A Chromium for the tests: one that is there, else Debian's, else Playwright's own.
 * @returns {Promise<string>} its path
 * @throws {SetupError} when none can be had, with what to do
 */
export async function ensureBrowser({ log, node, env = process.env }) {
  const browser =
    (await findBrowser(env)) ??
    (await playwrightBrowser(node)) ??
    (await installDebian(log, env)) ??
    (await download(log, node))
  if (browser === undefined) {
    const hint = hasApt() ? ` (on Debian: sudo ${installCommand(['chromium', chineseFonts])})` : ''
    throw new SetupError(`No Chromium found. Install Chrome or Chromium${hint}, or name one in PARLEY_CHROMIUM.`)
  }
  log.line(`  browser: ${browser}`)
  await ensureChineseFonts(log)
  return browser
}

async function playwrightBrowser(node) {
  const question = 'console.log(require("playwright").chromium.executablePath())'
  const { code, output } = await run(node, ['-e', question], { cwd: inRepository() })
  const browser = output.trim()
  return code === 0 && existsSync(browser) ? browser : undefined
}

async function installDebian(log, env) {
  if (!hasApt() || !isRoot()) return undefined
  try {
    await installPackages(['chromium', chineseFonts], log)
  } catch (error) {
    log.line(`  Debian's chromium: ${error.message}`)
  }
  return findBrowser(env)
}

async function download(log, node) {
  const step = log.step("Downloading Playwright's Chromium")
  const result = await run(node, [inRepository('node_modules', 'playwright', 'cli.js'), 'install', 'chromium'], {
    timeLimitMs: downloadLimitMs,
    onLine: (line) => step.progress(line.trim().slice(0, 60)),
  })
  if (result.code === 0) step.done()
  else step.failed(result.output.trim().split('\n').pop()?.slice(0, 160))
  return playwrightBrowser(node)
}

/** Without them the Chinese screens are rows of empty boxes: a pity in screenshots, but no reason to stop. */
async function ensureChineseFonts(log) {
  if (process.platform !== 'linux' || which('fc-list') === undefined) return
  if ((await run('fc-list', [':lang=zh-cn', 'family'])).output.trim() !== '') return
  try {
    await installPackages([chineseFonts], log)
  } catch {
    log.line(`  no font for Chinese: screenshots will show boxes (${installCommand([chineseFonts])})`)
  }
}
