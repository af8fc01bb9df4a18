// Do not disturb by the clock: from–to on chosen days, in the local time of the device it is set on. Pure.
import { z } from 'zod'

const MINUTES_A_DAY = 24 * 60
const MINUTE_MS = 60_000
const minuteSchema = z
  .number()
  .int()
  .min(0)
  .max(MINUTES_A_DAY - 1)

export const quietHoursSchema = z.object({
  on: z.boolean(),
  /** Minutes since midnight. `to` not after `from` is on the next day; equal to it, a whole day. */
  from: minuteSchema,
  to: minuteSchema,
  /** The days it begins on, 0 is Sunday. */
  days: z.array(z.number().int().min(0).max(6)).max(7),
})
export type QuietHours = z.infer<typeof quietHoursSchema>

export const defaultQuietHours: QuietHours = { on: false, from: 18 * 60, to: 8 * 60, days: [1, 2, 3, 4, 5] }

/** The moments a span begins and ends on that day, ms since the epoch. By the calendar, so that days of 23 or 25 hours are right too. */
function spanOf({ from, to }: QuietHours, day: Date): { begin: number; end: number } {
  const at = (days: number, minutes: number) =>
    new Date(day.getFullYear(), day.getMonth(), day.getDate() + days, 0, minutes).getTime()
  return { begin: at(0, from), end: at(to > from ? 0 : 1, to) }
}

/** Yesterday's span may reach into today; the next one begins within a week. */
function spansAround(hours: QuietHours, now: number): { begin: number; end: number }[] {
  const today = new Date(now)
  const around = Array.from({ length: 9 }, (_, index) => index - 1)
  return around
    .map((days) => new Date(today.getFullYear(), today.getMonth(), today.getDate() + days))
    .filter((day) => hours.days.includes(day.getDay()))
    .map((day) => spanOf(hours, day))
}

/** `now` in ms since the epoch. */
export function isQuiet(hours: QuietHours, now: number): boolean {
  return hours.on && spansAround(hours, now).some(({ begin, end }) => begin <= now && now < end)
}

/** How long until the answer of `isQuiet` may be another one, in ms; null when never. */
export function untilQuietChanges(hours: QuietHours, now: number): number | null {
  if (!hours.on) return null
  const moments = spansAround(hours, now).flatMap(({ begin, end }) => [begin, end])
  const next = Math.min(...moments.filter((moment) => moment > now))
  return Number.isFinite(next) ? next - now : null
}

/** "18:30" of 1110, and back; null for what is no time of day. */
export const clockOf = (minutes: number): string =>
  `${String(Math.floor(minutes / 60)).padStart(2, '0')}:${String(minutes % 60).padStart(2, '0')}`
export function minutesOf(clock: string): number | null {
  const [, hours, minutes] = /^([01]\d|2[0-3]):([0-5]\d)(?::\d\d)?$/.exec(clock) ?? []
  return hours === undefined ? null : Number(hours) * 60 + Number(minutes)
}

/** "Until tomorrow" is until the working day begins. */
const MORNING_HOUR = 8

/** For how long nothing is to ring on any device; kept with the account. */
export const DO_NOT_DISTURB = ['off', 'halfHour', 'hour', 'tomorrow'] as const
export type DoNotDisturb = (typeof DO_NOT_DISTURB)[number]

/** When it ends, on this machine's clock, ms; null for off. */
export function endOf(choice: DoNotDisturb, now: number): number | null {
  switch (choice) {
    case 'off':
      return null
    case 'halfHour':
      return now + 30 * MINUTE_MS
    case 'hour':
      return now + 60 * MINUTE_MS
    case 'tomorrow': {
      const day = new Date(now)
      day.setDate(day.getDate() + 1)
      return day.setHours(MORNING_HOUR, 0, 0, 0)
    }
  }
}
