// What every script does first: the right Node, the dependencies, and what else it needs.

import path from 'node:path'
import { ensureBrowser } from './browser.mjs'
import { ensureBuild } from './build.mjs'
import { ensureDependencies } from './dependencies.mjs'
import { SetupError } from './log.mjs'
import { ensureNode24 } from './node24.mjs'
import { cacheFolder } from './paths.mjs'
import { endChildrenOnSignals } from './processes.mjs'
import { ensureTurn } from './turn.mjs'
import { ensureWorker } from './worker.mjs'

const providers = {
  worker: async (context) => ({ MEDIASOUP_WORKER_BIN: await ensureWorker(context) }),
  browser: async (context) => ({ PARLEY_CHROMIUM: await ensureBrowser(context) }),
  turn: async (context) => ({ PARLEY_TURNSERVER: await ensureTurn(context) }),
  build: async (context) => void (await ensureBuild(context)),
}

/**
 * @param {object} options
 * @param {ReturnType<import('./log.mjs').createLog>} options.log
 * @param {Array<'worker' | 'browser' | 'turn' | 'build'>} [options.needs]
 * @returns {Promise<{node: string, env: Record<string, string | undefined>}>} Node's path, and the environment in
 *   which to start what uses all this
 * @throws {import('./log.mjs').SetupError}
 */
export async function prepare({ log, needs = [], env = process.env }) {
  const stopEndingChildren = endChildrenOnSignals()
  try {
    return await prepareAll({ log, needs, env })
  } finally {
    stopEndingChildren()
  }
}

async function prepareAll({ log, needs, env }) {
  const node = await ensureNode24({ log, env })
  await ensureDependencies({ log, env })
  // Every server and every tool reads the same hundreds of modules; Node need not understand them anew each time.
  const prepared = { NODE_COMPILE_CACHE: path.join(cacheFolder(env), 'compiled'), ...withNodeFirst(env, node) }
  for (const need of needs) {
    const provide = providers[need]
    if (provide === undefined)
      throw new SetupError(`Nothing provides "${need}". Known: ${Object.keys(providers).join(', ')}`)
    Object.assign(prepared, await provide({ log, node, env: prepared }))
  }
  return { node, env: prepared }
}

/** Children that start `node` get the same one. On Windows the variable may be called Path. */
export function withNodeFirst(env, node, delimiter = path.delimiter) {
  const name = Object.keys(env).find((key) => key.toUpperCase() === 'PATH') ?? 'PATH'
  const folders = [path.dirname(node), ...(env[name] ?? '').split(delimiter)].filter(Boolean)
  return { ...env, [name]: [...new Set(folders)].join(delimiter) }
}
