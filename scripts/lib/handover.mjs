// Hands the terminal over to another program: its output, its exit code, and the signals that were meant for us.

import { constants } from 'node:os'
import { run } from './processes.mjs'

const passedSignals = ['SIGINT', 'SIGTERM', 'SIGHUP']

/** @returns {Promise<number>} the program's exit code; 128 + n when signal n ended it */
export async function handOver(command, args, options) {
  let child
  const pass = (signal) => {
    // In a terminal Ctrl+C reaches the whole group; passing it on too would count as pressing it twice.
    if (signal === 'SIGINT' && process.stdin.isTTY) return
    child?.kill(signal)
  }
  passedSignals.forEach((signal) => process.on(signal, pass))
  const { code, signal, output } = await run(command, args, {
    ...options,
    output: 'inherit',
    onStart: (started) => (child = started),
  })
  passedSignals.forEach((each) => process.off(each, pass))
  if (output !== '') console.error(output)
  return signal === null ? code : 128 + (constants.signals[signal] ?? 0)
}
