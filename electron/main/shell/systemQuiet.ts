// The system's own "do not disturb", where it can be read: GNOME keeps it as a setting. Windows and macOS tell nobody; they hold back
// notifications by themselves.
import { execFile, spawn, type ChildProcess } from 'node:child_process'
import type { SystemQuiet } from '../ringing/quiet.ts'

const SCHEMA = ['org.gnome.desktop.notifications', 'show-banners']
const DEADLINE_MS = 2_000

export function followSystemQuiet(env: NodeJS.ProcessEnv): SystemQuiet & { stop(): void } {
  const listeners = new Set<() => void>()
  let on = false
  let monitor: ChildProcess | null = null
  let stopped = false

  function take(text: string): void {
    const [, banners] = /\b(true|false)\b\s*$/.exec(text) ?? []
    if (banners === undefined || (banners === 'false') === on) return
    on = banners === 'false'
    for (const listener of listeners) listener()
  }
  if (process.platform === 'linux' && /GNOME|Unity/i.test(env.XDG_CURRENT_DESKTOP ?? ''))
    execFile('gsettings', ['get', ...SCHEMA], { timeout: DEADLINE_MS }, (error, stdout) => {
      if (error || stopped) return
      take(stdout)
      monitor = spawn('gsettings', ['monitor', ...SCHEMA], { stdio: ['ignore', 'pipe', 'ignore'] })
      monitor.on('error', () => {})
      monitor.stdout?.setEncoding('utf8').on('data', take)
    })

  return {
    get on() {
      return on
    },
    subscribe(listener) {
      listeners.add(listener)
      return () => void listeners.delete(listener)
    },
    stop() {
      stopped = true
      monitor?.kill()
    },
  }
}
