// Does this mediasoup-worker run on this machine? Launches it as mediasoup does and waits for its first word.

import { spawn } from 'node:child_process'

const firstWordTimeoutMs = 10_000

/**
 * @param {string} binary
 * @param {string} version of the mediasoup package
 * @returns {Promise<string | undefined>} undefined when it runs, else what went wrong in words
 */
export function workerProblem(binary, version) {
  return new Promise((resolve) => {
    // File descriptors 3 and 4 are the worker's command and news channels, see mediasoup's Worker.js.
    const child = spawn(binary, ['--logLevel=error'], {
      env: { ...process.env, MEDIASOUP_VERSION: version },
      stdio: ['ignore', 'ignore', 'pipe', 'pipe', 'pipe'],
      windowsHide: true,
    })
    let complaint = ''
    const timer = setTimeout(() => finish(`it says nothing for ${firstWordTimeoutMs / 1000} s`), firstWordTimeoutMs)

    function finish(problem) {
      clearTimeout(timer)
      child.removeAllListeners('exit')
      child.kill('SIGKILL')
      resolve(problem)
    }
    child.once('error', (error) => finish(error.message))
    child.once('exit', (code, signal) => finish(`it ends at once (${signal ?? code}) ${complaint.trim()}`.trim()))
    child.stderr?.setEncoding('utf8').on('data', (text) => (complaint += text))
    // A worker that dies at once breaks its pipes; the exit event above says so in better words.
    child.stdio[3]?.on('error', () => undefined)
    child.stdio[4]?.on('error', () => undefined)
    child.stdio[4]?.once('data', () => finish(undefined))
  })
}
