// Signing in through the system's browser: main keeps the secret, opens the provider's page, and finishes what a link brings back.
import { createHash, randomBytes } from 'node:crypto'
import { shell } from 'electron'
import { createOpenIdSignIn, type OpenIdSignIn } from '../../shared/client/openid.ts'
import type { Session } from '../../shared/client/session.ts'
import type { Device } from '../../shared/protocol/things.ts'
import type { Timers } from '../../shared/time.ts'
import type { Log } from './log.ts'

export type DesktopOpenId = OpenIdSignIn & { subscribe(listener: () => void): void }

export function openOpenId(options: { session: Session; device: Device; timers: Timers; log: Log }): DesktopOpenId {
  const { session, device, timers, log } = options
  const listeners = new Set<() => void>()
  const signIn = createOpenIdSignIn({
    account: session.account,
    way: 'desktop',
    device,
    timers,
    createVerifier: () => randomBytes(32).toString('base64url'),
    hash: async (text) => createHash('sha256').update(text).digest('base64url'),
    async open(url) {
      log.info('opening the browser to sign in')
      try {
        await shell.openExternal(new URL(url).href)
        return true
      } catch (error) {
        log.warn(`could not open the browser: ${String(error)}`)
        return false
      }
    },
    signedIn: session.signedIn,
    onChange: () => listeners.forEach((listener) => listener()),
  })
  // Signed in another way, one waits for this one no longer; what was refused is told once.
  let user = session.state.user
  session.subscribe((state) => {
    if (state.user !== null && user === null) signIn.cancel()
    user = state.user
  })
  return Object.assign(signIn, { subscribe: (listener: () => void) => void listeners.add(listener) })
}
