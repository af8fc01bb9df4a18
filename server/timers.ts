// The machine's clock and timers. No other file of the server asks for the time.
import type { Timers } from '../shared/time.ts'

/** setTimeout cannot wait longer; a longer wait ends early, and whoever waits looks again. */
const LONGEST_WAIT_MS = 2 ** 31 - 1

export const systemTimers: Timers = {
  now: () => Date.now(),
  after(ms, action) {
    const timer = setTimeout(action, Math.min(Math.max(0, ms), LONGEST_WAIT_MS))
    return () => clearTimeout(timer)
  },
}
