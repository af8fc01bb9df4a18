// Notices of what others did to this person's scheduled meetings, read off the difference between what was known and what is.
import { watch } from 'vue'
import type { MirrorState } from '../../shared/client/mirror.ts'
import type { Room } from '../../shared/protocol/things.ts'
import { useHostState } from '../stores/hostState.ts'
import { readClock } from '../ui/clock.ts'
import { dayAndHourOf, hourOf, isSameDay, localeOf } from '../ui/time.ts'
import { useToasts } from '../ui/toasts.ts'
import { useWords } from '../words.ts'

type Known = Pick<MirrorState, 'me' | 'scheduled' | 'unscheduled'>
export type ScheduleNews = { kind: 'added' | 'moved' | 'cancelled' | 'removed'; room: Room }

/** Nothing on the first look: what was there before is no news. Nobody is told of what they did themselves. */
export function scheduleNews(before: Known, after: Known): ScheduleNews[] {
  const me = after.me?.id
  if (before.me === null || me === undefined || before.scheduled === after.scheduled) return []
  const others = (room: Room) => room.ownerId !== me
  const here = Object.values(after.scheduled)
    .filter(others)
    .flatMap((room): ScheduleNews[] => {
      const known = before.scheduled[room.id]
      // The next of a series comes by itself when the one before is over: no news to who was invited already.
      if (!known) return knewSeries(before, room) ? [] : [{ kind: 'added', room }]
      return known.schedule?.startsAt === room.schedule?.startsAt ? [] : [{ kind: 'moved', room }]
    })
  const gone = Object.values(before.scheduled)
    .filter((room) => others(room) && !after.scheduled[room.id])
    .flatMap((room): ScheduleNews[] => {
      const why = after.unscheduled[room.id]?.why
      return why === undefined || why === 'over' ? [] : [{ kind: why, room }]
    })
  return [...here, ...gone]
}

function knewSeries({ scheduled, unscheduled }: Known, { schedule }: Room): boolean {
  const id = schedule?.series?.id
  if (id === undefined) return false
  return (
    Object.values(scheduled).some((room) => room.schedule?.series?.id === id) ||
    Object.values(unscheduled).some((gone) => gone.seriesId === id && gone.why !== 'removed')
  )
}

export function useScheduleNotices(): void {
  const hostState = useHostState()
  const toasts = useToasts()
  const { t, language } = useWords()

  function when({ schedule }: Room): string {
    const at = schedule?.startsAt ?? 0
    const [now, locale] = [readClock(), localeOf(language.value)]
    return isSameDay(at, now) ? hourOf(at, locale) : dayAndHourOf(at, now, locale)
  }
  watch(
    () => hostState.mirror,
    (after, before) => {
      for (const { kind, room } of scheduleNews(before, after)) {
        const params = { name: room.name, owner: room.schedule?.owner.name ?? '', when: when(room) }
        toasts.show(t(`schedule.${kind}News`, params), kind === 'added' || kind === 'moved' ? 'done' : 'ended')
      }
    },
  )
}
