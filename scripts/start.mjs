// `npm start`: from a clone to two demo people side by side.
//   npm start -- --one             one window instead of two
//   npm start -- --server          only the server
//   npm start -- --headless-check  start everything, see that it answers, stop; for machines without a screen
//   npm start -- --port 5000       another port than 4400

import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { parseArgs } from 'node:util'
import { findBrowser } from './lib/browser.mjs'
import { ensureElectron } from './lib/electron.mjs'
import { freePort, signInAsDemo, startServer, waitUntilReady } from './lib/localServer.mjs'
import { createLog, runMain, SetupError } from './lib/log.mjs'
import { cacheFolder } from './lib/paths.mjs'
import { prepare } from './lib/prepare.mjs'
import { endTree } from './lib/processes.mjs'
import { demoUrl, hasDisplay, openBrowser, openDefaultBrowser, openElectron } from './lib/windows.mjs'

const defaultPort = '4400'
const signals = ['SIGINT', 'SIGTERM', 'SIGHUP']
const demoFolder = path.join(cacheFolder(), 'demo')

await runMain(async () => {
  const options = readOptions()
  const log = createLog()
  const prepared = await prepare({ log, needs: ['worker', 'build'] })
  const context = { log, options, ...prepared, interruption: listenToSignals() }
  if (options['headless-check']) return check(context)
  return options.server ? serve(context) : show(context)
})

function readOptions() {
  const flag = { type: 'boolean', default: false }
  const known = { one: flag, server: flag, 'headless-check': flag, port: { type: 'string', default: defaultPort } }
  try {
    return parseArgs({ options: known }).values
  } catch (error) {
    throw new SetupError(
      `${error.message}\nKnown: ${Object.keys(known)
        .map((name) => `--${name}`)
        .join(' ')}`,
    )
  }
}

/** In a folder of its own, so that a demo which runs beside it is not disturbed. */
async function check(context) {
  await ensureElectron(context)
  const data = await mkdtemp(path.join(tmpdir(), 'parley-check-'))
  let server
  try {
    server = await startServer({ ...context, port: await freePort(Number(context.options.port)), data })
    const workers = await waitUntilReady(server, context.interruption)
    const person = await signInAsDemo(server.address)
    context.log.line(`${person} can sign in, and ${workers} media workers answer: ${server.address}`)
    return 0
  } finally {
    await server?.stop()
    await rm(data, { recursive: true, force: true })
  }
}

async function serve(context) {
  const server = await startDemoServer(context)
  context.log.line('Ctrl+C ends it.')
  return runUntilEnd(context, server, [])
}

async function show(context) {
  const { log, options } = context
  const server = await startDemoServer(context)
  const people = options.one ? ['ann'] : ['ann', 'ben']
  const windows = await openWindows(context, server.address, people)
  log.line(
    options.one
      ? 'Press Sign in. Another device or browser can sign in as ben.'
      : "Press Sign in in both windows. Then press New meeting in Ann's window, Add people, and ring Ben.",
  )
  log.line('Ctrl+C ends everything.')
  return runUntilEnd(context, server, windows)
}

async function startDemoServer({ log, node, env, options, interruption }) {
  const step = log.step('Starting the server')
  let server
  try {
    const port = await freePort(Number(options.port))
    server = await startServer({ node, env, port, data: path.join(demoFolder, 'server') })
    await waitUntilReady(server, interruption)
    step.done(server.address)
    return server
  } catch (error) {
    step.failed()
    await server?.stop()
    throw error
  }
}

/** @returns {Promise<Array<import('node:child_process').ChildProcess>>} what to end with us */
async function openWindows(context, address, people) {
  const { log, env } = context
  const urls = people.map((person) => demoUrl(address, person))
  if (!hasDisplay()) {
    log.line(`There is no screen here. Open on this machine, or through a tunnel to it: ${urls.join(' and ')}`)
    return []
  }
  const electron = await ensureElectron(context)
  const browser = electron === null ? await findBrowser() : undefined
  if (electron === null) log.line("Electron's binary cannot be had here: the same app opens in the browser instead.")
  const profile = (person) => path.join(demoFolder, electron === null ? 'browser' : 'electron', person)
  const open = (person, place) => {
    const window = { address, person, place, profile: profile(person), env }
    return electron === null ? openBrowser(browser, window) : openElectron(electron, window)
  }
  if (electron !== null || browser !== undefined) return Promise.all(people.map(open))
  await openDefaultBrowser(urls[0], env).catch(() => undefined)
  log.line(`Open these, the second one in a private window: ${urls.join(' and ')}`)
  return []
}

/** Until Ctrl+C, or until the server ends by itself, which is a failure. Ends what we have started and nothing else. */
async function runUntilEnd({ log, interruption }, server, windows) {
  const interrupted = new Promise((resolve) => {
    if (interruption.aborted) resolve()
    interruption.addEventListener('abort', () => resolve())
  })
  const end = await Promise.race([interrupted, server.ended])
  if (!interruption.aborted) log.line(`The server has ended (${end}). Its log: ${server.logFile}`)
  await Promise.all([...windows.map((window) => endTree(window.pid)), server.stop()])
  return interruption.aborted ? 0 : 1
}

/** @returns {AbortSignal} aborted by Ctrl+C; listens from now on, so that nothing is left behind by a half start */
function listenToSignals() {
  const controller = new AbortController()
  signals.forEach((name) => process.on(name, () => controller.abort(name)))
  return controller.signal
}
