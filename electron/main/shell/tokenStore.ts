// Where the session's tokens live between runs: a file only the operating system's keychain can open, or, where there is no keychain,
// nowhere (then the person signs in at the next start).
import { readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import type { SafeStorage } from 'electron'
import { z } from 'zod'
import type { SessionStore, Stored } from '../../../shared/client/session.ts'
import { tokensSchema } from '../../../shared/protocol/session.ts'
import { timeSchema, userSchema } from '../../../shared/protocol/things.ts'
import type { Log } from '../log.ts'
import { writeWhole } from './jsonFile.ts'

const storedSchema = z.object({
  server: z.string(),
  user: userSchema,
  tokens: tokensSchema,
  lastSyncAt: timeSchema.optional(),
})

export type TokenStore = SessionStore & {
  /** Resolves when everything saved so far is on disk. */
  flush(): Promise<void>
}

export async function openTokenStore(options: {
  folder: string
  safeStorage: SafeStorage
  platform: string
  log: Log
}): Promise<TokenStore> {
  const { safeStorage, log } = options
  const path = join(options.folder, 'session.bin')
  const sealed = await canSeal(safeStorage, options.platform)
  if (!sealed) log.info('no keychain: the session is kept for this run only')
  let stored = sealed ? await unseal(path, safeStorage, log) : null
  let writing = Promise.resolve()

  // Encrypting is asynchronous, so writes queue up; the last one has the last word.
  const write = (value: Stored | null) => {
    stored = value
    if (!sealed) return
    writing = writing
      .then(async () => {
        if (value !== stored) return
        if (value) writeWhole(path, await safeStorage.encryptStringAsync(JSON.stringify(value)))
        else rmSync(path, { force: true })
      })
      .catch((error: unknown) => log.warn(`could not keep the session: ${String(error)}`))
  }

  return { load: () => stored, save: write, clear: () => write(null), flush: () => writing }
}

async function canSeal(safeStorage: SafeStorage, platform: string): Promise<boolean> {
  // Without a keyring Linux "encrypts" with a password that everybody knows.
  if (platform === 'linux' && safeStorage.getSelectedStorageBackend() === 'basic_text') return false
  return safeStorage.isAsyncEncryptionAvailable().catch(() => false)
}

async function unseal(path: string, safeStorage: SafeStorage, log: Log): Promise<Stored | null> {
  try {
    const { result } = await safeStorage.decryptStringAsync(readFileSync(path))
    return storedSchema.parse(JSON.parse(result))
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT')
      log.warn('the stored session could not be read; sign in again')
    return null
  }
}
