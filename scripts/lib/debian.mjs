// Debian's packages: installed when we may, else the command to type is shown.

import { SetupError } from './log.mjs'
import { run, which } from './processes.mjs'

const installLimitMs = 15 * 60_000

export const hasApt = () => process.platform === 'linux' && which('apt-get') !== undefined

export const isRoot = () => process.getuid?.() === 0

export const installCommand = (packages) => `apt-get install --no-install-recommends ${packages.join(' ')}`

/**
 * @param {string[]} packages
 * @throws {SetupError} with the command to type, when we are not root or it fails
 */
export async function installPackages(packages, log) {
  if (!hasApt()) throw new SetupError(`Please install these with your system's package manager: ${packages.join(' ')}`)
  if (!isRoot()) {
    throw new SetupError(
      `These Debian packages are missing. Install them and start again:\n\n  sudo ${installCommand(packages)}\n`,
    )
  }
  const step = log.step(`Installing Debian packages: ${packages.join(' ')}`)
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' }
  const onLine = (line) => step.progress(line.trim().slice(0, 60))
  const apt = (args) => run('apt-get', args, { env, onLine, timeLimitMs: installLimitMs })
  const install = () => apt(['install', '--yes', '--no-install-recommends', ...packages])
  // The package lists of a fresh machine are missing or old; those of another are often good enough, also offline.
  let result = await install()
  if (result.code !== 0) {
    await apt(['update'])
    result = await install()
  }
  if (result.code === 0) return step.done()
  step.failed()
  const ending = result.output.trim().split('\n').slice(-8).join('\n')
  throw new SetupError(`${ending}\n\nInstalling failed. Try it by hand: ${installCommand(packages)}`)
}
