// A press by which this person is also allowed to: it waits a moment for the word of that, and only while nothing else happens.
import { watch } from 'vue'

type Source = 'microphone' | 'camera'
export type PendingPressOptions = {
  /** In which meeting, and what others have done to this source there: whatever changes in it calls the press off. */
  circumstances(source: Source): string
  may(source: Source): boolean
  turnOn(source: Source): void
}

/** A press is forgotten by then: what comes later needs another one. */
export const ALLOWED_WITHIN_MS = 3_000

export function createPendingPress({ circumstances, may, turnOn }: PendingPressOptions) {
  let giveUp = () => {}
  return {
    wait(source: Source): void {
      giveUp()
      const made = circumstances(source)
      const timer = setTimeout(() => giveUp(), ALLOWED_WITHIN_MS)
      const unwatch = watch([() => circumstances(source), () => may(source)], ([now, allowed]) => {
        if (now === made && !allowed) return
        giveUp()
        if (now === made) turnOn(source)
      })
      giveUp = () => {
        clearTimeout(timer)
        unwatch()
        giveUp = () => {}
      }
    },
    /** Also upon any later press: that one is meant. */
    callOff: () => giveUp(),
  }
}
