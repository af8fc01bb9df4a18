// Signing in through a provider in a browser: this very tab goes there and comes back. What only it knows waits in the tab's storage.
import { createOpenIdSignIn, type OpenIdAttempt, type OpenIdSignIn } from '../../shared/client/openid.ts'
import type { Session } from '../../shared/client/session.ts'
import type { Device } from '../../shared/protocol/things.ts'
import type { Timers } from '../../shared/time.ts'

const ATTEMPT_KEY = 'parley.openid'
/** As `server/http/openidRoutes.ts` sends a browser back. */
const BROUGHT_BACK = /^#openid=([\w-]{43}|expired)$/

type Kept = OpenIdAttempt & { page: string }

/** Takes what the provider's answer brought out of the address, before anything else looks at it. */
export function takeUpOpenId(): string | null {
  const brought = BROUGHT_BACK.exec(location.hash)?.[1] ?? null
  // Back where it began, which may have been the link of a meeting.
  if (brought !== null) history.replaceState(null, '', load()?.page ?? '/')
  return brought
}

export function createWebOpenId(options: {
  session: Session
  device: Device
  timers: Timers
  onChange(): void
}): OpenIdSignIn {
  const { session, device, timers, onChange } = options
  return createOpenIdSignIn({
    account: session.account,
    way: 'web',
    device,
    timers,
    createVerifier: () => base64url(crypto.getRandomValues(new Uint8Array(32))),
    async hash(text) {
      if (!isSecureContext) return null
      return base64url(new Uint8Array(await crypto.subtle.digest('SHA-256', new TextEncoder().encode(text))))
    },
    async open(url) {
      location.assign(url)
      return true
    },
    keep: {
      load,
      save(attempt) {
        const page = location.pathname + location.search + location.hash
        sessionStorage.setItem(ATTEMPT_KEY, JSON.stringify({ ...attempt, page } satisfies Kept))
      },
      clear: () => sessionStorage.removeItem(ATTEMPT_KEY),
    },
    signedIn: session.signedIn,
    onChange,
  })
}

function load(): Kept | null {
  try {
    return JSON.parse(sessionStorage.getItem(ATTEMPT_KEY) ?? 'null') as Kept | null
  } catch {
    return null
  }
}

const base64url = (bytes: Uint8Array): string =>
  btoa(String.fromCharCode(...bytes))
    .replace(/\+/g, '-')
    .replace(/\//g, '_')
    .replace(/=+$/, '')
