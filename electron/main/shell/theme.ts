// Native parts (menus, title bars, `prefers-color-scheme` in the pages) follow the person's choice of theme.
import { nativeTheme } from 'electron'
import type { SettingsFile } from './settingsFile.ts'

export function followTheme(settings: SettingsFile): void {
  nativeTheme.themeSource = settings.value.theme
  settings.subscribe(({ theme }) => {
    nativeTheme.themeSource = theme
  })
}
