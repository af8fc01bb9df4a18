// Runs electron-builder on the built app, and says where it has put what.

import { existsSync } from 'node:fs'
import { mkdtemp, readFile, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { findElectron } from '../electron.mjs'
import { SetupError } from '../log.mjs'
import { inRepository } from '../paths.mjs'
import { run } from '../processes.mjs'
import { toolScript } from '../tools.mjs'
import { inspectPackage } from './inspect.mjs'
import { makeStubDistribution } from './stub.mjs'

const packLimitMs = 30 * 60_000

/**
 * Lays the app out as a folder and inspects it. Where Electron cannot be had, it is laid out for Linux around a stub.
 * @param {object} context
 * @param {string} [output] folder for it; else a temporary one, which is removed
 * @returns {Promise<Awaited<ReturnType<typeof inspectPackage>> & {electron: 'real' | 'stub', folder: string}>}
 * @throws {SetupError} with electron-builder's words
 */
export async function packFolder(context, output) {
  const scratch = await mkdtemp(path.join(tmpdir(), 'parley-package-'))
  const folder = output ?? path.join(scratch, 'dist')
  try {
    const real = findElectron(context.env) !== null
    const distribution = real ? inRepository('node_modules', 'electron', 'dist') : path.join(scratch, 'electron')
    if (!real) await makeStubDistribution(distribution, await electronVersion())
    const system = real ? process.platform : 'linux'
    await electronBuilder(context, [
      `--${flags[system] ?? 'linux'}`,
      '--dir',
      ...settings({ folder, distribution }, context.env),
    ])
    const packed = await findPacked(folder, system)
    return { electron: real ? 'real' : 'stub', folder, ...(await inspectPackage(packed, inRepository())) }
  } finally {
    await rm(scratch, { recursive: true, force: true })
  }
}

/**
 * Makes this system's installers in `folder`, as electron-builder.yml lists them.
 * @throws {SetupError}
 */
export async function packInstallers(context, folder) {
  const system = flags[process.platform]
  if (system === undefined) throw new SetupError(`Parley has no installer for ${process.platform}.`)
  await electronBuilder(context, [`--${system}`, ...settings({ folder }, context.env)])
}

const flags = { linux: 'linux', darwin: 'mac', win32: 'win' }

/**
 * A build looks for updates only when it is told where, and with which key they are signed.
 * @param {{folder: string, distribution?: string}} places
 * @param {Record<string, string | undefined>} env
 * @returns {string[]} arguments for electron-builder
 * @throws {SetupError} on an address that is not https, or a missing or broken key
 */
export function settings({ folder, distribution }, env) {
  const args = ['--publish', 'never', `-c.directories.output=${folder}`]
  if (distribution !== undefined) args.push(`-c.electronDist=${distribution}`)
  const { PARLEY_UPDATE_URL: address, PARLEY_UPDATE_KEY: key } = env
  if (!address) return args
  if (!URL.canParse(address) || new URL(address).protocol !== 'https:')
    throw new SetupError('PARLEY_UPDATE_URL must be an https address.')
  if (!/^[A-Za-z0-9+/]{43}=$/.test(key ?? ''))
    throw new SetupError(
      'PARLEY_UPDATE_URL needs PARLEY_UPDATE_KEY: the public key that node scripts/release/newKey.mjs prints.',
    )
  return [
    ...args,
    '-c.publish.provider=generic',
    `-c.publish.url=${address}`,
    `-c.extraMetadata.parley.updateKey=${key}`,
  ]
}

async function electronBuilder({ node, env, log }, args) {
  const step = log.step('Packaging')
  const onLine = (line) => step.progress(line.trim().slice(0, 80))
  // It would look for other people's configuration and credentials in the variables of the environment only when it signs.
  const result = await run(node, [toolScript('electron-builder'), ...args], {
    cwd: inRepository(),
    env,
    timeLimitMs: packLimitMs,
    onLine,
  })
  if (result.code === 0) return step.done()
  step.failed()
  throw new SetupError(`${result.output.trim().split('\n').slice(-25).join('\n')}\n\nPackaging failed.`)
}

async function electronVersion() {
  return JSON.parse(await readFile(inRepository('node_modules', 'electron', 'package.json'), 'utf8')).version
}

/** Where a system keeps the parts of an app that was laid out as a folder. */
async function findPacked(folder, system) {
  const entries = await readdir(folder)
  const laidOut = entries.find((name) => /^(linux|win)(-\w+)?-unpacked$|^mac(-\w+)?$/.test(name))
  if (laidOut === undefined) throw new SetupError(`electron-builder has left nothing in ${folder}`)
  const app = path.join(folder, laidOut)
  if (system === 'darwin') {
    const contents = path.join(app, 'Parley.app', 'Contents')
    const framework = path.join(contents, 'Frameworks', 'Electron Framework.framework', 'Electron Framework')
    return {
      resources: path.join(contents, 'Resources'),
      program: framework,
      propertyList: path.join(contents, 'Info.plist'),
    }
  }
  const program = path.join(app, system === 'win32' ? 'Parley.exe' : 'parley')
  if (!existsSync(program)) throw new SetupError(`${program} is missing`)
  const desktopEntry = system === 'linux' ? path.join(folder, 'parley.desktop') : undefined
  return { resources: path.join(app, 'resources'), program, desktopEntry }
}
