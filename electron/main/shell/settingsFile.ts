// This device's settings: one validated file, told to whoever listens.
import { join } from 'node:path'
import { readSettings, type Settings } from '../../../shared/settings.ts'
import type { Log } from '../log.ts'
import { openJsonFile } from './jsonFile.ts'

export type SettingsFile = ReturnType<typeof openSettings>

export function openSettings(folder: string, log: Log) {
  const file = openJsonFile({ path: join(folder, 'settings.json'), read: readSettings, log })
  const listeners = new Set<(settings: Settings) => void>()
  return {
    get value(): Settings {
      return file.value
    },
    change(change: Partial<Settings>): void {
      const given = Object.fromEntries(Object.entries(change).filter(([, value]) => value !== undefined))
      file.save(readSettings({ ...file.value, ...given }))
      for (const listener of listeners) listener(file.value)
    },
    subscribe(listener: (settings: Settings) => void): () => void {
      listeners.add(listener)
      return () => void listeners.delete(listener)
    },
  }
}
