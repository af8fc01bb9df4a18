// Provides mediasoup's worker, the program that forwards media. Its ways are tried in the order of `ways`.

import { copyFile, chmod, mkdir, mkdtemp, readdir, readFile, rename, rm } from 'node:fs/promises'
import { existsSync } from 'node:fs'
import path from 'node:path'
import { SetupError } from './log.mjs'
import { cacheFolder, inRepository } from './paths.mjs'
import { isAlive, run, which } from './processes.mjs'
import { answers } from './reach.mjs'
import { workerProblem } from './worker/smoke.mjs'
import { mendSources } from './worker/mendSources.mjs'
import { probeMends } from './worker/sources.mjs'
import { buildAgainstSystem } from './worker/systemBuild.mjs'

/** Raise it when a cached worker must be built again although mediasoup's version stays. */
const recipe = 2
const downloadLimitMs = 3 * 60_000
const ownBuildLimitMs = 30 * 60_000

/**
 * Each way answers with the path of a worker that runs here, or with why it was passed over.
 * @typedef {{binary: string} | {passedOver: string}} WayResult
 * @type {Array<[name: string, way: (context: object) => Promise<WayResult>]>}
 */
const ways = [
  ['MEDIASOUP_WORKER_BIN', fromEnvironment],
  ['cache', fromCache],
  ['prebuilt download', fromPrebuilt],
  ["package's own build", fromOwnBuild],
  ["build against the system's libraries", fromSystemBuild],
]

/**
 * @param {object} options
 * @param {ReturnType<import('./log.mjs').createLog>} options.log
 * @param {string} options.node path of a Node >= 24, runs the package's own scripts
 * @param {Record<string, string | undefined>} [options.env]
 * @returns {Promise<string>} the path of a worker that was seen running on this machine
 * @throws {SetupError} when no way leads to one
 */
export async function ensureWorker({ log, node, env = process.env }) {
  const packageFolder = inRepository('node_modules', 'mediasoup')
  const { version, repository } = JSON.parse(await readFile(path.join(packageFolder, 'package.json'), 'utf8'))
  const cache = path.join(cacheFolder(env), 'worker')
  const fileName = process.platform === 'win32' ? 'mediasoup-worker.exe' : 'mediasoup-worker'
  const cached = (made) => path.join(cache, workerKey(version, made), fileName)
  const context = { log, node, env, packageFolder, version, repository, cache, cached, fileName }
  const reasons = []
  for (const [name, way] of ways) {
    const result = await way(context)
    if (result.binary !== undefined) return result.binary
    reasons.push(`${name}: ${result.passedOver}`)
    // The first two are passed over on every new machine: not worth a line unless all ways fail.
    if (way !== fromEnvironment && way !== fromCache) log.line(`  mediasoup worker, ${name}: ${result.passedOver}`)
  }
  throw new SetupError(`No way leads to a mediasoup worker:\n${reasons.map((reason) => `  - ${reason}`).join('\n')}`)
}

/** @param {'built' | 'prebuilt'} made */
export function workerKey(version, made, platform = process.platform, arch = process.arch) {
  return `mediasoup-${version}-${platform}-${arch}-${made}-r${recipe}`
}

/** As mediasoup itself names it. */
const prebuiltUnwanted = (env) => env.MEDIASOUP_SKIP_WORKER_PREBUILT_DOWNLOAD === 'true'

async function fromEnvironment({ env, version }) {
  const binary = env.MEDIASOUP_WORKER_BIN
  if (!binary) return { passedOver: 'not set' }
  const problem = await workerProblem(binary, version)
  // A person who names a worker wants that one: falling back silently would hide the mistake.
  if (problem) throw new SetupError(`MEDIASOUP_WORKER_BIN names ${binary}, but ${problem}`)
  return { binary }
}

async function fromCache({ cached, version, env }) {
  const known = [cached('built'), ...(prebuiltUnwanted(env) ? [] : [cached('prebuilt')])]
  const binary = known.find((file) => existsSync(file))
  if (binary === undefined) return { passedOver: 'nothing there yet' }
  const problem = await workerProblem(binary, version)
  return problem ? { passedOver: problem } : { binary }
}

