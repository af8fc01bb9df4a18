import { defineStore } from 'pinia'
import { computed } from 'vue'
import type { Settings } from '../../shared/settings.ts'
import { useHost } from '../host/useHost.ts'
import { useHostState } from './hostState.ts'

export const useSettings = defineStore('settings', () => {
  const host = useHost()
  const hostState = useHostState()
  return {
    current: computed(() => hostState.settings),
    change: (change: Partial<Settings>) => void host.setSettings(change),
  }
})
