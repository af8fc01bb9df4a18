// Whether this build looks for updates: only one that was told an address and a key when it was packed, and only where Parley itself is
// in charge of its files. Everybody else's packages are the system's business, and nothing is asked of any address.
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { app } from 'electron'
import { z } from 'zod'
import type { Log } from '../log.ts'
import type { Updater } from './updater.ts'

const packageSchema = z.object({ parley: z.object({ updateKey: z.string() }) })

export async function openUpdater(log: Log): Promise<Updater | null> {
  if (!app.isPackaged || !existsSync(join(process.resourcesPath, 'app-update.yml'))) return null
  // Of Linux' formats only an AppImage is a file of its person's own; deb and rpm belong to the package manager.
  if (process.platform === 'linux' && !process.env.APPIMAGE) return null
  const key = updateKey()
  if (key === null) {
    log.error('updates: this build has an address and no key, so it takes none')
    return null
  }
  const { openElectronUpdater } = await import('./electronUpdater.ts')
  return openElectronUpdater(key, log)
}

/** Part of package.json inside the archive, whose integrity is checked. */
function updateKey(): string | null {
  try {
    const found = JSON.parse(readFileSync(join(app.getAppPath(), 'package.json'), 'utf8')) as unknown
    return packageSchema.parse(found).parley.updateKey
  } catch {
    return null
  }
}
