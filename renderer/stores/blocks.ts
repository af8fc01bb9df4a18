// Whose rings do not reach this person. Kept with the account.
import { defineStore } from 'pinia'
import { computed } from 'vue'
import type { User } from '../../shared/protocol/things.ts'
import { errorWords } from '../errorWords.ts'
import { useHost } from '../host/useHost.ts'
import { useToasts } from '../ui/toasts.ts'
import { useWords } from '../words.ts'
import { useHostState } from './hostState.ts'

export const useBlocks = defineStore('blocks', () => {
  const host = useHost()
  const hostState = useHostState()
  const toasts = useToasts()
  const words = useWords()
  const { t } = words
  const people = computed(() => hostState.mirror.blocked)

  return {
    people,
    has: (userId: string) => people.value.some(({ id }) => id === userId),
    async set({ id, name }: User, blocked: boolean) {
      const result = await host.ask('people.block', { userId: id, blocked })
      if (result.ok) toasts.show(t(blocked ? 'blocks.done' : 'blocks.undone', { name }), 'done')
      else toasts.show(errorWords(result.error, words), 'problem')
    },
  }
})
