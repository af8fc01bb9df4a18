// Runs the demo: a real server and three headless browsers. Standard output belongs to the demo (see --json there).

import { handOver } from './lib/handover.mjs'
import { createLog, runMain } from './lib/log.mjs'
import { inRepository } from './lib/paths.mjs'
import { prepare } from './lib/prepare.mjs'

await runMain(async () => {
  const { node, env } = await prepare({ log: createLog(process.stderr), needs: ['worker', 'browser', 'build'] })
  return handOver(node, [inRepository('test', 'demo', 'main.ts'), ...process.argv.slice(2)], {
    cwd: inRepository(),
    env,
  })
})