/** It has the fault that `probeMends` tells of: good for trying Parley out, not for a server that many use. */
async function fromPrebuilt(context) {
  if (prebuiltUnwanted(context.env)) return { passedOver: 'not wanted' }
  const base =
    context.env.MEDIASOUP_WORKER_PREBUILT_DOWNLOAD_BASE_URL ??
    context.repository.url.replace(/^git\+/, '').replace(/\.git$/, '')
  if (!(await answers(base))) return { passedOver: `${new URL(base).host} does not answer` }
  // Without a usable Python the package's script stops after the download instead of going on to build.
  return runPackageScript(context, 'prebuilt', 'Downloading the mediasoup worker', downloadLimitMs, { PYTHON: 'none' })
}

async function fromOwnBuild(context) {
  const python = context.env.PYTHON ?? ['python3', 'python'].find((name) => which(name) !== undefined)
  if (python === undefined) return { passedOver: 'needs Python 3' }
  if ((await run(python, ['-m', 'pip', '--version'])).code !== 0) return { passedOver: "needs Python's pip" }
  const silent = await firstSilentSource(path.join(context.packageFolder, 'worker', 'subprojects'))
  if (silent !== undefined) return { passedOver: `its sources come from ${silent}, which does not answer` }
  await mendSources(path.join(context.packageFolder, 'worker'), probeMends)
  const env = { MEDIASOUP_SKIP_WORKER_PREBUILT_DOWNLOAD: 'true' }
  return runPackageScript(context, 'built', 'Building the mediasoup worker with its own build', ownBuildLimitMs, env)
}

/** The host of the first library whose place does not answer; each host is asked once. */
async function firstSilentSource(folder) {
  const wraps = (await readdir(folder)).filter((name) => name.endsWith('.wrap'))
  const texts = await Promise.all(wraps.map((name) => readFile(path.join(folder, name), 'utf8')))
  const urls = texts.flatMap((text) => [...text.matchAll(/^source_url\s*=\s*(\S+)/gm)].map(([, url]) => url))
  const byHost = new Map(urls.map((url) => [new URL(url).host, url]))
  const results = await Promise.all([...byHost].map(async ([host, url]) => [host, await answers(url)]))
  return results.find(([, reached]) => !reached)?.[0]
}

/** Runs the package's install script, which leaves the worker in the package's own out folder. */
async function runPackageScript(context, how, title, timeLimitMs, extraEnv) {
  const { log, node, env, packageFolder, fileName } = context
  const step = log.step(title)
  const result = await run(node, ['npm-scripts.mjs', 'postinstall'], {
    cwd: packageFolder,
    env: { ...env, ...extraEnv },
    timeLimitMs,
    onLine: (line) => step.progress(plain(line).slice(0, 80)),
  })
  const made = path.join(packageFolder, 'worker', 'out', 'Release', fileName)
  if (result.code === 0 && existsSync(made)) {
    step.done()
    return keep(context, how, made)
  }
  step.failed()
  const lastWords = plain(result.output.trim().split('\n').pop() ?? '')
  return { passedOver: result.timedOut ? `not done in ${timeLimitMs / 60_000} minutes` : lastWords.slice(0, 200) }
}

// eslint-disable-next-line no-control-regex -- these are the terminal's colours
const plain = (line) => line.replace(/\u001b\[[\d;]*m/g, '').trim()

async function fromSystemBuild(context) {
  if (process.platform !== 'linux') return { passedOver: 'for Linux only' }
  await mkdir(context.cache, { recursive: true })
  await removeLeftovers(context.cache)
  const scratch = await mkdtemp(path.join(context.cache, `scratch-${process.pid}-`))
  try {
    const workerFolder = path.join(context.packageFolder, 'worker')
    return await keep(context, 'built', await buildAgainstSystem({ workerFolder, scratch, log: context.log }))
  } finally {
    await rm(scratch, { recursive: true, force: true })
  }
}

/** Scratch folders of builds that were interrupted. */
async function removeLeftovers(cache) {
  for (const name of await readdir(cache)) {
    const pid = /^scratch-(\d+)-/.exec(name)?.[1]
    if (pid !== undefined && !isAlive(Number(pid))) await rm(path.join(cache, name), { recursive: true, force: true })
  }
}

/** Tries the new worker out and moves it into the cache in one piece, so that nobody ever sees half of it. */
async function keep({ cached, version }, how, made) {
  const problem = await workerProblem(made, version)
  if (problem) return { passedOver: `it was made, but ${problem}` }
  const binary = cached(how)
  await mkdir(path.dirname(binary), { recursive: true })
  const arriving = `${binary}.${process.pid}`
  await copyFile(made, arriving)
  await chmod(arriving, 0o755)
  await rename(arriving, binary)
  return { binary }
}
