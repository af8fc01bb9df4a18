// This machine's clock and timers: the one place in this process that reads them.
import type { Timers } from '../../shared/time.ts'

export const realTimers: Timers = {
  now: () => Date.now(),
  after(ms, action) {
    const timer = setTimeout(action, ms)
    return () => clearTimeout(timer)
  },
}
