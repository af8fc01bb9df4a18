// A small JSON file that is always whole: written beside and renamed over, and whatever is broken in it falls back to its default.
import { copyFileSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import type { Log } from '../log.ts'

export type JsonFile<Value> = { readonly value: Value; save(value: Value): void }

/**
 * @param read makes a value of whatever was found; of undefined when nothing was
 * @param keepsPrevious the version before is kept beside it, and read when this one is lost or is no JSON any more
 */
export function openJsonFile<Value>(options: {
  path: string
  read(found: unknown): Value
  log: Log
  keepsPrevious?: boolean
}): JsonFile<Value> {
  const { path, log, keepsPrevious = false } = options
  const previous = `${path}.previous`
  const kept = found(path, log)
  const older = kept === undefined && keepsPrevious ? found(previous, log) : undefined
  if (older !== undefined) log.warn(`${path} is lost or broken; the version before is taken`)
  let value = options.read(kept ?? older)
  /** What lies there is worth keeping. */
  let whole = kept !== undefined
  return {
    get value() {
      return value
    },
    save(next) {
      value = next
      try {
        if (keepsPrevious && whole) copyFileSync(path, previous)
        writeWhole(path, JSON.stringify(next, null, 2))
        whole = true
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
