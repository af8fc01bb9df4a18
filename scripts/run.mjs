// Runs an installed tool or a script file with the right Node:
//   node scripts/run.mjs vitest run
//   node scripts/run.mjs --needs worker,browser test/bench/x.ts --json
// What it says about itself goes to standard error; standard output belongs to the tool.

import { existsSync } from 'node:fs'
import path from 'node:path'
import { handOver } from './lib/handover.mjs'
import { createLog, runMain, SetupError } from './lib/log.mjs'
import { prepare } from './lib/prepare.mjs'
import { toolScript } from './lib/tools.mjs'

await runMain(async () => {
  const [first, second, ...rest] = process.argv.slice(2)
  const [needs, target, args] = first === '--needs' ? [second, rest[0], rest.slice(1)] : ['', first, [second, ...rest]]
  if (target === undefined)
    throw new SetupError('Usage: node scripts/run.mjs [--needs worker,browser,turn,build] <tool or file> …')
  const { node, env } = await prepare({ log: createLog(process.stderr), needs: needs.split(',').filter(Boolean) })
  const isFile = /\.[cm]?[jt]s$/.test(target) && existsSync(target)
  const script = isFile ? path.resolve(target) : toolScript(target)
  return handOver(node, [script, ...args.filter((arg) => arg !== undefined)], { env })
})
