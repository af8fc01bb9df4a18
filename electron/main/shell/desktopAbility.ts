// What the desktop around the app can do, where that differs from system to system: a tray, and windows that choose their own place.
import { execFile } from 'node:child_process'

type Environment = Readonly<Record<string, string | undefined>>

const WATCHER = 'org.kde.StatusNotifierWatcher'
const BUS = ['--session', '--dest', 'org.freedesktop.DBus', '--object-path', '/org/freedesktop/DBus']
const DEADLINE_MS = 2_000

/** Whether anybody shows tray icons: always on Windows and macOS; on Linux whoever owns the watcher's name on the session bus. */
function lookForTray(platform: string, env: Environment): Promise<boolean> {
  if (platform !== 'linux') return Promise.resolve(true)
  const question = ['call', ...BUS, '--method', 'org.freedesktop.DBus.NameHasOwner', WATCHER]
  return new Promise((resolve) => {
    execFile('gdbus', question, { timeout: DEADLINE_MS }, (error, stdout) => {
      // Nobody to ask: only of GNOME it is known that it shows none by itself.
      if (error) return resolve(!/GNOME/i.test(env.XDG_CURRENT_DESKTOP ?? ''))
      resolve(stdout.includes('true'))
    })
  })
}

/** The tray as last seen. It may come and go with an extension of the desktop, so it is looked for again at each occasion. */
export function createTrayPresence(platform: string, env: Environment) {
  let seen = true
  async function look(): Promise<boolean> {
    seen = await lookForTray(platform, env)
    return seen
  }
  return {
    get seen(): boolean {
      return seen
    },
    look,
  }
}
export type TrayPresence = ReturnType<typeof createTrayPresence>

/** False under Wayland: there a window can neither choose its place nor stay above the others, and would come up in the way. */
export function placesWindows(platform: string, env: Environment, ozonePlatform: string): boolean {
  if (platform !== 'linux' || ozonePlatform === 'x11') return true
  return ozonePlatform !== 'wayland' && env.XDG_SESSION_TYPE !== 'wayland'
}
