// Notes on the meeting this device is in, and what they came to once it was left. Only in this page's memory.
import { defineStore } from 'pinia'
import { shallowRef, watch } from 'vue'
import { beginNotes, notePeople, noteRates, summaryOf, type MeetingNotes, type Summary } from '../home/summary.ts'
import { ratesBetween, type MediaReports } from '../media/rates.ts'
import { readClock } from '../ui/clock.ts'
import { useHostState } from './hostState.ts'
import { useMedia } from './media.ts'

const LOOK_EVERY_MS = 5_000

export const useSummary = defineStore('summary', () => {
  const hostState = useHostState()
  const media = useMedia()
  const summary = shallowRef<Summary | null>(null)
  let notes: MeetingNotes | null = null
  let before: MediaReports | null = null
  let timer: ReturnType<typeof setInterval> | undefined

  const note = (change: (before: MeetingNotes) => MeetingNotes) => void (notes &&= change(notes))

  async function look() {
    const { roomId } = notes ?? {}
    const now = await media.reports().catch(() => null)
    if (notes?.roomId !== roomId) return
    const earlier = before
    before = now
    if (earlier && now) note((current) => noteRates(current, ratesBetween(earlier, now)))
  }

  function end() {
    clearInterval(timer)
    const ended = notes
    notes = null
    before = null
    // On another device it goes on.
    if (ended && hostState.mirror.elsewhere?.roomId !== ended.roomId) summary.value = summaryOf(ended, readClock())
  }

  watch(
    () => hostState.seat?.room.id,
    (roomId) => {
      end()
      const room = hostState.seat?.room
      if (roomId === undefined || !room) return
      summary.value = null
      notes = beginNotes({ roomId, name: room.name, direct: room.kind === 'direct', startedAt: readClock() })
      timer = setInterval(() => void look(), LOOK_EVERY_MS)
    },
    { immediate: true },
  )
  watch(
    () => hostState.seat,
    (seat) => {
      if (!seat || seat.room.id !== notes?.roomId) return
      const others = seat.participants.flatMap(({ user }) => (user.id === hostState.me?.id ? [] : [user]))
      note((current) => notePeople({ ...current, name: seat.room.name }, others, readClock()))
    },
    { immediate: true },
  )
  watch(
    () => media.state?.connection,
    (now, earlier) => {
      if (now === 'reconnecting' && earlier === 'connected')
        note((current) => ({ ...current, reconnects: current.reconnects + 1 }))
    },
  )
  watch(
    () => media.answerTimes?.soundMs ?? null,
    (answeredMs) => void (answeredMs !== null && note((current) => ({ ...current, answeredMs }))),
  )
  // The next person at this machine was not there.
  watch(
    () => hostState.me?.id,
    () => (summary.value = null),
  )
  return { summary, dismiss: () => void (summary.value = null) }
})
