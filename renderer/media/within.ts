import type { Timers } from '../../shared/time.ts'

/** Resolves when `listen` is told that it has come, and after `ms` in any case. `listen` returns what ends its listening. */
export function within(
  timers: Pick<Timers, 'after'>,
  ms: number,
  listen: (came: () => void) => () => void,
): Promise<void> {
  return new Promise((resolve) => {
    let endListening = () => {}
    const over = () => {
      callOff()
      endListening()
      resolve()
    }
    const callOff = timers.after(ms, over)
    endListening = listen(over)
  })
}
