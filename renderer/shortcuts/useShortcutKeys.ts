// Hears the keys of the whole window, as long as somebody is signed in.
import { useEventListener } from '@vueuse/core'
import { useRoom } from '../stores/room.ts'
import { useSettings } from '../stores/settings.ts'
import { useActions } from './actions.ts'
import { isMac } from './hints.ts'
import { isTyped, shortcutFor } from './registry.ts'
import { somethingLiesOver, takesKeys } from './typing.ts'

export function useShortcutKeys(): void {
  const room = useRoom()
  const settings = useSettings()
  const actions = useActions()
  useEventListener(document, 'keydown', (event) => {
    const id = shortcutFor(event, ['everywhere', room.shown ? 'meeting' : 'outside', 'ring'], isMac())
    if (!id || event.defaultPrevented) return
    if (isTyped(id) && (takesKeys(event.target) || !settings.current.singleKeys)) return
    // Asked for and not there yet: what is typed meanwhile is meant for it.
    if (actions.paletteOpen || actions.sheetOpen) return void (isTyped(id) && event.preventDefault())
    if (somethingLiesOver() || !actions.run(id)) return
    event.preventDefault()
  })
}
