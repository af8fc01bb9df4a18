// Where the scripts keep what they fetch and build: one cache folder for each user, shared by every checkout.

import { homedir } from 'node:os'
import path from 'node:path'
import { fileURLToPath } from 'node:url'

export const repositoryFolder = fileURLToPath(new URL('../../', import.meta.url))

/**
 * PARLEY_CACHE wins; then XDG_CACHE_HOME; then what the system calls its cache folder.
 * @param {Record<string, string | undefined>} env
 * @param {NodeJS.Platform} platform
 * @param {string} home
 */
export function cacheFolder(env = process.env, platform = process.platform, home = homedir()) {
  const { join, resolve } = platform === 'win32' ? path.win32 : path.posix
  if (env.PARLEY_CACHE) return resolve(env.PARLEY_CACHE)
  if (env.XDG_CACHE_HOME) return join(env.XDG_CACHE_HOME, 'parley')
  if (platform === 'win32') return join(env.LOCALAPPDATA ?? join(home, 'AppData', 'Local'), 'parley', 'Cache')
  if (platform === 'darwin') return join(home, 'Library', 'Caches', 'parley')
  return join(home, '.cache', 'parley')
}

/** A file or folder below the repository, from any working directory. */
export function inRepository(...parts) {
  return path.join(repositoryFolder, ...parts)
}
