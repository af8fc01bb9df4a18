import { defineStore } from 'pinia'
import { computed } from 'vue'
import type { Settings } from '../../shared/settings.ts'
import { useHost } from '../host/useHost.ts'
import { useHostState } from './hostState.ts'

export const useSettings = defineStore('settings', () => {
  const host = useHost()
  const hostState = useHostState()
  const change = (changed: Partial<Settings>) => void host.setSettings(changed)
  return {
    current: computed(() => hostState.settings),
    change,
    /** One setting, for a control. */
    bound: <Key extends keyof Settings>(key: Key) =>
      computed({
        get: () => hostState.settings[key],
        set: (value: Settings[Key]) => change({ [key]: value } as Partial<Settings>),
      }),
  }
})
