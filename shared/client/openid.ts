// Signing in with OpenID Connect as a device does it: begin, send a browser away, and finish what it brings back. A grant that this device
// has not asked for is never used: whoever sent it would have this device signed in as somebody else.
import type { OpenIdState } from '../host.ts'
import type { OpenIdProblem } from '../protocol/openid.ts'
import { failure, success, type ErrorCode, type Failure, type Result } from '../protocol/result.ts'
import type { SignInOutput } from '../protocol/session.ts'
import type { Device } from '../protocol/things.ts'
import type { Timers } from '../time.ts'
import type { AccountClient } from './account.ts'

/** What was begun. The verifier is a secret of this device. */
export type OpenIdAttempt = { server: string; verifier: string; endsAt: number }

export type OpenIdOptions = {
  account: Pick<AccountClient, 'startOpenId' | 'finishOpenId' | 'signOut'>
  way: 'web' | 'desktop'
  device: Device
  timers: Timers
  /** 32 random bytes in base64url. */
  createVerifier(): string
  /** SHA-256 in base64url; null where a page may not compute one, since it came unencrypted. */
  hash(text: string): Promise<string | null>
  /** Sends the person's browser there; false when that failed. Called with what `isSignInAddress` allows only. */
  open(url: string): Promise<boolean>
  /** A page that goes away keeps its attempt here. */
  keep?: { load(): OpenIdAttempt | null; save(attempt: OpenIdAttempt): void; clear(): void } | undefined
  signedIn(server: string, output: SignInOutput): void
  onChange(): void
}

export type OpenIdSignIn = ReturnType<typeof createOpenIdSignIn>

export function createOpenIdSignIn(options: OpenIdOptions) {
  const { account, timers, keep } = options
  let state: OpenIdState = null
  let attempt = keep?.load() ?? null
  let url: string | null = null
  let lastGrant: string | null = null
  let stopTimer = () => {}

  const update = (next: OpenIdState) => {
    state = next
    options.onChange()
  }
  const signOutInput = ({ tokens }: SignInOutput) => ({
    refreshToken: tokens.refreshToken,
    deviceId: options.device.id,
  })
  function forget(): void {
    stopTimer()
    attempt = null
    url = null
    keep?.clear()
  }
  function refuse({ error }: Failure): Failure {
    forget()
    update({ status: 'refused', error })
    return { ok: false, error }
  }

  async function openBrowser(): Promise<Result<object>> {
    const asked = url
    if (asked === null) return success({})
    const opened = isSignInAddress(asked) && (await options.open(asked))
    return opened || asked !== url ? success({}) : refuse(problem('browser'))
  }

  return {
    get state() {
      return state
    },
    async start(server: string): Promise<Result<object>> {
      forget()
      const verifier = options.createVerifier()
      const mine: OpenIdAttempt = { server, verifier, endsAt: Infinity }
      attempt = mine
      update({ status: 'starting' })
      const verifierHash = await options.hash(verifier)
      if (verifierHash === null) return refuse(problem('elsewhere'))
      const started = await account.startOpenId(server, { way: options.way, verifierHash })
      // Cancelled, or begun anew, meanwhile.
      if (attempt !== mine) return success({})
      if (!started.ok) return refuse(started)
      const { expiresInMs } = started.value
      mine.endsAt = timers.now() + expiresInMs
      url = started.value.url
      keep?.save(mine)
      stopTimer = timers.after(expiresInMs, () => refuse(problem('expired')))
      update({ status: 'waiting', error: null })
      return openBrowser()
    },
    openAgain: openBrowser,
    /** Also puts away what was told. */
    cancel(): void {
      if (attempt === null && state === null) return
      forget()
      update(null)
    },
    /** What a browser brought. It may come twice: by itself, and by a press on the page it came from. */
    async receive(grant: string): Promise<void> {
      if (grant === lastGrant) return
      lastGrant = grant
      const mine = attempt
      if (mine === null || mine.endsAt <= timers.now()) return void refuse(problem('unasked'))
      const before = state
      update({ status: 'finishing' })
      const { server, verifier } = mine
      const finished = await account.finishOpenId(server, { grant, verifier, device: options.device })
      if (attempt !== mine) {
        // Nobody wants this session any more.
        if (finished.ok) void account.signOut(server, signOutInput(finished.value))
        return
      }
      if (finished.ok) {
        forget()
        update(null)
        return options.signedIn(server, finished.value)
      }
      // Perhaps somebody else's: what was begun here can still come back.
      const others = finished.error.field === 'openid.expired' && before?.status === 'waiting'
      if (others) update({ status: 'waiting', error: finished.error })
      else refuse(finished)
    },
    /** The browser came back with nothing that the server knows. */
    cameBackLate(): void {
      refuse(problem('expired'))
    },
  }
}

const PROBLEMS = {
  elsewhere: ['notAllowed', 'Signing in this way takes an encrypted page. Open Parley at its https address.'],
  browser: ['unavailable', 'Your browser could not be opened.'],
  expired: ['unauthenticated', 'This sign-in is no longer valid. Start it again.'],
  unasked: ['notAllowed', 'A sign-in came that was not begun here. It was not used.'],
} as const satisfies Partial<Record<OpenIdProblem, readonly [ErrorCode, string]>>
function problem(kind: keyof typeof PROBLEMS): Failure {
  const [code, words] = PROBLEMS[kind]
  return failure(code, words, { field: `openid.${kind}` })
}

/** Encrypted, or on this very machine; nobody's name before an @, which makes an address look like another. */
export const isSignInAddress = (url: string): boolean =>
  /^(?:https:\/\/[^\s/?#@\\]+|http:\/\/(?:localhost|127(?:\.\d{1,3}){3}|\[::1\])(?::\d+)?)(?:[/?#][^\s\\]*)?$/i.test(
    url,
  )
