// Starting with the computer, hidden. The system has the last word: what was taken out in its own settings is off here too.
import { existsSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { app } from 'electron'
import { HIDDEN } from '../commandLine.ts'
import type { Log } from '../log.ts'
import { writeWhole } from './jsonFile.ts'
import type { SettingsFile } from './settingsFile.ts'

type Entry = { read(): boolean; write(on: boolean): void }

/** Windows and macOS keep a list; macOS passes no arguments and tells afterwards (`openedAtLogin`). */
const systemEntry: Entry = {
  read() {
    const { openAtLogin, executableWillLaunchAtLogin } = app.getLoginItemSettings({ args: [HIDDEN] })
    return process.platform === 'win32' ? openAtLogin && executableWillLaunchAtLogin : openAtLogin
  },
  write: (on) => app.setLoginItemSettings({ openAtLogin: on, args: [HIDDEN] }),
}

/** @param folder the user's configuration folder (`$XDG_CONFIG_HOME`) */
function autostartEntry(folder: string, program: string): Entry {
  const path = join(folder, 'autostart', 'app.parley.desktop.desktop')
  return {
    // Desktops switch an entry off without removing it.
    read: () =>
      existsSync(path) && !/^(Hidden=true|X-GNOME-Autostart-enabled=false)\s*$/im.test(readFileSync(path, 'utf8')),
    write(on) {
      if (!on) return rmSync(path, { force: true })
      const lines = ['Type=Application', 'Name=Parley', `Exec=${quoted(program)} ${HIDDEN}`, 'Icon=parley']
      writeWhole(path, ['[Desktop Entry]', ...lines, 'Terminal=false', 'X-GNOME-Autostart-enabled=true', ''].join('\n'))
    },
  }
}

/** As the Desktop Entry Specification quotes an argument of Exec; the value itself is a string in which backslashes are doubled again. */
const quoted = (program: string): string =>
  `"${program
    .replace(/["`$\\]/g, '\\$&')
    .replaceAll('\\', '\\\\')
    .replaceAll('%', '%%')}"`

/** True when macOS has started the app at login; elsewhere the command line says so. */
export const openedAtLogin = (): boolean =>
  process.platform === 'darwin' && app.isPackaged && app.getLoginItemSettings().wasOpenedAtLogin

/** False from source: an entry would start a bare Electron. */
export const canStartAtLogin = (): boolean => app.isPackaged

export function followLoginItem(settings: SettingsFile, log: Log): void {
  if (!canStartAtLogin()) return
  const entry =
    process.platform === 'linux'
      ? autostartEntry(app.getPath('appData'), process.env.APPIMAGE ?? process.execPath)
      : systemEntry
  const attempt = (action: () => boolean, otherwise: boolean) => {
    try {
      return action()
    } catch (error) {
      log.warn(`start at login: ${String(error)}`)
      return otherwise
    }
  }
  const set = (on: boolean) =>
    attempt(() => {
      entry.write(on)
      return on
    }, !on)

  let current = attempt(entry.read, settings.value.startAtLogin)
  if (current !== settings.value.startAtLogin) settings.change({ startAtLogin: current })
  // Written again: after an update the program may lie elsewhere.
  else if (current) set(true)
  settings.subscribe(({ startAtLogin }) => {
    if (startAtLogin === current) return
    current = set(startAtLogin)
    if (current !== startAtLogin) settings.change({ startAtLogin: current })
  })
}
