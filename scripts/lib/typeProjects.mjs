// The TypeScript projects, each with the checker that understands its files. The one list of them.

import { inRepository } from './paths.mjs'
import { run } from './processes.mjs'
import { toolScript } from './tools.mjs'

const checkLimitMs = 5 * 60_000

export const typeProjects = [
  { name: 'shared', checker: 'tsc' },
  { name: 'server', checker: 'tsc' },
  { name: 'electron', checker: 'tsc' },
  { name: 'renderer', checker: 'vue-tsc' },
  { name: 'test', checker: 'vue-tsc' },
]

/** @returns {Promise<{code: number, output: string}>} */
export function checkTypes({ name, checker }, { node, env }) {
  const args = [toolScript(checker), '--noEmit', '--pretty', 'false', '--project', inRepository(name, 'tsconfig.json')]
  return run(node, args, { cwd: inRepository(), env, timeLimitMs: checkLimitMs })
}
