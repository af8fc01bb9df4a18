// The key that pins: whose picture has the focus or is under the pointer; else, when somebody is pinned, it lets all go; else it pins whoever
// speaks now.
import { useHostState } from '../stores/hostState.ts'
import { usePins } from '../stores/pins.ts'

export function usePinKey(): () => void {
  const hostState = useHostState()
  const pins = usePins()
  return () => {
    const tile =
      document.activeElement?.closest<HTMLElement>('article[data-user]') ??
      document.querySelector<HTMLElement>('article[data-user]:hover')
    if (tile?.dataset.user !== undefined) return pins.toggle(tile.dataset.user)
    if (pins.pinned.length > 0) return pins.clear()
    const speaker = hostState.mirror.speakers.find((userId) => userId !== hostState.me?.id)
    if (speaker !== undefined) pins.toggle(speaker)
  }
}
