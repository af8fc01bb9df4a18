// Runs npm: the one that started us, else the one beside our Node, else the one in PATH.

import { existsSync } from 'node:fs'
import path from 'node:path'
import { run } from './processes.mjs'

/**
 * With the user's own npm configuration: which registry is used is not ours to say.
 * @param {string[]} args
 * @param {Parameters<typeof run>[2] & {cwd: string}} options
 */
export function runNpm(args, { env = process.env, ...options }) {
  // npm tells its children which project they belong to; in another folder that would be the wrong one.
  const cleanEnv = Object.fromEntries(Object.entries(env).filter(([name]) => !/^npm_(?!config_)/i.test(name)))
  delete cleanEnv.npm_config_local_prefix
  delete cleanEnv.npm_config_prefix
  const script = npmScript(env)
  if (script !== undefined) return run(process.execPath, [script, ...args], { ...options, env: cleanEnv })
  // On Windows npm is a .cmd file, which only the shell can start. The arguments are ours and need no quoting.
  return run('npm', args, { ...options, env: cleanEnv, shell: process.platform === 'win32' })
}

function npmScript(env) {
  const folder = path.dirname(process.execPath)
  const candidates = [
    /npm-cli\.c?js$/.test(env.npm_execpath ?? '') ? env.npm_execpath : undefined,
    path.join(folder, 'node_modules', 'npm', 'bin', 'npm-cli.js'),
    path.join(folder, '..', 'lib', 'node_modules', 'npm', 'bin', 'npm-cli.js'),
  ]
  return candidates.find((candidate) => candidate !== undefined && existsSync(candidate))
}

/** The cause in what a failed npm has printed: it comes first, before pages of help. */
export function npmComplaint(output) {
  const lines = output.trim().split('\n')
  const errors = lines.filter((line) => /^npm (error|ERR!)\s*\S/.test(line))
  return (errors.length > 0 ? errors.slice(0, 12) : lines.slice(-12)).join('\n')
}
