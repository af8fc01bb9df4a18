// Installs the dependencies when they are missing or package-lock.json has changed since.

import { createHash } from 'node:crypto'
import { existsSync } from 'node:fs'
import { readFile, writeFile } from 'node:fs/promises'
import { SetupError } from './log.mjs'
import { npmComplaint, runNpm } from './npm.mjs'
import { inRepository } from './paths.mjs'

const installLimitMs = 20 * 60_000
const stampPath = () => inRepository('node_modules', '.parley-lock')
const lockPath = () => inRepository('package-lock.json')
const installedPath = () => inRepository('node_modules', '.package-lock.json')

/** @throws {SetupError} when npm fails, with what to do */
export async function ensureDependencies({ log, env = process.env }) {
  const lock = await readFile(lockPath(), 'utf8')
  const stamp = lockStamp(lock)
  if ((await readIfThere(stampPath())) === stamp) return
  // Someone has run npm themselves: fine when it left what the lock file asks for.
  const installed = await readIfThere(installedPath())
  if (installed === undefined || !holdsEverything(JSON.parse(lock), JSON.parse(installed))) await install(log, env)
  await writeFile(stampPath(), stamp)
}

async function install(log, env) {
  const step = log.step(existsSync(installedPath()) ? 'Updating the dependencies' : 'Installing the dependencies')
  // Scripts stay off: mediasoup's and Electron's download from places that are not always in reach, and would fail
  // the whole installation. lib/worker.mjs and lib/electron.mjs do their work, with other ways to go.
  const args = ['ci', '--ignore-scripts', '--prefer-offline', '--no-audit', '--no-fund']
  const result = await runNpm(args, { cwd: inRepository(), env, timeLimitMs: installLimitMs })
  if (result.code === 0) return step.done()
  step.failed()
  const why = result.timedOut ? `it took longer than ${installLimitMs / 60_000} minutes` : 'see above'
  throw new SetupError(
    `${npmComplaint(result.output)}\n\nInstalling the dependencies failed (${why}). ` +
      `Check the network and npm's registry setting (npm config get registry), then start again.`,
  )
}

/** Identifies what is to be installed and for whom: node_modules holds binaries of one system. */
export function lockStamp(lock, platform = process.platform, arch = process.arch) {
  const normalized = lock.replace(/\r\n/g, '\n')
  return `${platform}-${arch}-${createHash('sha256').update(normalized).digest('hex')}\n`
}

/**
 * @param {{packages: Record<string, {version?: string, optional?: boolean}>}} lock package-lock.json
 * @param {{packages: Record<string, {version?: string}>}} installed node_modules/.package-lock.json, npm's own record
 * @returns {boolean} whether every package that is not optional is there in the locked version
 */
export function holdsEverything(lock, installed) {
  return Object.entries(lock.packages)
    .filter(([location, { optional, devOptional, peer }]) => location !== '' && !optional && !devOptional && !peer)
    .every(([location, { version }]) => installed.packages[location]?.version === version)
}

async function readIfThere(file) {
  try {
    return await readFile(file, 'utf8')
  } catch (error) {
    if (error.code === 'ENOENT') return undefined
    throw error
  }
}
