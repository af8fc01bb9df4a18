// Finds a TURN server (coturn) for the tests of meetings that only get through a relay. Those are skipped without one.

import { existsSync } from 'node:fs'
import { hasApt, installCommand, installPackages, isRoot } from './debian.mjs'
import { SetupError } from './log.mjs'
import { which } from './processes.mjs'

const packageName = 'coturn'
/** Where an init system runs, the package would start a TURN server of its own, open to the network: that is for its owner to decide. */
const startsServices = () => existsSync('/run/systemd/system')

/**
 * The TURN server named by PARLEY_TURNSERVER, else the system's, else Debian's when it may be installed.
 * @returns {Promise<string | undefined>} its path
 * @throws {SetupError} when PARLEY_TURNSERVER names nothing
 */
export async function ensureTurn({ log, env = process.env }) {
  if (env.PARLEY_TURNSERVER) {
    if (existsSync(env.PARLEY_TURNSERVER)) return env.PARLEY_TURNSERVER
    throw new SetupError(`PARLEY_TURNSERVER names ${env.PARLEY_TURNSERVER}, which is not there`)
  }
  const found = which('turnserver', env)
  if (found !== undefined) return found
  if (hasApt() && isRoot() && !startsServices()) {
    try {
      await installPackages([packageName], log)
      return which('turnserver', env)
    } catch (error) {
      log.line(`  Debian's ${packageName}: ${error.message}`)
    }
  }
  const hint = hasApt() ? ` (${installCommand([packageName])})` : ''
  log.line(`  no TURN server: its tests are skipped. Install ${packageName}${hint}, or name one in PARLEY_TURNSERVER.`)
  return undefined
}
