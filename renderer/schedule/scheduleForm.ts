// What somebody types to schedule a meeting, what it means, and what is wrong with it. Pure; days and hours are this machine's.
import { REMIND_BEFORE_MS_DEFAULT } from '../../shared/schedule/limits.ts'
import { timesProblem, type Times, type TimesProblem } from '../../shared/schedule/schedule.ts'
import type { Room, User } from '../../shared/protocol/things.ts'

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
}
export type DraftProblem = TimesProblem['problem'] | 'nameMissing' | 'dayMissing' | 'startMissing' | 'endMissing'
export type DraftProblems = Partial<Record<'name' | 'day' | 'start' | 'end', DraftProblem>>

const two = (value: number) => String(value).padStart(2, '0')
const dayText = (at: Date) => `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())}`
const hourText = (at: Date) => `${two(at.getHours())}:${two(at.getMinutes())}`

const withTimes = ({ startsAt, endsAt }: Times) => ({
  day: dayText(new Date(startsAt)),
  start: hourText(new Date(startsAt)),
  end: hourText(new Date(endsAt)),
})

/** From the next half hour, for half an hour. */
export function newDraft(now: number): Draft {
  const startsAt = Math.ceil((now + MINUTE_MS) / HALF_HOUR_MS) * HALF_HOUR_MS
  const times = withTimes({ startsAt, endsAt: startsAt + HALF_HOUR_MS })
  return { name: '', ...times, remindBeforeMs: REMIND_BEFORE_MS_DEFAULT, attendees: [] }
}

/** Null for a room that was not scheduled. */
export function draftOf({ name, schedule }: Room): Draft | null {
  if (schedule === undefined) return null
  const { remindBeforeMs, attendees } = schedule
  return { name, ...withTimes(schedule), remindBeforeMs, attendees }
}

function momentOf(day: string, hour: string): number | null {
  const [, year, month, date] = /^(\d{4,6})-(\d\d)-(\d\d)$/.exec(day) ?? []
  const [, hours, minutes] = /^(\d\d):(\d\d)/.exec(hour) ?? []
  if (year === undefined || hours === undefined) return null
  return new Date(Number(year), Number(month) - 1, Number(date), Number(hours), Number(minutes)).getTime()
}

/** The times meant; null while something is missing. What was not touched stays to the millisecond. */
export function timesOf(draft: Draft, before?: Room): Times | null {
  const startsAt = momentOf(draft.day, draft.start)
  const sameDay = momentOf(draft.day, draft.end)
  if (startsAt === null || sameDay === null) return null
  const overnight = sameDay <= startsAt && sameDay + DAY_MS - startsAt <= OVERNIGHT_MS_MAX
  const endsAt = overnight ? (momentOf(nextDay(draft.day), draft.end) ?? sameDay) : sameDay
  const was = before?.schedule
  const [had, shows] = [was && withTimes(was), { day: draft.day, start: draft.start, end: draft.end }]
  if (!was || had?.day !== shows.day || had.start !== shows.start) return { startsAt, endsAt }
  return { startsAt: was.startsAt, endsAt: had.end === shows.end ? was.endsAt : endsAt }
}

function nextDay(day: string): string {
  const noon = momentOf(day, '12:00') ?? 0
  return dayText(new Date(noon + DAY_MS))
}

/** Whether it ends on the day after it starts. */
export function endsNextDay(draft: Draft): boolean {
  const times = timesOf(draft)
  return times !== null && times.endsAt > times.startsAt && dayText(new Date(times.endsAt)) !== draft.day
}

/** By the field that has to be mended; empty when all is well. `now` on the server's clock. */
export function problemsIn(draft: Draft, now: number, before?: Room): DraftProblems {
  const problems: DraftProblems = {
    ...(draft.name.trim() ? {} : { name: 'nameMissing' }),
    ...(draft.day ? {} : { day: 'dayMissing' }),
    ...(draft.start ? {} : { start: 'startMissing' }),
    ...(draft.end ? {} : { end: 'endMissing' }),
  }
  const times = timesOf(draft, before)
  if (times === null) return problems
  const was = before?.schedule && { startsAt: before.schedule.startsAt, running: before.status === 'running' }
  const found = timesProblem(times, now, was)
  if (found === null) return problems
  return { ...problems, [found.field === 'startsAt' ? 'start' : 'end']: found.problem }
}
