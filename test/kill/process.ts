// The real server as a process that is killed without warning and started again on the same data.
import { spawn, type ChildProcess } from 'node:child_process'
import path from 'node:path'

const ROOT = path.join(import.meta.dirname, '..', '..')
const START_MS = 30_000

export class MortalServer {
  url = ''
  /** When it said that it listens, ms since the epoch. */
  listeningAt = 0
  #child: ChildProcess | null = null
  readonly #data: string

  constructor(data: string) {
    this.#data = data
  }

  async start(): Promise<void> {
    const args = [
      'server/main.ts',
      '--demo',
      '--host',
      '127.0.0.1',
      '--port',
      '0',
      '--media-workers',
      '1',
      '--data',
      this.#data,
    ]
    const env = { ...process.env, PARLEY_LOG_LEVEL: 'error' }
    const child = spawn(process.execPath, args, { cwd: ROOT, env, stdio: ['ignore', 'pipe', 'pipe'] })
    this.#child = child
    let printed = ''
    await new Promise<void>((resolve, reject) => {
      const late = setTimeout(() => reject(new Error(`the server did not start:\n${printed}`)), START_MS)
      const hear = (chunk: Buffer) => {
        printed = (printed + String(chunk)).slice(-10_000)
        const url = /listening on (http:\/\/\S+)/.exec(printed)?.[1]
        if (url === undefined) return
        this.url = url
        this.listeningAt = Date.now()
        clearTimeout(late)
        resolve()
      }
      child.stdout.on('data', hear)
      child.stderr.on('data', hear)
      child.once('exit', (code) => {
        clearTimeout(late)
        reject(new Error(`the server ended with ${code}:\n${printed}`))
      })
    })
  }

  /** SIGKILL: it gets no chance to do anything. */
  async kill(): Promise<void> {
    const child = this.#child
    this.#child = null
    if (child === null || child.exitCode !== null) return
    const gone = new Promise((resolve) => child.once('exit', resolve))
    child.kill('SIGKILL')
    await gone
  }
}
