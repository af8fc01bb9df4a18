// Whether this device is to stay quiet now: by its own hours, or because the system itself is not to disturb. Then only the tray rings.
import { isQuiet, untilQuietChanges } from '../../../shared/doNotDisturb.ts'
import type { Timers } from '../../../shared/time.ts'
import type { SettingsFile } from '../shell/settingsFile.ts'

/** The clock may be set, or a summer begin: it is looked at again in any case. */
const LOOK_AGAIN_MS = 10 * 60_000

export interface SystemQuiet {
  readonly on: boolean
  subscribe(listener: () => void): () => void
}

export type Quiet = ReturnType<typeof createQuiet>

export function createQuiet(options: { settings: SettingsFile; system: SystemQuiet; timers: Timers }) {
  const { settings, system, timers } = options
  const listeners = new Set<() => void>()
  let callOff = () => {}
  let known = false

  const look = () => {
    const { quietHours, followSystemQuiet } = settings.value
    return isQuiet(quietHours, timers.now()) || (followSystemQuiet && system.on)
  }
  function update(): void {
    callOff()
    const leftMs = untilQuietChanges(settings.value.quietHours, timers.now())
    if (leftMs !== null) callOff = timers.after(Math.min(leftMs, LOOK_AGAIN_MS), update)
    const now = look()
    if (now === known) return
    known = now
    for (const listener of listeners) listener()
  }
  const off = [settings.subscribe(update), system.subscribe(update)]
  update()

  return {
    /** By the clock of this very moment: a timer may have slept. */
    get on(): boolean {
      return look()
    },
    subscribe(listener: () => void): () => void {
      listeners.add(listener)
      return () => void listeners.delete(listener)
    },
    stop(): void {
      callOff()
      for (const end of off) end()
    },
  }
}
