// Light or dark: the setting, or the system's; a meeting is always dark.
import { watchEffect } from 'vue'
import type { Settings } from '../shared/settings.ts'

export function followTheme(theme: () => Settings['theme'], alwaysDark: () => boolean = () => false): void {
  const system = window.matchMedia('(prefers-color-scheme: dark)')
  const apply = () => {
    const dark = alwaysDark() || (theme() === 'system' ? system.matches : theme() === 'dark')
    document.documentElement.dataset.theme = dark ? 'dark' : 'light'
  }
  watchEffect(apply)
  system.addEventListener('change', apply)
}
