// Whom this person has starred. Kept with the account.
import { defineStore } from 'pinia'
import { computed } from 'vue'
import type { User } from '../../shared/protocol/things.ts'
import { errorWords } from '../errorWords.ts'
import { useHost } from '../host/useHost.ts'
import { useToasts } from '../ui/toasts.ts'
import { useWords } from '../words.ts'
import { useHostState } from './hostState.ts'

export const useContacts = defineStore('contacts', () => {
  const host = useHost()
  const hostState = useHostState()
  const toasts = useToasts()
  const words = useWords()
  const { t } = words
  const ids = computed(() => new Set(hostState.mirror.contacts.map(({ id }) => id)))

  return {
    has: (userId: string) => ids.value.has(userId),
    async set({ id, name }: User, contact: boolean) {
      const result = await host.ask('people.setContact', { userId: id, contact })
      if (result.ok) toasts.show(t(contact ? 'reach.added' : 'reach.removed', { name }), 'done')
      else toasts.show(errorWords(result.error, words), 'problem')
    },
  }
})
