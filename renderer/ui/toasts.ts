// Short notices that go by themselves. One list, shown by ToastRegion.vue.
import { defineStore } from 'pinia'
import { ref, shallowRef } from 'vue'

const SHOWN_MS = 5_000
/** `done`: what was asked for has worked. `ended`: a call or a meeting is over. `muted`: this microphone is off, by somebody else. */
export type Toast = { id: number; text: string; tone: 'done' | 'ended' | 'muted' | 'problem' }

export const useToasts = defineStore('toasts', () => {
  const toasts = ref<Toast[]>([])
  /** What they lie along the upper edge of, so that they cover nothing else; null: the bottom of the window. */
  const place = shallowRef<HTMLElement | null>(null)
  let lastId = 0
  const dismiss = (id: number) => (toasts.value = toasts.value.filter((toast) => toast.id !== id))
  function show(text: string, tone: Toast['tone']) {
    const id = ++lastId
    toasts.value = [...toasts.value.filter((toast) => toast.text !== text), { id, text, tone }].slice(-3)
    setTimeout(() => dismiss(id), SHOWN_MS)
  }
  return { toasts, place, show, dismiss, clear: () => (toasts.value = []) }
})
