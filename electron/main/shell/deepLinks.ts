// Links into the app: `parley://join/<code>` and `parley://call/<id>`. Anybody can put one on a page, so they only fill something in:
// nothing is joined, placed or answered before a press here. `parley://openid/<grant>` brings back a sign-in that was begun here, and is
// worth nothing otherwise (shared/client/openid.ts). Whatever is not exactly such a link is none.
import { app } from 'electron'
import type { Log } from '../log.ts'

const SCHEME = 'parley'
/** No link of ours is longer; and a command line may carry anything. */
const LINK_MAX = 200
/** Strict on purpose: no query, no fragment, no escapes, no second segment. A single slash at the end is what browsers add. */
const JOIN = /^parley:\/\/join\/([A-Za-z][A-Za-z-]{2,38}[A-Za-z])\/?$/
const CALL = /^parley:\/\/call\/([0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12})\/?$/i
const OPENID = /^parley:\/\/openid\/([\w-]{43})\/?$/

/** `code` of a meeting; `id` of a call that may still ring here, or of the person to call. */
export type DeepLink = { kind: 'join'; code: string } | { kind: 'call'; id: string } | { kind: 'openid'; grant: string }

export function parseDeepLink(text: string): DeepLink | null {
  if (text.length > LINK_MAX) return null
  const code = JOIN.exec(text)?.[1]
  if (code) return { kind: 'join', code: code.toLowerCase() }
  const grant = OPENID.exec(text)?.[1]
  if (grant) return { kind: 'openid', grant }
  const id = CALL.exec(text)?.[1]
  return id ? { kind: 'call', id: id.toLowerCase() } : null
}

/** The link on a command line; null when there is none, or more than one: an operating system hands over exactly one. */
export function linkIn(argv: readonly string[]): DeepLink | null {
  const given = argv.filter((argument) => /^parley:/i.test(argument))
  return given.length === 1 ? parseDeepLink(given[0]!) : null
}

/**
 * Takes links from wherever the system hands them over. Must be called before the app is ready: macOS tells of the link that started
 * it at once. What comes before `deliverTo` waits; only the last of them counts.
 */
export function receiveDeepLinks() {
  let waiting: DeepLink | null = null
  let deliver: ((link: DeepLink) => void) | null = null

  function take(link: DeepLink | null): void {
    if (!link) return
    if (deliver) deliver(link)
    else waiting = link
  }
  app.on('open-url', (event, address) => {
    event.preventDefault()
    take(parseDeepLink(address))
  })
  take(linkIn(process.argv.slice(1)))

  return {
    /** What a second instance was started with. True when it carried a link of ours. */
    fromCommandLine(argv: readonly string[]): boolean {
      const link = linkIn(argv)
      take(link)
      return link !== null
    },
    deliverTo(action: (link: DeepLink) => void): void {
      deliver = action
      if (waiting) action(waiting)
      waiting = null
    },
  }
}

/** Tells the system that such links are ours. From source it is not done: links would go to a bare Electron afterwards. */
export function claimDeepLinks(log: Log): void {
  if (!app.isPackaged || app.isDefaultProtocolClient(SCHEME)) return
  // `--` ends the switches: whatever a link contains, it is no option of ours or of Chromium's.
  const claimed =
    process.platform === 'win32'
      ? app.setAsDefaultProtocolClient(SCHEME, process.execPath, ['--'])
      : app.setAsDefaultProtocolClient(SCHEME)
  if (!claimed) log.warn('the system does not let Parley open parley: links')
}
