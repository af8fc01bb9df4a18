// The single-instance lock, real across processes: a file with the holder's process id, and a spool folder in which
// later instances leave what the first should know.
import { mkdirSync, readFileSync, readdirSync, renameSync, rmSync, watch, writeFileSync } from 'node:fs'
import { join } from 'node:path'

export interface SecondInstance {
  argv: string[]
  workingDirectory: string
  additionalData: unknown
}

export interface InstanceLock {
  release(): void
}

function isAlive(pid: number): boolean {
  if (pid === process.pid) return false
  try {
    process.kill(pid, 0)
    return true
  } catch {
    return false
  }
}

let left = 0

function leaveWord(spool: string, additionalData: unknown) {
  const word: SecondInstance = { argv: process.argv, workingDirectory: process.cwd(), additionalData }
  const name = `${process.pid}-${++left}`
  const draft = join(spool, `.${name}`)
  writeFileSync(draft, JSON.stringify(word))
  renameSync(draft, join(spool, `${name}.json`))
}

/** Returns null when another living process holds the lock; that one has then been told. */
export function takeLock(
  folder: string,
  additionalData: unknown,
  onSecond: (second: SecondInstance) => void,
): InstanceLock | null {
  const file = join(folder, 'standin-instance.lock')
  const spool = join(folder, 'standin-instances')
  mkdirSync(spool, { recursive: true })
  try {
    writeFileSync(file, String(process.pid), { flag: 'wx' })
  } catch {
    if (isAlive(Number(readFileSync(file, 'utf8')))) {
      leaveWord(spool, additionalData ?? null)
      return null
    }
    writeFileSync(file, String(process.pid))
  }
  const readSpool = () => {
    for (const name of readdirSync(spool).filter((entry) => entry.endsWith('.json'))) {
      const path = join(spool, name)
      const second = JSON.parse(readFileSync(path, 'utf8')) as SecondInstance
      rmSync(path)
      onSecond(second)
    }
  }
  const watcher = watch(spool, readSpool)
  watcher.unref()
  return {
    release() {
      watcher.close()
      rmSync(file, { force: true })
    },
  }
}
