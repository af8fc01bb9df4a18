// What a crash leaves behind stays on this computer: nobody collects it, and old dumps, which hold pieces of memory, are removed.
// Somebody who wants to send one attaches it by hand.
import { readdirSync, rmSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { app, crashReporter } from 'electron'
import type { Log } from '../log.ts'

const DUMPS_KEPT = 3
const DAYS_KEPT = 30
const DAY_MS = 24 * 60 * 60_000

/** To be called as early as possible: what crashed before is not written. */
export function keepCrashDumps(): void {
  crashReporter.start({ uploadToServer: false, ignoreSystemCrashHandler: true })
}

/** Keeps the newest few of the last weeks. @param now ms since the epoch */
export function removeOldDumps(now: number, log: Log, folder = app.getPath('crashDumps')): void {
  const dumps = found(folder).toSorted((a, b) => b.writtenAt - a.writtenAt)
  const old = dumps.filter(({ writtenAt }, index) => index >= DUMPS_KEPT || now - writtenAt > DAYS_KEPT * DAY_MS)
  for (const { path } of old) rmSync(path, { force: true })
  if (old.length) log.info(`removed ${old.length} old crash dumps`)
}

function found(folder: string): { path: string; writtenAt: number }[] {
  try {
    return readdirSync(folder, { recursive: true, encoding: 'utf8' })
      .filter((name) => name.endsWith('.dmp'))
      .map((name) => ({ path: join(folder, name), writtenAt: statSync(join(folder, name)).mtimeMs }))
  } catch {
    return []
  }
}
