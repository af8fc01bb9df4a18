// When Parley updates itself: it looks, fetches in the background, and then waits for its person or for the app to quit. Nothing of it
// starts during a meeting or while something rings, and a download that is under way is given up when a meeting or a ring comes.
import { failure, success, type Result } from '../../../shared/protocol/result.ts'
import type { Timers } from '../../../shared/time.ts'
import type { Log } from '../log.ts'
import type { Found, Updater } from './updater.ts'

/** Starting belongs to the person who starts. */
export const FIRST_LOOK_MS = 10_000
const LOOK_AGAIN_MS = 4 * 60 * 60_000
/** A ring that ends by time alone tells nobody; so a postponed look also looks at the clock. */
const POSTPONED_MS = 60_000

export type Updates = ReturnType<typeof createUpdates>

export function createUpdates(options: {
  /** Null when this build looks for no updates. Called when it is first needed, and once. */
  open(): Promise<Updater | null>
  /** True during a meeting, while something rings, and while an answer is on its way. */
  busy(): boolean
  /** Tells of whatever may change `busy`. */
  subscribe(listener: () => void): () => void
  /** Right before the app is replaced, and when that has failed after all. */
  beforeInstall(): void
  installFailed(): void
  timers: Timers
  log: Log
}) {
  const { timers, log } = options
  const listeners = new Set<() => void>()
  let updater: Updater | null = null
  let ready: Found | null = null
  let postponed = false
  let working: AbortController | null = null
  let stopped = false
  let callOff = timers.after(FIRST_LOOK_MS, look)
  const unsubscribe = options.subscribe(follow)

  function lookAfter(ms: number): void {
    callOff()
    callOff = timers.after(ms, look)
  }

  function look(): void {
    if (working) return
    if (options.busy()) return postpone()
    postponed = false
    const current = new AbortController()
    working = current
    void lookNow(current.signal)
      .catch((error: unknown) => {
        if (!current.signal.aborted) log.warn(`updates: ${String(error)}`)
      })
      .finally(() => {
        working = null
        if (current.signal.aborted && !stopped) postpone()
      })
  }

  async function lookNow(signal: AbortSignal): Promise<void> {
    updater ??= await options.open()
    if (!updater) return
    lookAfter(LOOK_AGAIN_MS)
    const found = await updater.check()
    if (!found || found.version === ready?.version || signal.aborted) return
    log.info(`updates: fetching ${found.version}`)
    await updater.download(signal)
    log.info(`updates: ${found.version} is ready`)
    ready = found
    updater.installOnQuit(!options.busy())
    for (const listener of listeners) listener()
  }

  function postpone(): void {
    if (!postponed) log.info('updates: postponed, a meeting or a ring is on')
    postponed = true
    lookAfter(POSTPONED_MS)
  }

  function follow(): void {
    const busy = options.busy()
    if (ready) updater?.installOnQuit(!busy)
    if (busy) working?.abort()
    else if (postponed && !working) look()
  }

  return {
    /** The version that waits to be installed. */
    get ready(): Found | null {
      return ready
    },
    subscribe(listener: () => void): () => void {
      listeners.add(listener)
      return () => void listeners.delete(listener)
    },
    /** By a gesture. `unavailable`: nothing waits. `notAllowed`: a meeting or a ring is on. */
    install(): Result<object> {
      if (!ready || !updater) return failure('unavailable', 'No update is ready.')
      if (options.busy()) return failure('notAllowed', 'Parley does not update during a meeting or while it rings.')
      log.info(`updates: installing ${ready.version}`)
      options.beforeInstall()
      try {
        updater.install()
        return success({})
      } catch (error) {
        options.installFailed()
        log.error(`updates: could not install ${ready.version}: ${String(error)}`)
        return failure('unavailable', 'The update could not be installed.')
      }
    },
    stop(): void {
      stopped = true
      callOff()
      unsubscribe()
      working?.abort()
    },
  }
}
