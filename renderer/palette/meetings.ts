// Meetings the palette offers to join: by a code, those that run, and today's scheduled ones as soon as they can be entered.
import { CalendarClock, LogIn, Video } from '@lucide/vue'
import { computed } from 'vue'
import { upcoming } from '../../shared/client/scheduled.ts'
import type { RoomListing } from '../../shared/protocol/rooms.ts'
import type { Room } from '../../shared/protocol/things.ts'
import { canJoin } from '../../shared/schedule/schedule.ts'
import { errorWords } from '../errorWords.ts'
import { useInsideWords, useRunningRooms } from '../home/runningRooms.ts'
import { isToday } from '../schedule/today.ts'
import { useHostState } from '../stores/hostState.ts'
import { codeIn, useRoom } from '../stores/room.ts'
import { useNow } from '../ui/clock.ts'
import { comingIn, hourOf, localeOf } from '../ui/time.ts'
import { useToasts } from '../ui/toasts.ts'
import { useWords } from '../words.ts'
import type { PaletteEntry } from './entry.ts'
import { ranked } from './rank.ts'

const MEETINGS_MAX = 5
const MINUTE_MS = 60_000

export type Joinable = { room: Room; listing?: RoomListing | undefined }

/**
 * What can be joined now, each once: what runs first, then today's scheduled meetings, soonest first. `scheduled` comes in that order.
 * `now` on this machine's clock, `serverNow` the same moment on the server's, ms.
 */
export function joinableMeetings(
  running: readonly RoomListing[],
  scheduled: readonly Room[],
  { userId, now, serverNow }: { userId: string; now: number; serverNow: number },
): Joinable[] {
  const listed = new Set(running.map(({ room }) => room.id))
  const others = scheduled.filter(
    (room) => !listed.has(room.id) && isToday(room, now) && canJoin(room, userId, serverNow),
  )
  const runs = (one: Room) => one.status === 'running'
  return [
    ...running.map((listing) => ({ room: listing.room, listing })),
    ...[...others.filter(runs), ...others.filter((room) => !runs(room))].map((room) => ({ room })),
  ]
}

/** For what is typed. */
export function useMeetingEntries() {
  const hostState = useHostState()
  const room = useRoom()
  const toasts = useToasts()
  const words = useWords()
  const { t, language } = words
  const running = useRunningRooms()
  const insideWords = useInsideWords()
  const clock = useNow()
  /** Nothing here is said more exactly. */
  const now = computed(() => Math.floor(clock.value / MINUTE_MS) * MINUTE_MS)
  const locale = computed(() => localeOf(language.value))

  async function join(address: { id: string } | { code: string }) {
    const result = await room.join(address)
    if (!result || result.ok) return
    const unknown = ['unknownRoom', 'invalid'].includes(result.error.code)
    toasts.show(unknown ? t('home.joinUnknown') : errorWords(result.error, words), 'problem')
  }

  function lineOf({ room: { status, schedule }, listing }: Joinable): string {
    if (listing) return `${t('palette.running')} · ${insideWords(listing)}`
    const serverNow = hostState.serverNow(now.value)
    if (status === 'running' || !schedule) return t('palette.running')
    return schedule.startsAt > serverNow
      ? t('schedule.starts', { when: comingIn(schedule.startsAt, serverNow, locale.value) })
      : t('schedule.nobodyYet')
  }
  const entry = (meeting: Joinable): PaletteEntry & { name: string } => {
    const { id, name, schedule } = meeting.room
    return {
      key: `room ${id}`,
      name,
      label: schedule ? t('palette.scheduled', { time: hourOf(schedule.startsAt, locale.value), name }) : name,
      line: lineOf(meeting),
      icon: meeting.listing || meeting.room.status === 'running' ? Video : CalendarClock,
      run: () => join({ id }),
    }
  }
  const entries = computed(() => {
    const moment = {
      userId: hostState.me?.id ?? '',
      now: now.value,
      serverNow: hostState.serverNow(now.value),
    }
    return joinableMeetings(running.rooms.value ?? [], upcoming(hostState.mirror), moment).map(entry)
  })

  return computed(() => (query: string): PaletteEntry[] => {
    if (room.shown || !hostState.online) return []
    const code = /^\s*\S*(\w{3}-\w{4}-\w{3})\S*\s*$/.test(query) ? codeIn(query) : null
    const byCode = code
      ? [
          {
            key: `code ${code}`,
            label: t('palette.joinCode', { code }),
            line: t('palette.joinCodeLine'),
            icon: LogIn,
            run: () => join({ code }),
          },
        ]
      : []
    const found = ranked(entries.value, query, ({ name, label }) => [name, label])
    return [...byCode, ...found.slice(0, MEETINGS_MAX)]
  })
}
