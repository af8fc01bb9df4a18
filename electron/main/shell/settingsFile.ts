// This device's settings: one validated file, told to whoever listens.
import { join } from 'node:path'
import { readSettings, SETTINGS_VERSION, type Settings } from '../../../shared/settings.ts'
import type { Log } from '../log.ts'
import { openJsonFile } from './jsonFile.ts'

export type SettingsFile = ReturnType<typeof openSettings>

export function openSettings(folder: string, log: Log) {
  const read = (found: unknown) => ({ version: SETTINGS_VERSION, ...readSettings(found) })
  const file = openJsonFile({ path: join(folder, 'settings.json'), read, log, keepsPrevious: true })
  let value = readSettings(file.value)
  const listeners = new Set<(settings: Settings) => void>()
  return {
    get value(): Settings {
      return value
    },
    change(change: Partial<Settings>): void {
      const given = Object.fromEntries(Object.entries(change).filter(([, value]) => value !== undefined))
      value = readSettings({ ...value, ...given })
      file.save({ version: SETTINGS_VERSION, ...value })
      for (const listener of listeners) listener(value)
    },
    subscribe(listener: (settings: Settings) => void): () => void {
      listeners.add(listener)
      return () => void listeners.delete(listener)
    },
  }
}
