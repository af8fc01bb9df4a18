// Short notices that go by themselves. One list, shown by ToastRegion.vue.
import { defineStore } from 'pinia'
import { ref } from 'vue'

const SHOWN_MS = 5_000
export type Toast = { id: number; text: string; tone: 'plain' | 'problem' }

export const useToasts = defineStore('toasts', () => {
  const toasts = ref<Toast[]>([])
  let lastId = 0
  const dismiss = (id: number) => (toasts.value = toasts.value.filter((toast) => toast.id !== id))
  function show(text: string, tone: Toast['tone'] = 'plain') {
    const id = ++lastId
    toasts.value = [...toasts.value.filter((toast) => toast.text !== text), { id, text, tone }].slice(-3)
    setTimeout(() => dismiss(id), SHOWN_MS)
  }
  return { toasts, show, dismiss }
})
