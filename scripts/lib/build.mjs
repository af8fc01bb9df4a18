// Builds the app (main, preload, renderer) into out/, unless it was built from exactly these sources before.

import { createHash } from 'node:crypto'
import { existsSync, statSync } from 'node:fs'
import { readdir, readFile, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { SetupError } from './log.mjs'
import { inRepository } from './paths.mjs'
import { run } from './processes.mjs'
import { toolScript } from './tools.mjs'

const buildLimitMs = 10 * 60_000
const sources = ['electron', 'renderer', 'shared', 'electron.vite.config.ts', 'tsconfig.base.json', 'package-lock.json']
const stampPath = () => inRepository('node_modules', '.parley-built')
const productPath = () => inRepository('out', 'main', 'index.js')

/** @throws {SetupError} with the compiler's words */
export async function ensureBuild({ log, node, env = process.env }) {
  const sourcesHash = await hashOf(sources.map((source) => inRepository(source)))
  if (existsSync(productPath()) && (await readFile(stampPath(), 'utf8').catch(() => '')) === stamp(sourcesHash)) return
  const step = log.step('Building the app')
  const result = await run(node, [toolScript('electron-vite'), 'build'], {
    cwd: inRepository(),
    env,
    timeLimitMs: buildLimitMs,
  })
  if (result.code !== 0 || !existsSync(productPath())) {
    step.failed()
    throw new SetupError(`${result.output.trim()}\n\nBuilding the app failed${result.timedOut ? ' (time limit)' : ''}.`)
  }
  await writeFile(stampPath(), stamp(sourcesHash))
  step.done()
}

/** The product's time belongs to it, so that a build made by hand meanwhile is noticed. */
const stamp = (sourcesHash) => `${sourcesHash} ${statSync(productPath()).mtimeMs}\n`

/**
 * One hash over the names and contents of files and folders; what is missing counts as missing.
 * Contents and not times: a fresh checkout has new times and old contents.
 * @param {string[]} roots
 */
export async function hashOf(roots) {
  const hash = createHash('sha256')
  for (const root of roots) {
    for (const file of await filesBelow(root)) {
      hash.update(`${path.relative(path.dirname(root), file).split(path.sep).join('/')}\0`)
      hash.update(await readFile(file))
      hash.update('\0')
    }
  }
  return hash.digest('hex')
}

async function filesBelow(root) {
  if (!existsSync(root)) return []
  if (statSync(root).isFile()) return [root]
  const entries = await readdir(root, { withFileTypes: true })
  const sorted = entries.sort((a, b) => (a.name < b.name ? -1 : 1))
  const nested = await Promise.all(sorted.map((entry) => filesBelow(path.join(root, entry.name))))
  return nested.flat()
}
