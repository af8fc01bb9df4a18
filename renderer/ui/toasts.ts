// Short notices that go by themselves, but not while somebody is at one with pointer or keyboard. One list, shown by ToastRegion.vue.
import { defineStore } from 'pinia'
import { ref, shallowRef } from 'vue'

const SHOWN_MS = 5_000
/** Something that can be done about it, by a press that puts the notice away. */
type ToastAction = { label: string; run(): void }
/**
 * `done`: what was asked for has worked. `ended`: a call or a meeting is over. `muted`, `stopped`: this microphone, or
 * something else, is off, by somebody else.
 * `device`: a microphone, camera or speaker came or went.
 */
export type Toast = {
  id: number
  text: string
  tone: 'done' | 'ended' | 'muted' | 'stopped' | 'device' | 'problem' | 'message' | 'hand'
  /** Of one topic only the newest is up. */
  topic?: string | undefined
  action?: ToastAction | undefined
}

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
  function show(text: string, tone: Toast['tone'], action?: ToastAction, topic?: string) {
    const id = ++lastId
    const others = toasts.value.filter((toast) => toast.text !== text && (!topic || toast.topic !== topic))
    keep([...others, { id, text, tone, action, topic }].slice(-3))
    release(id)
  }
  const drop = (topic: string) => keep(toasts.value.filter((toast) => toast.topic !== topic))
  return { toasts, place, show, drop, dismiss, hold, release, clear: () => keep([]) }
})
