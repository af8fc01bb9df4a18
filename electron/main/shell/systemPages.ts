// The system's own settings pages that a refused device leads to, by fixed addresses: a page chooses which, never where to.
import { shell, systemPreferences } from 'electron'
import type { DesktopFacts, SystemPage } from '../../../shared/host.ts'
import type { Log } from '../log.ts'

const PRIVACY = 'x-apple.systempreferences:com.apple.preference.security?'
const ADDRESSES: Partial<Record<string, Readonly<Record<SystemPage, string>>>> = {
  darwin: {
    microphone: `${PRIVACY}Privacy_Microphone`,
    camera: `${PRIVACY}Privacy_Camera`,
    screen: `${PRIVACY}Privacy_ScreenCapture`,
    notifications: 'x-apple.systempreferences:com.apple.preference.notifications',
  },
  // Windows asks nobody about the screen.
  win32: {
    microphone: 'ms-settings:privacy-microphone',
    camera: 'ms-settings:privacy-webcam',
    screen: 'ms-settings:privacy',
    notifications: 'ms-settings:notifications',
  },
}

/** Linux has no such page, and no such list: there it is the device's own trouble. */
export const hasSystemPages = (): boolean => ADDRESSES[process.platform] !== undefined

export async function openSystemPage(page: SystemPage, log: Log): Promise<void> {
  const address = ADDRESSES[process.platform]?.[page]
  if (address === undefined) return
  log.info(`opening the system's settings for ${page}`)
  await shell.openExternal(address).catch((error: unknown) => log.warn(`system settings: ${String(error)}`))
}

/** What the system lets this app use; `unknown` where it keeps no list. */
export function mediaAccess(): DesktopFacts['mediaAccess'] {
  if (!hasSystemPages()) return { microphone: 'unknown', camera: 'unknown', screen: 'unknown' }
  const of = (kind: 'microphone' | 'camera' | 'screen') => systemPreferences.getMediaAccessStatus(kind)
  return { microphone: of('microphone'), camera: of('camera'), screen: of('screen') }
}
