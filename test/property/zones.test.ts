// Wall clocks and moments, over many zones and years, against a search that knows nothing of offsets.
import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { Repeat } from '../../shared/protocol/repeating.ts'
import { daysOf, occurrenceOn } from '../../shared/schedule/repeating.ts'
import { daysLater, momentOf, offsetAt, offsetChanges, wallOf, weekdayOf } from '../../shared/schedule/zones.ts'

const QUARTER_MS = 15 * 60_000
const ZONES = [
  'UTC',
  'Europe/Berlin',
  'Europe/London',
  'Europe/Dublin',
  'America/New_York',
  'America/St_Johns',
  'America/Santiago',
  'America/Sao_Paulo',
  'Africa/Casablanca',
  'Africa/Cairo',
  'Asia/Beirut',
  'Asia/Kathmandu',
  'Asia/Shanghai',
  'Australia/Lord_Howe',
  'Australia/Sydney',
  'Pacific/Chatham',
  'Pacific/Kiritimati',
  'Pacific/Auckland',
]
const two = (value: number) => String(value).padStart(2, '0')
const zones = fc.constantFrom(...ZONES)
const days = fc.integer({ min: 0, max: 366 * 12 }).map((after) => daysLater('2024-01-01', after))
const hours = fc
  .integer({ min: 0, max: 95 })
  .map((quarter) => `${two(Math.floor(quarter / 4))}:${two((quarter % 4) * 15)}`)

/** What a clock shows, asked for in another way than the product does. */
const shown = (zone: string, at: number) =>
  new Date(at).toLocaleString('sv-SE', { timeZone: zone, dateStyle: 'short', timeStyle: 'short' })

/** Every quarter of an hour that could be meant, looked at one after the other. */
function searched(zone: string, day: string, hour: string): { first: number | null; firstAfter: number } {
  const about = Date.parse(`${day}T${hour}:00Z`)
  let firstAfter: number | null = null
  for (let at = about - 15 * 3_600_000; at <= about + 15 * 3_600_000; at += QUARTER_MS) {
    const clock = shown(zone, at)
    if (clock === `${day} ${hour}`) return { first: at, firstAfter: at }
    if (clock > `${day} ${hour}`) firstAfter ??= at
  }
  return { first: null, firstAfter: firstAfter ?? Number.NaN }
}

test('a clock time is the first moment at which it is shown; one that is skipped is later by what is skipped', () => {
  const check = (zone: string, day: string, hour: string) => {
    const { first, firstAfter } = searched(zone, day, hour)
    const found = momentOf(zone, { day, hour })
    if (first !== null) {
      expect([zone, day, hour, found]).toEqual([zone, day, hour, first])
      return
    }
    // In the gap: after the change, within what it skips, and what the clock shows then is later by it.
    expect(found).toBeGreaterThanOrEqual(firstAfter)
    expect(shown(zone, found) > `${day} ${hour}`).toBe(true)
    const skipped = offsetAt(zone, firstAfter) - offsetAt(zone, firstAfter - QUARTER_MS)
    expect(Date.parse(`${shown(zone, found).replace(' ', 'T')}:00Z`)).toBe(Date.parse(`${day}T${hour}:00Z`) + skipped)
  }
  fc.assert(fc.property(zones, days, hours, check), { numRuns: 150 })
  // And where it matters: around every change of the clocks.
  for (const zone of ZONES) {
    for (const change of offsetChanges(zone, Date.UTC(2026, 0, 1), Date.UTC(2027, 0, 1))) {
      for (const minutes of [-60, -30, 0, 30, 60]) {
        const wall = new Date(change + offsetAt(zone, change - 1) + minutes * 60_000).toISOString()
        check(zone, wall.slice(0, 10), wall.slice(11, 16))
      }
    }
  }
})

test('what a clock shows, read back, is that moment or the same clock time an earlier time round', () => {
  fc.assert(
    fc.property(zones, fc.integer({ min: 1_700_000_000, max: 2_100_000_000 }), (zone, seconds) => {
      const at = Math.floor(seconds / 60) * 60_000
      const back = momentOf(zone, wallOf(zone, at))
      expect(back).toBeLessThanOrEqual(at)
      expect(wallOf(zone, back)).toEqual(wallOf(zone, at))
    }),
    { numRuns: 300 },
  )
})

test('a series keeps its hour, its weekdays and its distance, and never more than was wished for', () => {
  const repeats = fc.record({
    everyWeeks: fc.integer({ min: 1, max: 4 }),
    others: fc.uniqueArray(fc.integer({ min: 1, max: 7 }), { maxLength: 6 }),
    end: fc.oneof(
      fc.integer({ min: 1, max: 30 }).map((count) => ({ count })),
      fc.integer({ min: 0, max: 300 }).map((after) => ({ after })),
    ),
  })
  fc.assert(
    fc.property(zones, days, hours, repeats, (zone, startDay, startHour, { everyWeeks, others, end }) => {
      const weekdays = [...new Set([weekdayOf(startDay), ...others])]
      const until = 'after' in end ? daysLater(startDay, end.after) : null
      const repeat: Repeat = { everyWeeks, weekdays, end: 'count' in end ? end : { until: until ?? startDay } }
      const found = daysOf({ startDay, repeat })
      // Day by day, as one would count in a calendar.
      const expected: string[] = []
      const monday = Date.parse(daysLater(startDay, 1 - weekdayOf(startDay)))
      for (let day = startDay; day <= daysLater(startDay, 731); day = daysLater(day, 1)) {
        const week = Math.floor((Date.parse(day) - monday) / (7 * 86_400_000))
        if (until !== null && day > until) break
        if ('count' in end && expected.length === end.count) break
        if (week % everyWeeks === 0 && weekdays.includes(weekdayOf(day))) expected.push(day)
      }
      expect(found).toEqual(expected)
      const day = found.at(-1) ?? startDay
      const { startsAt } = occurrenceOn({ zone, startDay, startHour, lengthMs: 60_000, skipped: [] }, day)
      const { first } = searched(zone, day, startHour)
      if (first !== null) expect(wallOf(zone, startsAt)).toEqual({ day, hour: startHour })
    }),
    { numRuns: 60 },
  )
})
