// The simulated time: nothing happens but what was scheduled, in order; between two happenings all promises settle.
import type { Timers } from '../../shared/time.ts'

type Happening = { at: number; order: number; action: () => void | Promise<void>; off: boolean }

export interface Clock {
  now(): number
  at(time: number, action: () => void | Promise<void>): () => void
  after(ms: number, action: () => void | Promise<void>): () => void
  /** Runs everything due up to `time`, then stands there. */
  runUntil(time: number): Promise<void>
}

/**
 * Every promise that can go on without new input has done so when this resolves: no part of a simulation waits for anything real.
 * Node takes the next tick only when no promise has anything left to do, and a tick is far cheaper than a turn of its event loop.
 */
export const settled = (): Promise<void> => new Promise((resolve) => void process.nextTick(resolve))

/** One turn of the real event loop, for what does happen outside: work that nobody waits for ends and is forgotten. */
export const eventLoopTurn = (): Promise<void> => new Promise((resolve) => void setImmediate(resolve))

export function createClock(startAt: number): Clock {
  const heap: Happening[] = []
  let now = startAt
  let count = 0
  const before = (one: Happening, other: Happening) =>
    one.at < other.at || (one.at === other.at && one.order < other.order)

  function push(item: Happening) {
    let place = heap.push(item) - 1
    while (place > 0) {
      const parent = (place - 1) >> 1
      if (before(heap[parent]!, item)) break
      heap[place] = heap[parent]!
      place = parent
    }
    heap[place] = item
  }

  function pop(): Happening {
    const first = heap[0]!
    const item = heap.pop()!
    if (heap.length === 0) return first
    let place = 0
    for (;;) {
      let child = 2 * place + 1
      if (child >= heap.length) break
      if (child + 1 < heap.length && before(heap[child + 1]!, heap[child]!)) child++
      if (before(item, heap[child]!)) break
      heap[place] = heap[child]!
      place = child
    }
    heap[place] = item
    return first
  }

  const clock: Clock = {
    now: () => now,
    at(time, action) {
      const item = { at: Math.max(now, time), order: count++, action, off: false }
      push(item)
      return () => void (item.off = true)
    },
    after: (ms, action) => clock.at(now + Math.max(0, ms), action),
    async runUntil(time) {
      // What was begun outside of a happening as well.
      await settled()
      while (heap.length > 0 && heap[0]!.at <= time) {
        const item = pop()
        if (item.off) continue
        now = item.at
        await item.action()
        await settled()
      }
      now = Math.max(now, time)
    },
  }
  return clock
}

export type MachineTimers = Timers & {
  /** The process has died: none of its timers fires any more. */
  kill(): void
}

/** One process's view of the time: its clock is off by `skewMs`, and its timers may fire late. */
export function createMachineTimers(clock: Clock, skewMs: number, lateness: () => number = () => 0): MachineTimers {
  let alive = true
  return {
    now: () => Math.round(clock.now() + skewMs),
    after: (ms, action) => clock.after(ms + lateness(), () => (alive ? action() : undefined)),
    kill: () => void (alive = false),
  }
}
