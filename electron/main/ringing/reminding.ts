// Scheduled meetings that begin about now, each told once on this device: what is new in the mirror is shown, what is over is taken down.
import { reminders } from '../../../shared/client/scheduled.ts'
import { serverNow, type MirrorState } from '../../../shared/client/mirror.ts'
import type { Room } from '../../../shared/protocol/things.ts'
import type { Timers } from '../../../shared/time.ts'

export type ReminderSurface = {
  /** Shows it; the result takes it down. */
  show(room: Room): () => void
}

/** While something is shown it is looked whether its time is over: nothing else may happen meanwhile. */
const LOOK_AGAIN_MS = 60_000

export function createReminding(options: { timers: Timers; surface: ReminderSurface }) {
  const { timers, surface } = options
  /** By meeting and start, as long as the reminder lasts, so that none is shown twice. */
  const shown = new Map<string, () => void>()
  let mirror: MirrorState | null = null
  let callOff = () => {}

  function project(): void {
    if (!mirror) return
    const due = reminders(mirror, serverNow(mirror, timers.now()))
    const names = new Map(due.map((room) => [`${room.id} ${room.schedule?.startsAt}`, room]))
    for (const [name, takeDown] of shown) {
      if (names.has(name)) continue
      shown.delete(name)
      takeDown()
    }
    for (const [name, room] of names) if (!shown.has(name)) shown.set(name, surface.show(room))
    callOff()
    if (shown.size) callOff = timers.after(LOOK_AGAIN_MS, project)
  }

  return {
    update(next: MirrorState): void {
      const same =
        mirror &&
        mirror.scheduled === next.scheduled &&
        mirror.seat?.room.id === next.seat?.room.id &&
        mirror.elsewhere === next.elsewhere &&
        mirror.clockOffsetMs === next.clockOffsetMs
      mirror = next
      if (!same) project()
    },
    stop(): void {
      callOff()
      mirror = null
      for (const takeDown of shown.values()) takeDown()
      shown.clear()
    },
  }
}
