// A clock that moves only when a test says so; what is due runs in order of its time.
import type { Timers } from '../../shared/time.ts'

export type ManualTimers = Timers & {
  /** Moves on by `ms`, running everything that falls due, also what that schedules in turn; promises settle in between. */
  advance(ms: number): Promise<void>
  /** How many timers wait: a stopped thing must leave none. */
  waiting(): number
}

/** `done`: resolves when what a timer has set going is over, so that nothing of it happens at a later time than it would have. */
export function createManualTimers(startAt = 1_800_000_000_000, done?: () => Promise<unknown>): ManualTimers {
  let now = startAt
  let order = 0
  const due = new Map<number, { at: number; action: () => void }>()
  const settle = async () => {
    for (let turn = 0; turn < 10; turn++) await Promise.resolve()
  }
  const next = (until: number) =>
    [...due].filter(([, timer]) => timer.at <= until).sort(([a, one], [b, other]) => one.at - other.at || a - b)[0]
  return {
    now: () => now,
    after(ms, action) {
      const id = order++
      due.set(id, { at: now + ms, action })
      return () => void due.delete(id)
    },
    async advance(ms) {
      const until = now + ms
      await settle()
      for (let timer = next(until); timer; timer = next(until)) {
        due.delete(timer[0])
        now = timer[1].at
        timer[1].action()
        await settle()
        await done?.()
      }
      now = until
    },
    waiting: () => due.size,
  }
}
