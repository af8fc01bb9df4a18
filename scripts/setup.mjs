// Prepares a fresh machine: Node, dependencies and the mediasoup worker; with --tests also a browser and a TURN server.

import { createLog, runMain } from './lib/log.mjs'
import { prepare } from './lib/prepare.mjs'

await runMain(async () => {
  const log = createLog()
  const needs = process.argv.includes('--tests') ? ['worker', 'browser', 'turn'] : ['worker']
  const { node, env } = await prepare({ log, needs })
  log.line(`Ready: Node ${node}, mediasoup worker ${env.MEDIASOUP_WORKER_BIN}`)
})
