// What the pretended operating system looks like, and what the product did to it. Written by the stand-in, read and
// changed by tests. No part of the `electron` surface.
import type * as Electron from 'electron'

export interface RecordedCall {
  api: string
  args: unknown[]
}

function display(id: number, x: number, y: number, width: number, height: number, bar: number): Electron.Display {
  return {
    id,
    label: `Display ${id}`,
    bounds: { x, y, width, height },
    size: { width, height },
    workArea: { x, y: y + bar, width, height: height - bar },
    workAreaSize: { width, height: height - bar },
    scaleFactor: 1,
    rotation: 0,
    internal: id === 1,
    touchSupport: 'unavailable',
  } as Electron.Display
}

export const osState = {
  /** Every call that has no visible effect elsewhere, in order. */
  record: [] as RecordedCall[],
  trays: new Set<Electron.Tray>(),
  /** Notifications on screen, oldest first. */
  notifications: [] as Electron.Notification[],
  notificationsSupported: true,
  /** Set to make Notification.show() emit `failed` with these words. */
  notificationFailure: null as string | null,
  activationHandler: null as ((details: Electron.ActivationArguments) => void) | null,
  poppedUpMenu: null as Electron.Menu | null,
  /** Answers that the next dialogs get, first in first out. */
  dialogAnswers: [] as unknown[],
  displays: [display(1, 0, 0, 1920, 1080, 24)],
  cursor: { x: 10, y: 10 },
  idleSeconds: 0,
  locked: false,
  onBattery: false,
  darkColors: false,
  encryptionAvailable: true,
  mediaAccess: { microphone: 'granted', camera: 'granted', screen: 'granted' } as Record<string, string>,
  captureSources: null as Electron.DesktopCapturerSource[] | null,
  shortcuts: new Map<string, () => void>(),
  powerBlockers: new Map<number, string>(),
  clipboardText: '',
  /** What starts at login, and whether the person has switched that off in the system's own settings. */
  login: { openAtLogin: false, args: [] as string[], disabled: false, wasOpenedAtLogin: false },
  online: true,
}

export function note(api: string, ...args: unknown[]): void {
  osState.record.push({ api, args })
}

/** Gives a class methods that only note that they were called. */
export function notesOnly(owner: { prototype: object }, prefix: string, names: string[]): void {
  for (const name of names) {
    const value = function (...args: unknown[]) {
      note(`${prefix}.${name}`, ...args)
    }
    Object.defineProperty(owner.prototype, name, { value, writable: true, configurable: true })
  }
}
