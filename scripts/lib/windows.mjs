// Opens the app for demo people: in Electron, in windows of a browser, or in the default browser.

import { spawn } from 'node:child_process'
import { mkdir } from 'node:fs/promises'
import path from 'node:path'
import { isRoot } from './debian.mjs'
import { repositoryFolder } from './paths.mjs'

const windowSize = { width: 780, height: 860 }

export const hasDisplay = (env = process.env, platform = process.platform) =>
  platform !== 'linux' || Boolean(env.DISPLAY || env.WAYLAND_DISPLAY)

/** The page on which this person only has to press Sign in. */
export const demoUrl = (address, person) => `${address}/?demo=${encodeURIComponent(person)}`

/** @returns {Promise<import('node:child_process').ChildProcess>} one app instance with a profile of its own */
export async function openElectron(binary, { address, person, profile, env }) {
  await mkdir(profile, { recursive: true })
  return start(binary, electronArguments({ address, person, profile }), env)
}

export function electronArguments({ address, person, profile, noSandbox = needsNoSandbox() }) {
  const own = [`--user-data-dir=${profile}`, `--server=${address}`, `--demo-user=${person}`]
  return [repositoryFolder, ...own, ...(noSandbox ? ['--no-sandbox'] : [])]
}

/** @returns {Promise<import('node:child_process').ChildProcess>} one browser window with a profile of its own */
export async function openBrowser(binary, { address, person, profile, place, env }) {
  await mkdir(profile, { recursive: true })
  return start(binary, browserArguments({ url: demoUrl(address, person), profile, place }), env)
}

/**
 * @param {{url: string, profile: string, place: number, noSandbox?: boolean}} window place: 0 is the leftmost, 1 the
 *   one beside it
 */
export function browserArguments({ url, profile, place, noSandbox = needsNoSandbox() }) {
  const { width, height } = windowSize
  return [
    `--app=${url}`,
    `--user-data-dir=${path.resolve(profile)}`,
    `--window-size=${width},${height}`,
    `--window-position=${place * (width + 10)},0`,
    '--no-first-run',
    '--no-default-browser-check',
    // A demo window talks to the demo server alone.
    '--disable-background-networking',
    '--disable-component-update',
    '--disable-sync',
    ...(noSandbox ? ['--no-sandbox'] : []),
  ]
}

/** The person's usual browser. All its windows share one profile, hence good for one demo person at a time. */
export function openDefaultBrowser(url, env) {
  const [command, args] = {
    darwin: ['open', [url]],
    // The empty string is the window title that `start` takes first.
    win32: ['cmd', ['/c', 'start', '', url]],
  }[process.platform] ?? ['xdg-open', [url]]
  return start(command, args, env)
}

// Chromium refuses to run its sandbox as root on Linux.
const needsNoSandbox = () => process.platform === 'linux' && isRoot()

function start(command, args, env) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { cwd: repositoryFolder, env, stdio: 'ignore' })
    child.once('spawn', () => resolve(child))
    child.once('error', reject)
  })
}
