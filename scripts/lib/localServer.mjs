// Starts the Parley server of this checkout on this machine, and knows when it is ready.

import { spawn } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { createWriteStream } from 'node:fs'
import { mkdir, readFile } from 'node:fs/promises'
import net from 'node:net'
import path from 'node:path'
import { SetupError } from './log.mjs'
import { inRepository } from './paths.mjs'
import { delay, endTree, lineSplitter } from './processes.mjs'

const host = '127.0.0.1'
const portsTried = 20
const listeningTimeoutMs = 60_000
const readyTimeoutMs = 30_000
const requestTimeoutMs = 5_000
const askAgainMs = 500
const stopGraceMs = 8_000

/** The first free port from the given one on. */
export async function freePort(first) {
  for (let port = first; port < first + portsTried; port += 1) if (await isFree(port)) return port
  throw new SetupError(`Ports ${first} to ${first + portsTried - 1} are all taken. Choose another: -- --port 5000`)
}

function isFree(port) {
  return new Promise((resolve) => {
    const probe = net.createServer()
    probe.once('error', () => resolve(false))
    probe.listen(port, host, () => probe.close(() => resolve(true)))
  })
}

/**
 * @param {object} options
 * @param {string} options.node
 * @param {Record<string, string | undefined>} options.env with MEDIASOUP_WORKER_BIN
 * @param {number} options.port 0 for any
 * @param {string} options.data the folder for the server's database and log
 * @returns {Promise<{address: string, logFile: string, ended: Promise<string>, stop: () => Promise<void>}>}
 *   once it listens; `ended` tells in words how the process has ended
 * @throws {SetupError} with the end of its log when it does not come to listen
 */
export async function startServer({ node, env, port, data }) {
  await mkdir(data, { recursive: true })
  const logFile = path.join(data, 'server.log')
  const log = createWriteStream(logFile)
  const args = [inRepository('server', 'main.ts'), '--demo', '--host', host, '--port', String(port), '--data', data]
  const child = spawn(node, args, { cwd: inRepository(), env, stdio: ['ignore', 'pipe', 'pipe'], windowsHide: true })
  const ended = new Promise((resolve) => {
    child.once('error', (error) => resolve(error.message))
    child.once('exit', (code, signal) => resolve(signal === null ? `code ${code}` : signal))
  })
  const stop = () => endTree(child.pid, stopGraceMs)
  const listening = new Promise((resolve) => {
    const findAddress = lineSplitter((line) => {
      const address = /listening on (http:\/\/[^\s"]+)/.exec(line)?.[1]
      if (address !== undefined) resolve({ address })
    })
    child.stdout.setEncoding('utf8').on('data', findAddress)
  })
  child.stdout.pipe(log)
  child.stderr.pipe(log)

  const timeLimit = new AbortController()
  const first = await Promise.race([
    listening,
    ended.then((how) => ({ problem: `it ended (${how})` })),
    abortableDelay(listeningTimeoutMs, timeLimit.signal).then(() => ({ problem: 'it does not listen' })),
  ])
  timeLimit.abort()
  if (first.address !== undefined) return { address: first.address, logFile, ended, stop }
  await stop()
  const lastWords = (await readFile(logFile, 'utf8')).trim().split('\n').slice(-15).join('\n')
  throw new SetupError(`${lastWords}\n\nThe server could not be started: ${first.problem}.`)
}

function abortableDelay(milliseconds, signal) {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, milliseconds)
    signal.addEventListener('abort', () => clearTimeout(timer))
  })
}

/**
 * Waits until the app's page is there and media workers answer.
 * @param {{address: string, ended: Promise<string>}} server
 * @param {AbortSignal} stopped gives the waiting up
 * @returns {Promise<number>} how many workers answer
 * @throws {SetupError} naming what is still missing
 */
export async function waitUntilReady({ address, ended }, stopped) {
  let end
  void ended.then((how) => (end = how))
  const deadline = performance.now() + readyTimeoutMs
  let workers
  while (workers === undefined) {
    try {
      await loadPage(address)
      workers = await countWorkers(address)
    } catch (error) {
      if (end !== undefined) throw new SetupError(`The server has ended (${end}).`)
      if (stopped.aborted) throw new SetupError(`Interrupted: ${stopped.reason}`)
      if (performance.now() > deadline) throw new SetupError(`The server is not ready: ${error.message}`)
      // Asking again is the only way to learn about another process's readiness over HTTP.
      await delay(askAgainMs)
    }
  }
  return workers
}

async function countWorkers(address) {
  const health = await askJson(`${address}/health`)
  if (health.ok !== true || health.workers.length === 0) throw new Error('no media worker answers')
  return health.workers.length
}

/**
 * Signs the first demo person in, once: the server limits attempts.
 * @returns {Promise<string>} the person's name
 * @throws {SetupError}
 */
export async function signInAsDemo(address) {
  const { demo } = await askJson(`${address}/api/server`)
  if (demo === undefined) throw new SetupError('The server has no demo people')
  const [{ login, name }] = demo.people
  const device = { id: randomUUID(), platform: 'web', label: 'Start check' }
  const answer = await askJson(`${address}/api/sign-in`, { login, password: demo.password, device })
  if (answer.value?.tokens?.accessToken === undefined) throw new SetupError(`${login} cannot sign in`)
  return name
}

async function loadPage(address) {
  const response = await fetch(`${address}/`, { signal: AbortSignal.timeout(requestTimeoutMs) })
  if (!response.ok) throw new Error(`the app's page answers ${response.status}`)
}

async function askJson(url, body) {
  const post = { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }
  const response = await fetch(url, { ...(body && post), signal: AbortSignal.timeout(requestTimeoutMs) })
  if (!response.ok) throw new Error(`${new URL(url).pathname} answers ${response.status}`)
  return response.json()
}
