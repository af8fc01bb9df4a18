// The real server as its own process, on a free port of 127.0.0.1 and with a throw-away data folder.
import { spawn, type ChildProcess } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'

const ROOT = join(import.meta.dirname, '..', '..')
const START_MS = 20_000
const STOP_MS = 8_000
const MEMORY_MS = 20_000

export type Memory = { resident: number; heapUsed: number }

export type ServerProcess = {
  url: string
  pid: number
  /** What it holds on to: garbage is collected first. In bytes. */
  memory(): Promise<Memory>
  /** Where it keeps its database; gone once it has stopped. */
  dataFolder: string
  /** What it printed, for failing tests. */
  output(): string
  /** Ends it as a person would (SIGTERM) and removes its data. Resolves with its exit code. */
  stop(): Promise<number | null>
}

/**
 * Starts `server/main.ts --demo` (without demo people when told so); `env` goes on top of this process's. `prepare` may put something into its data
 * folder first; `preload` are addresses of modules that run before it.
 */
export async function startServer(
  options: {
    args?: string[]
    preload?: string[]
    demo?: boolean
    env?: Record<string, string>
    prepare?: (dataFolder: string) => Promise<void>
  } = {},
): Promise<ServerProcess> {
  const data = mkdtempSync(join(tmpdir(), 'parley-server-'))
  await options.prepare?.(data)
  const args = [
    '--expose-gc',
    '--import',
    pathToFileURL(join(import.meta.dirname, 'memoryOnSignal.mjs')).href,
    ...(options.preload ?? []).flatMap((address) => ['--import', address]),
    'server/main.ts',
    ...(options.demo === false ? [] : ['--demo']),
    '--host',
    '127.0.0.1',
    '--port',
    '0',
    '--data',
    data,
    ...(options.args ?? []),
  ]
  const child = spawn(process.execPath, args, {
    cwd: ROOT,
    env: { ...process.env, ...options.env },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let printed = ''
  const keep = (chunk: Buffer) => void (printed = (printed + String(chunk)).slice(-20_000))
  child.stdout.on('data', keep)
  child.stderr.on('data', keep)
  const exited = new Promise<number | null>((resolve) => child.once('exit', (code) => resolve(code)))
  const stop = () => end(child, exited).finally(() => rmSync(data, { recursive: true, force: true }))
  try {
    const url = await listening(child, exited, () => printed)
    const memory = () => memoryOf(child)
    return { url, memory, pid: child.pid!, dataFolder: data, output: () => printed, stop }
  } catch (error) {
    await stop()
    throw error
  }
}

function listening(child: ChildProcess, exited: Promise<number | null>, printed: () => string): Promise<string> {
  return new Promise((resolve, reject) => {
    const late = setTimeout(() => reject(new Error(`the server did not say where it listens:\n${printed()}`)), START_MS)
    child.stdout?.on('data', () => {
      const url = /listening on (https?:\/\/\S+)/.exec(printed())?.[1]
      if (!url) return
      clearTimeout(late)
      resolve(url)
    })
    void exited.then((code) => {
      clearTimeout(late)
      reject(new Error(`the server ended with ${code}:\n${printed()}`))
    })
  })
}

/** Rejects when the process ends instead, or says nothing. */
function memoryOf(child: ChildProcess): Promise<Memory> {
  return new Promise((resolve, reject) => {
    let printed = ''
    const settle = (outcome: () => void) => {
      clearTimeout(late)
      child.stderr?.off('data', hear)
      child.off('exit', gone)
      outcome()
    }
    const hear = (chunk: Buffer) => {
      printed += String(chunk)
      const [, resident, heapUsed] = /memory in use (\d+) (\d+)\n/.exec(printed) ?? []
      if (resident !== undefined) settle(() => resolve({ resident: Number(resident), heapUsed: Number(heapUsed) }))
    }
    const gone = () => settle(() => reject(new Error('the server has ended')))
    const late = setTimeout(() => settle(() => reject(new Error('the server does not tell its memory'))), MEMORY_MS)
    child.stderr?.on('data', hear)
    child.once('exit', gone)
    child.kill('SIGUSR2')
  })
}

async function end(child: ChildProcess, exited: Promise<number | null>): Promise<number | null> {
  if (child.exitCode !== null || child.signalCode !== null) return child.exitCode
  child.kill('SIGTERM')
  const hard = setTimeout(() => child.kill('SIGKILL'), STOP_MS)
  const code = await exited
  clearTimeout(hard)
  return code
}
