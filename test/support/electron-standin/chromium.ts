// Starts Debian's (or any) Chromium so that it cannot outlive this process: commands go through a pipe whose end stops
// it, and the whole process group is killed on the way out. A port is open as well, for Playwright to attach to.
import { spawn, type ChildProcess } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import type { Readable, Writable } from 'node:stream'
import { Cdp } from './cdp.ts'

const START_DEADLINE_MS = 30_000
const EXECUTABLES = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome']

const FLAGS = [
  '--no-sandbox', // Chromium refuses to start as root otherwise; the product's own sandbox wishes are recorded
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--no-default-browser-check',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--disable-default-apps',
  '--disable-extensions',
  '--disable-breakpad',
  '--disable-crash-reporter',
  '--disable-features=Translate,MediaRouter,OptimizationHints,HttpsUpgrades,HttpsFirstBalancedModeAutoEnable',
  '--disable-background-timer-throttling',
  '--disable-renderer-backgrounding',
  '--disable-backgrounding-occluded-windows',
  // Frames of other origins stay in the target of their page, so that their IPC and requests are seen there.
  '--disable-site-isolation-trials',
  '--disable-features=IsolateOrigins,site-per-process',
  '--autoplay-policy=no-user-gesture-required',
  '--password-store=basic',
  '--use-mock-keychain',
  '--host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE 127.0.0.1 , EXCLUDE localhost',
  '--use-fake-device-for-media-stream',
  '--use-fake-ui-for-media-stream',
  '--allow-loopback-in-peer-connection',
  '--remote-debugging-port=0',
  '--remote-debugging-pipe',
  '--no-startup-window',
]

export interface Chromium {
  cdp: Cdp
  pid: number
  /** WebSocket address for Playwright's connectOverCDP. */
  address: string
  /** Kills every process and removes the profile; safe to call twice, and from an exit handler. */
  dispose(): void
}

export function findChromium(): string {
  const found = process.env.STANDIN_CHROMIUM ?? EXECUTABLES.find((path) => existsSync(path))
  if (!found) throw new Error('electron stand-in: no Chromium found; install it or set STANDIN_CHROMIUM')
  return found
}

/** `profile`: a directory of its own, made here and removed by dispose(). */
export async function startChromium(profile: string, extraFlags: string[] = []): Promise<Chromium> {
  // Killed as it is, Chromium cannot tidy up: what it keeps in the temporary folder goes with the profile.
  const temporary = join(profile, 'tmp')
  mkdirSync(temporary, { recursive: true })
  const headless = process.env.STANDIN_HEADED ? [] : ['--headless=new']
  const child = spawn(
    findChromium(),
    [...headless, ...mergeFeatures([...FLAGS, ...extraFlags]), `--user-data-dir=${profile}`],
    {
      stdio: ['ignore', 'ignore', 'pipe', 'pipe', 'pipe'],
      env: { ...process.env, TMPDIR: temporary },
      detached: true, // a process group of its own, to be killed as one
    },
  )
  const dispose = () => {
    if (child.pid && child.exitCode === null && child.signalCode === null) killGroup(child.pid)
    rmSync(profile, { recursive: true, force: true, maxRetries: 10, retryDelay: 50 })
  }
  try {
    const address = await debuggerAddress(child, join(profile, 'DevToolsActivePort'))
    const cdp = new Cdp(child.stdio[4] as Readable, child.stdio[3] as Writable)
    return { cdp, pid: child.pid!, address, dispose }
  } catch (error) {
    dispose()
    throw error
  }
}

/** Chromium heeds only the last --disable-features. */
function mergeFeatures(flags: string[]): string[] {
  const name = '--disable-features='
  const features = flags.filter((flag) => flag.startsWith(name)).map((flag) => flag.slice(name.length))
  return [...flags.filter((flag) => !flag.startsWith(name)), name + features.join(',')]
}

function killGroup(pid: number) {
  try {
    process.kill(-pid, 'SIGKILL')
  } catch {
    // Already gone.
  }
}

async function debuggerAddress(child: ChildProcess, portFile: string): Promise<string> {
  let words = ''
  child.stderr!.on('data', (chunk) => (words = (words + chunk).slice(-4000)))
  const spawnError = new Promise<never>((_, reject) => child.on('error', reject))
  const deadline = performance.now() + START_DEADLINE_MS
  for (;;) {
    const lines = existsSync(portFile) ? readFileSync(portFile, 'utf8').trim().split('\n') : []
    if (lines.length >= 2) return `ws://127.0.0.1:${lines[0]}${lines[1]}`
    if (child.exitCode !== null) throw new Error(`Chromium ended with ${child.exitCode}\n${words}`)
    if (performance.now() > deadline) throw new Error(`Chromium wrote no debugger port\n${words}`)
    await Promise.race([spawnError, new Promise((resolve) => setTimeout(resolve, 20))])
  }
}
