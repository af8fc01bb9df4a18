// Time zones by Intl alone: what a clock on the wall shows, and which moment it means. Pure. Days are `2026-11-30`, hours `09:30`.

export type Wall = { day: string; hour: string }

const MINUTE_MS = 60_000
const DAY_MS = 24 * 60 * MINUTE_MS

const formats = new Map<string, Intl.DateTimeFormat>()

/** Making one is a hundred times as dear as using it. */
function formatOf(zone: string): Intl.DateTimeFormat {
  const known = formats.get(zone)
  if (known) return known
  const numeric = { year: 'numeric', month: 'numeric', day: 'numeric', hour: 'numeric', minute: 'numeric' } as const
  const format = new Intl.DateTimeFormat('en-US', { timeZone: zone, hourCycle: 'h23', calendar: 'gregory', ...numeric })
  formats.set(zone, format)
  return format
}

/** Whether this machine knows a zone of this name. Offsets like `+02:00` know no daylight saving and are none. */
export function isZone(name: string): boolean {
  if (!/^[A-Za-z][\w+/-]*$/.test(name)) return false
  try {
    return formatOf(name) !== undefined
  } catch {
    return false
  }
}

/** What a clock in the zone shows, as if it were UTC: ms since the epoch, whole minutes. */
function shownAt(zone: string, at: number): number {
  const parts: Partial<Record<Intl.DateTimeFormatPartTypes, number>> = {}
  for (const { type, value } of formatOf(zone).formatToParts(at)) parts[type] = Number(value)
  const { year = 0, month = 1, day = 1, hour = 0, minute = 0 } = parts
  return Date.UTC(year, month - 1, day, hour, minute)
}

/** How far the zone's clocks are ahead of UTC at this moment, in ms. */
export const offsetAt = (zone: string, at: number): number => {
  const minute = Math.floor(at / MINUTE_MS) * MINUTE_MS
  return shownAt(zone, minute) - minute
}

export function wallOf(zone: string, at: number): Wall {
  const shown = new Date(shownAt(zone, at)).toISOString()
  return { day: shown.slice(0, 10), hour: shown.slice(11, 16) }
}

/**
 * The moment at which a clock in the zone shows this. Shown twice (clocks go back): the first time. Never shown (clocks go
 * forward): as much later as the clocks skip, so that half past two becomes half past three.
 */
export function momentOf(zone: string, { day, hour }: Wall): number {
  const shown = Date.parse(`${day}T${hour}:00Z`)
  const before = offsetAt(zone, shown - DAY_MS)
  const moments = [shown - before, shown - offsetAt(zone, shown + DAY_MS)].filter((at) => shownAt(zone, at) === shown)
  return moments.length ? Math.min(...moments) : shown - before
}

/** The moments after `from`, until `to`, at which the zone's offset changes, in order. */
export function offsetChanges(zone: string, from: number, to: number): number[] {
  const changes: number[] = []
  for (let start = from; start < to; start += DAY_MS) {
    let [low, high] = [Math.floor(start / MINUTE_MS), Math.ceil(Math.min(start + DAY_MS, to) / MINUTE_MS)]
    const was = offsetAt(zone, low * MINUTE_MS)
    if (was === offsetAt(zone, high * MINUTE_MS)) continue
    while (high - low > 1) {
      const middle = Math.floor((low + high) / 2)
      if (offsetAt(zone, middle * MINUTE_MS) === was) low = middle
      else high = middle
    }
    changes.push(high * MINUTE_MS)
  }
  return changes
}

/** 1 is Monday, 7 is Sunday. */
export const weekdayOf = (day: string): number => new Date(`${day}T00:00Z`).getUTCDay() || 7

export const daysLater = (day: string, days: number): string =>
  new Date(Date.parse(`${day}T00:00Z`) + days * DAY_MS).toISOString().slice(0, 10)
