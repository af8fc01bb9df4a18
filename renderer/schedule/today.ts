// Which scheduled meetings are today's. Pure.
import type { Room } from '../../shared/protocol/things.ts'
import { isSameDay } from '../ui/time.ts'

/** `now` on this machine's clock, ms. What runs, or should, is today's too, whenever it began. */
export function isToday({ status, schedule }: Room, now: number): boolean {
  const startsAt = schedule?.startsAt ?? 0
  return status === 'running' || startsAt <= now || isSameDay(startsAt, now)
}
