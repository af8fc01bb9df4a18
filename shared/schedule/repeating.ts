// Meetings that repeat weekly, pure: on which days, at which moments, and what cannot be repeated.
import type { Repeat, Series } from '../protocol/repeating.ts'
import { REPEAT_DAYS_MAX } from './limits.ts'
import type { Times } from './schedule.ts'
import { daysLater, momentOf, weekdayOf } from './zones.ts'

/** What the days and moments of a series follow from. */
export type Rule = Pick<Series, 'startDay' | 'startHour' | 'lengthMs' | 'repeat' | 'skipped'> & { zone: string }
export type Occurrence = Times & { day: string; cancelled: boolean }
export type RepeatProblem = {
  field: 'repeat.weekdays' | 'repeat.end'
  problem: 'dayNotRepeated' | 'untilBeforeStart' | 'repeatsTooLong'
}

/** The days by the rule, cancelled ones too (they count, as in calendars), in order; never beyond two years. */
export function daysOf({ startDay, repeat }: Pick<Rule, 'startDay' | 'repeat'>): string[] {
  const monday = daysLater(startDay, 1 - weekdayOf(startDay))
  const last = daysLater(startDay, REPEAT_DAYS_MAX)
  const until = 'until' in repeat.end && repeat.end.until < last ? repeat.end.until : last
  const weekdays = repeat.weekdays.toSorted((one, other) => one - other)
  const days: string[] = []
  for (let week = monday; week <= until; week = daysLater(week, 7 * repeat.everyWeeks)) {
    for (const weekday of weekdays) {
      const day = daysLater(week, weekday - 1)
      if (day < startDay || day > until) continue
      if ('count' in repeat.end && days.length >= repeat.end.count) return days
      days.push(day)
    }
  }
  return days
}

/** Local wall time stays: the same hour in summer and in winter. The length is that of the clock that runs on. */
export function occurrenceOn({ zone, startHour, lengthMs, skipped }: Omit<Rule, 'repeat'>, day: string): Occurrence {
  const startsAt = momentOf(zone, { day, hour: startHour })
  return { day, startsAt, endsAt: startsAt + lengthMs, cancelled: skipped.includes(day) }
}

/** The first one after this day that takes place and is not over yet; null when there is none. */
export function occurrenceAfter(rule: Rule, day: string, now: number): Occurrence | null {
  for (const later of daysOf(rule)) {
    if (later <= day) continue
    const occurrence = occurrenceOn(rule, later)
    if (!occurrence.cancelled && occurrence.endsAt > now) return occurrence
  }
  return null
}

/** Both ends of it: a series of more than two years is refused and not cut off. */
export function repeatProblem({ startDay, repeat }: Pick<Rule, 'startDay' | 'repeat'>): RepeatProblem | null {
  if (!repeat.weekdays.includes(weekdayOf(startDay))) return { field: 'repeat.weekdays', problem: 'dayNotRepeated' }
  if ('until' in repeat.end) {
    if (repeat.end.until < startDay) return { field: 'repeat.end', problem: 'untilBeforeStart' }
    const tooLong = repeat.end.until > daysLater(startDay, REPEAT_DAYS_MAX)
    return tooLong ? { field: 'repeat.end', problem: 'repeatsTooLong' } : null
  }
  return daysOf({ startDay, repeat }).length < repeat.end.count
    ? { field: 'repeat.end', problem: 'repeatsTooLong' }
    : null
}

/** The rule from this day on: of a number of times, those before are done. */
export function repeatFrom(rule: Pick<Rule, 'startDay' | 'repeat'>, day: string): Repeat {
  const { repeat } = rule
  if ('until' in repeat.end) return repeat
  const done = daysOf(rule).filter((one) => one < day).length
  return { ...repeat, end: { count: Math.max(1, repeat.end.count - done) } }
}
