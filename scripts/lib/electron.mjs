// Finds Electron's binary, which the npm package fetches apart from itself.

import { existsSync, readFileSync } from 'node:fs'
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { cacheFolder, inRepository } from './paths.mjs'
import { run } from './processes.mjs'
import { answers } from './reach.mjs'

const downloadLimitMs = 3 * 60_000
const rememberFailureMs = 24 * 60 * 60_000

/** @returns {string | null} the path of the binary, null when it was never fetched */
export function findElectron(env = process.env) {
  try {
    const program = readFileSync(inRepository('node_modules', 'electron', 'path.txt'), 'utf8')
    const dist = env.ELECTRON_OVERRIDE_DIST_PATH ?? inRepository('node_modules', 'electron', 'dist')
    const binary = path.join(dist, program)
    return existsSync(binary) ? binary : null
  } catch {
    return null
  }
}

/**
 * Fetches the binary if need be. A failure is remembered for a day, so that a second start takes seconds.
 * @returns {Promise<string | null>} null when it cannot be had
 */
export async function ensureElectron({ log, node, env = process.env, now = Date.now }) {
  const found = findElectron(env)
  if (found !== null) return found
  const { version, repository } = JSON.parse(
    await readFile(inRepository('node_modules', 'electron', 'package.json'), 'utf8'),
  )
  const memory = path.join(cacheFolder(env), 'electron-failed.json')
  if (failedLately(await readFile(memory, 'utf8').catch(() => ''), version, now())) return null

  const source = env.ELECTRON_MIRROR ?? env.npm_config_electron_mirror ?? repository.url ?? repository
  if (await answers(source.replace(/^git\+/, ''))) await download(log, node, env)
  const binary = findElectron(env)
  if (binary === null) {
    await mkdir(path.dirname(memory), { recursive: true })
    await writeFile(memory, JSON.stringify({ version, at: now() }))
  }
  return binary
}

/** @param {string} memory what an earlier failure has left, '' for nothing */
export function failedLately(memory, version, now) {
  try {
    const failure = JSON.parse(memory)
    return failure.version === version && now - failure.at < rememberFailureMs
  } catch {
    return false
  }
}

async function download(log, node, env) {
  const step = log.step('Fetching Electron')
  const script = inRepository('node_modules', 'electron', 'install.js')
  const { code, output } = await run(node, [script], { env, timeLimitMs: downloadLimitMs })
  if (code === 0) step.done()
  else step.failed(output.trim().split('\n').shift()?.slice(0, 160))
}
