// Short notices that go by themselves, but not while somebody is at one with pointer or keyboard. One list, shown by ToastRegion.vue.
import { defineStore } from 'pinia'
import { ref, shallowRef } from 'vue'

const SHOWN_MS = 5_000
/** `done`: what was asked for has worked. `ended`: a call or a meeting is over. `muted`, `stopped`: this microphone, or something else, is off, by somebody else. */
export type Toast = { id: number; text: string; tone: 'done' | 'ended' | 'muted' | 'stopped' | 'problem' }

export const useToasts = defineStore('toasts', () => {
  const toasts = ref<Toast[]>([])
  /** What they lie along the upper edge of, so that they cover nothing else; null: the bottom of the window. */
  const place = shallowRef<HTMLElement | null>(null)
  const timers = new Map<number, ReturnType<typeof setTimeout>>()
  let lastId = 0

  /** Stays until `release`, whatever the time. */
  function hold(id: number) {
    clearTimeout(timers.get(id))
    timers.delete(id)
  }
  /** Goes by itself again, its full time from now. */
  function release(id: number) {
    hold(id)
    timers.set(
      id,
      setTimeout(() => dismiss(id), SHOWN_MS),
    )
  }
  function keep(kept: Toast[]) {
    for (const { id } of toasts.value) if (!kept.some((toast) => toast.id === id)) hold(id)
    toasts.value = kept
  }
  const dismiss = (id: number) => keep(toasts.value.filter((toast) => toast.id !== id))
  function show(text: string, tone: Toast['tone']) {
    const id = ++lastId
    keep([...toasts.value.filter((toast) => toast.text !== text), { id, text, tone }].slice(-3))
    release(id)
  }
  return { toasts, place, show, dismiss, hold, release, clear: () => keep([]) }
})
