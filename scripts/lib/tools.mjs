// Finds the command-line tools of the installed packages as scripts that Node can run on every system: what
// node_modules/.bin holds differs between systems, and its files pick up whichever Node is first in PATH.

import { readFileSync } from 'node:fs'
import path from 'node:path'
import { SetupError } from './log.mjs'
import { inRepository } from './paths.mjs'

/**
 * @param {string} name as one would type it after npx
 * @returns {string} the path of its script
 * @throws {SetupError} when no installed package has it
 */
export function toolScript(name) {
  const { packages } = JSON.parse(readFileSync(inRepository('node_modules', '.package-lock.json'), 'utf8'))
  const found = toolIn(packages, name)
  if (found === undefined) throw new SetupError(`No installed package has a command named ${name}`)
  return inRepository(...found.split('/'))
}

/**
 * @param {Record<string, {bin?: Record<string, string>}>} packages of node_modules/.package-lock.json
 * @returns {string | undefined} relative to the repository, with forward slashes
 */
export function toolIn(packages, name) {
  const isTopLevel = (location) => location.lastIndexOf('node_modules/') === 0
  const entry = Object.entries(packages).find(
    ([location, { bin }]) => isTopLevel(location) && Object.hasOwn(bin ?? {}, name),
  )
  return entry && path.posix.join(entry[0], entry[1].bin[name])
}
