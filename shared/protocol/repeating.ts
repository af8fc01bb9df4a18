// What makes a scheduled meeting repeat.
import { z } from 'zod'
import { REPEAT_COUNT_MAX, REPEAT_WEEKS_MAX } from '../schedule/limits.ts'
import { isZone } from '../schedule/zones.ts'

/** IANA's name, `Europe/Berlin`. */
export const zoneSchema = z.string().max(64).refine(isZone, { error: 'not a time zone known here' })

const isDay = (text: string) => {
  const at = Date.parse(`${text}T00:00Z`)
  return !Number.isNaN(at) && new Date(at).toISOString().startsWith(text)
}
/** `2026-11-30`, in the meeting's zone. */
export const daySchema = z
  .string()
  .regex(/^\d{4}-\d\d-\d\d$/)
  .refine(isDay, { error: 'not a day of the calendar' })

export const repeatSchema = z.object({
  everyWeeks: z.number().int().min(1).max(REPEAT_WEEKS_MAX),
  /** 1 is Monday, 7 is Sunday; that of the first day is among them. */
  weekdays: z
    .array(z.number().int().min(1).max(7))
    .min(1)
    .max(7)
    .refine((days) => new Set(days).size === days.length, { error: 'each day once' }),
  /** The last day possible, or how many times in all. */
  end: z.union([z.object({ until: daySchema }), z.object({ count: z.number().int().min(1).max(REPEAT_COUNT_MAX) })]),
})
export type Repeat = z.infer<typeof repeatSchema>

/** What every meeting of a series carries: with its zone, all days and moments follow from it (`schedule/repeating.ts`). */
export const seriesSchema = z.object({
  id: z.uuid(),
  /** The day this one has in the series, also when it was moved. */
  day: daySchema,
  startDay: daySchema,
  startHour: z.string().regex(/^\d\d:\d\d$/),
  lengthMs: z.number().int().positive(),
  repeat: repeatSchema,
  /** Days that were cancelled. */
  skipped: z.array(daySchema),
  /** Grows with every change, of one of its meetings or of all. */
  sequence: z.number().int().positive(),
})
export type Series = z.infer<typeof seriesSchema>
