// What somebody types to schedule a meeting, what it means, and what is wrong with it. Pure; days and hours are those of its zone.
import type { Repeat } from '../../shared/protocol/repeating.ts'
import { REMIND_BEFORE_MS_DEFAULT } from '../../shared/schedule/limits.ts'
import { repeatProblem, type RepeatProblem } from '../../shared/schedule/repeating.ts'
import { timesProblem, type Times, type TimesProblem } from '../../shared/schedule/schedule.ts'
import { daysLater, momentOf as momentIn, wallOf, weekdayOf } from '../../shared/schedule/zones.ts'
import type { Room, User } from '../../shared/protocol/things.ts'
import { ownZone } from './repeatWords.ts'

const MINUTE_MS = 60_000
const DAY_MS = 24 * 60 * MINUTE_MS
const HALF_HOUR_MS = 30 * MINUTE_MS
/** An hour of the end before that of the start means the next day, as long as that makes no longer a meeting than this. */
const OVERNIGHT_MS_MAX = 8 * 60 * MINUTE_MS

/** `day` as `2026-11-27`, `start` and `end` as `14:05`: what the fields give, empty when unfinished. */
export type Draft = {
  name: string
  day: string
  start: string
  end: string
  remindBeforeMs: number
  attendees: readonly User[]
  zone: string
  /** 0: it does not repeat. */
  everyWeeks: number
  /** Those chosen beside that of the first day. */
  weekdays: readonly number[]
  ends: 'until' | 'count'
  until: string
  count: string
}
export type DraftProblem = TimesProblem['problem'] | 'nameMissing' | 'dayMissing' | 'startMissing' | 'endMissing'
type RepeatTrouble = Exclude<RepeatProblem['problem'], 'dayNotRepeated'> | 'untilMissing' | 'countMissing'
export type DraftProblems = Partial<
  Record<'name' | 'day' | 'start' | 'end', DraftProblem> & Record<'until' | 'count', RepeatTrouble>
>

const withTimes = (zone: string, { startsAt, endsAt }: Times) => {
  const start = wallOf(zone, startsAt)
  return { day: start.day, start: start.hour, end: wallOf(zone, endsAt).hour }
}

/** From the next half hour, for half an hour. */
export function newDraft(now: number): Draft {
  const startsAt = Math.ceil((now + MINUTE_MS) / HALF_HOUR_MS) * HALF_HOUR_MS
  const zone = ownZone()
  const times = withTimes(zone, { startsAt, endsAt: startsAt + HALF_HOUR_MS })
  const remindBeforeMs = REMIND_BEFORE_MS_DEFAULT
  return { name: '', ...times, remindBeforeMs, attendees: [], zone, ...once(times.day) }
}

/** Not repeated; when it is, for a quarter of a year unless told otherwise. */
const once = (day: string) =>
  ({ everyWeeks: 0, weekdays: [], ends: 'until', until: daysLater(day, 91), count: '10' }) as const

/** Null for a room that was not scheduled. */
export function draftOf({ name, schedule }: Room): Draft | null {
  if (schedule === undefined) return null
  const { remindBeforeMs, attendees, zone = ownZone(), series } = schedule
  const times = withTimes(zone, schedule)
  return { name, ...times, remindBeforeMs, attendees, zone, ...once(times.day), ...(series && repeating(series)) }
}

function repeating({ repeat }: { repeat: Repeat }): Partial<Draft> {
  const { everyWeeks, weekdays, end } = repeat
  const ending =
    'until' in end ? { ends: 'until' as const, until: end.until } : { ends: 'count' as const, count: String(end.count) }
  return { everyWeeks, weekdays, ...ending }
}

/** The repetition meant; null for none, or while it is unfinished. */
export function repeatOf({ day, everyWeeks, weekdays, ends, until, count }: Draft): Repeat | null {
  if (everyWeeks === 0 || !day) return null
  const days = [...new Set([weekdayOf(day), ...weekdays])]
  if (ends === 'until') return until ? { everyWeeks, weekdays: days, end: { until } } : null
  return /^[1-9]\d{0,2}$/.test(count.trim()) ? { everyWeeks, weekdays: days, end: { count: Number(count) } } : null
}

function momentOf(zone: string, day: string, hour: string): number | null {
  const found = /^\d\d:\d\d/.exec(hour)
  return /^\d{4}-\d\d-\d\d$/.test(day) && found ? momentIn(zone, { day, hour: found[0] }) : null
}

/** The times meant; null while something is missing. What was not touched stays to the millisecond. */
export function timesOf(draft: Draft, before?: Room): Times | null {
  const startsAt = momentOf(draft.zone, draft.day, draft.start)
  const sameDay = momentOf(draft.zone, draft.day, draft.end)
  if (startsAt === null || sameDay === null) return null
  const overnight = sameDay <= startsAt && sameDay + DAY_MS - startsAt <= OVERNIGHT_MS_MAX
  const endsAt = overnight ? (momentOf(draft.zone, daysLater(draft.day, 1), draft.end) ?? sameDay) : sameDay
  const was = before?.schedule
  const sameZone = (was?.zone ?? ownZone()) === draft.zone
  const [had, shows] = [was && withTimes(draft.zone, was), { day: draft.day, start: draft.start, end: draft.end }]
  if (!was || !sameZone || had?.day !== shows.day || had.start !== shows.start) return { startsAt, endsAt }
  return { startsAt: was.startsAt, endsAt: had.end === shows.end ? was.endsAt : endsAt }
}

/** Whether it ends on the day after it starts. */
export function endsNextDay(draft: Draft): boolean {
  const times = timesOf(draft)
  return times !== null && times.endsAt > times.startsAt && wallOf(draft.zone, times.endsAt).day !== draft.day
}

/** By the field that has to be mended; empty when all is well. `now` on the server's clock. */
export function problemsIn(draft: Draft, now: number, before?: Room): DraftProblems {
  const problems: DraftProblems = {
    ...(draft.name.trim() ? {} : { name: 'nameMissing' }),
    ...(draft.day ? {} : { day: 'dayMissing' }),
    ...(draft.start ? {} : { start: 'startMissing' }),
    ...(draft.end ? {} : { end: 'endMissing' }),
    ...repeatTrouble(draft),
  }
  const times = timesOf(draft, before)
  if (times === null) return problems
  const was = before?.schedule && { startsAt: before.schedule.startsAt, running: before.status === 'running' }
  const found = timesProblem(times, now, was)
  if (found === null) return problems
  return { ...problems, [found.field === 'startsAt' ? 'start' : 'end']: found.problem }
}

function repeatTrouble(draft: Draft): DraftProblems {
  if (draft.everyWeeks === 0 || !draft.day) return {}
  const repeat = repeatOf(draft)
  if (repeat === null) return draft.ends === 'until' ? { until: 'untilMissing' } : { count: 'countMissing' }
  const found = repeatProblem({ startDay: draft.day, repeat })
  return found === null || found.problem === 'dayNotRepeated' ? {} : { [draft.ends]: found.problem }
}

/** This person's other meetings at that time, as far as this device knows them. */
export const overlapping = (times: Times | null, rooms: readonly Room[], itself?: Room): Room[] =>
  rooms.filter(
    ({ id, schedule }) =>
      times !== null &&
      schedule !== undefined &&
      id !== itself?.id &&
      schedule.startsAt < times.endsAt &&
      times.startsAt < schedule.endsAt,
  )
