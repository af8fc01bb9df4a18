// What pages may not do. Everything is denied unless a line here allows it; certificate errors stay errors, since nobody handles them.
import { app, shell, systemPreferences, type Session, type WebContents } from 'electron'
import type { Log } from '../log.ts'
import type { WindowRole } from '../ipcDoor.ts'
import { guardDownloads } from './downloads.ts'
import { APP_ORIGIN } from './protocol.ts'

export type SecurityOptions = {
  session: Session
  roleOf(contents: WebContents): WindowRole | null
  /** True while this device has a seat, or its person looks at the preview in the settings: only then may anything be captured. */
  mayCapture(): boolean
  /** True while this device has a seat: there, and nowhere else, a screen may be shared. */
  mayShare(): boolean
  log: Log
}

export function guardPages(options: SecurityOptions): void {
  app.on('web-contents-created', (_event, contents) => guardContents(contents, options.log))
  guardPermissions(options)
  guardDownloads({ ...options, origin: APP_ORIGIN })
}

function guardContents(contents: WebContents, log: Log): void {
  const deny = (what: string) => (event: { preventDefault(): void }) => {
    log.warn(`denied ${what}`)
    event.preventDefault()
  }
  contents.on('will-navigate', deny('navigation'))
  contents.on('will-frame-navigate', deny('navigation of a frame'))
  contents.on('will-redirect', deny('redirect'))
  contents.on('will-attach-webview', deny('web view'))
  contents.setWindowOpenHandler(({ url }) => {
    const address = outsideAddress(url)
    if (address)
      shell.openExternal(address).catch((error: unknown) => log.warn(`could not open a link: ${String(error)}`))
    else log.warn('denied a window')
    return { action: 'deny' }
  })
}

/** The address as parsed when the system's browser or mail program may open it, else null. Links in the chat may be plain http. */
function outsideAddress(url: string): string | null {
  if (!URL.canParse(url)) return null
  const { protocol, username, password, href } = new URL(url)
  // A name before the @ makes a link look like another place.
  if (username || password) return null
  return protocol === 'https:' || protocol === 'http:' || protocol === 'mailto:' ? href : null
}

/** Permissions of the main window at any time. */
const ALWAYS: ReadonlySet<string> = new Set(['clipboard-sanitized-write', 'fullscreen', 'speaker-selection'])
/** The pop-up rings on the device that was chosen for it. */
const POPUP: ReadonlySet<string> = new Set(['speaker-selection'])
/** Permissions of the main window while seated: capture, and media to a server in the local network. */
const NETWORK = ['local-network-access', 'local-network', 'loopback-network']
const SEATED: ReadonlySet<string> = new Set(['media', ...NETWORK])
/** What comes with the wish to share; `screenPicker.ts` asks the person. */
const SHARING = 'display-capture'
/** The mini window gets its picture from the main one over this machine's own network. */
const MINI: ReadonlySet<string> = new Set(NETWORK)

function guardPermissions({ session, roleOf, mayCapture, mayShare, log }: SecurityOptions): void {
  const allowed = (
    contents: WebContents | null,
    permission: string,
    details: { isMainFrame: boolean },
    address: string,
  ) => {
    const ours = address === APP_ORIGIN || address.startsWith(`${APP_ORIGIN}/`)
    const role = contents && ours && details.isMainFrame ? roleOf(contents) : null
    if (role === 'popup') return POPUP.has(permission)
    if (role === 'mini') return MINI.has(permission) && mayCapture()
    if (permission === SHARING) return role === 'main' && mayShare()
    return role === 'main' && (ALWAYS.has(permission) || (SEATED.has(permission) && mayCapture()))
  }
  /** Once the person has used a device here, its name may be read, so that the settings can name it; opening it is asked for anew. */
  let used = false
  session.setPermissionCheckHandler((contents, permission, origin, details) => {
    if (allowed(contents, permission, details, origin)) return true
    return used && permission === 'media' && allowed(contents, 'fullscreen', details, origin)
  })
  session.setPermissionRequestHandler((contents, permission, callback, details) => {
    const granted = allowed(contents, permission, details, details.requestingUrl)
    if (!granted) log.warn(`denied permission ${permission}`)
    if (!granted || permission !== 'media') return callback(granted)
    used = true
    void askSystem('mediaTypes' in details ? (details.mediaTypes ?? []) : []).then(callback)
  })
  session.setDevicePermissionHandler(() => false)
}

/** macOS keeps its own list of who may use the camera and the microphone. */
async function askSystem(kinds: readonly string[]): Promise<boolean> {
  if (process.platform !== 'darwin') return true
  const devices = kinds.map((kind) => (kind === 'video' ? 'camera' : 'microphone') as 'camera' | 'microphone')
  const answers = await Promise.all(devices.map((device) => systemPreferences.askForMediaAccess(device)))
  return answers.every(Boolean)
}
