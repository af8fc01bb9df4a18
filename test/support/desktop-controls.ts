// What a test can do to the tray and the notifications of a running app, from inside its main process. The stand-in
// offers it, and electron-recorder.cjs offers the same on a real Electron. Reached by CONTROLS on globalThis.
export const CONTROLS = 'parley.desktop.controls'

export interface ShownNotification {
  title: string
  body: string
  /** Words of the buttons. */
  actions: string[]
  hasReply: boolean
}

export interface ShownTray {
  toolTip: string
  /** The icon as a data URL. */
  image: string
}

export interface DesktopControls {
  /** The last tray made; null when there is none. */
  tray(): ShownTray | null
  /** Visible entries; one in a submenu as "Status > Available". Separators are left out. */
  trayMenu(): string[]
  /** Throws when there is no such entry, or it cannot be pressed. */
  pressTray(label: string): void
  clickTray(): void
  /** Oldest first. */
  notifications(): ShownNotification[]
  /** Each takes the newest notification, or the newest with that title, and throws when there is none. */
  notificationAction(label: string, title?: string): void
  clickNotification(title?: string): void
  replyToNotification(reply: string, title?: string): void
  dismissNotification(title?: string): void
}
