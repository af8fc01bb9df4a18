// A small JSON file that is always whole: written beside and renamed over, and whatever is broken in it falls back to its default.
import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import type { Log } from '../log.ts'

export type JsonFile<Value> = { readonly value: Value; save(value: Value): void }

/** @param read makes a value of whatever was found; of undefined when nothing was */
export function openJsonFile<Value>(options: { path: string; read(found: unknown): Value; log: Log }): JsonFile<Value> {
  const { path, log } = options
  let value = options.read(found(path, log))
  return {
    get value() {
      return value
    },
    save(next) {
      value = next
      try {
        writeWhole(path, JSON.stringify(next, null, 2))
      } catch (error) {
        // A full or read-only disk costs the memory of it, not the app.
        log.warn(`could not write ${path}: ${String(error)}`)
      }
    },
  }
}

function found(path: string, log: Log): unknown {
  try {
    return JSON.parse(readFileSync(path, 'utf8')) as unknown
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') log.warn(`could not read ${path}: ${String(error)}`)
    return undefined
  }
}

/** Readable by this user only. @throws what the file system throws */
export function writeWhole(path: string, content: string | Uint8Array): void {
  mkdirSync(dirname(path), { recursive: true })
  const draft = `${path}.new`
  writeFileSync(draft, content, { mode: 0o600, flush: true })
  renameSync(draft, path)
}
