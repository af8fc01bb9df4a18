// One ticking clock for everything that counts down; it stands still while nobody looks.
import { onScopeDispose, ref, type Ref } from 'vue'

const TICK_MS = 250
const now = ref(0)
let watchers = 0
let timer: ReturnType<typeof setInterval> | undefined

export const readClock = (): number => Date.now()

/** Milliseconds since the epoch on this machine's clock, four times a second while the component lives. */
export function useNow(): Readonly<Ref<number>> {
  now.value = readClock()
  if (watchers++ === 0) timer = setInterval(() => (now.value = readClock()), TICK_MS)
  onScopeDispose(() => {
    if (--watchers === 0) clearInterval(timer)
  })
  return now
}
