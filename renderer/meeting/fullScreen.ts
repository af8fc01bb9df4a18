// The meeting over the whole screen: the page itself, so that menus and notices, which lie over the page, are seen there too.
import { useFullscreen } from '@vueuse/core'
import { onScopeDispose, type Ref } from 'vue'

export function useMeetingFullScreen(): { isFull: Ref<boolean>; toggle(): Promise<void>; isThere: Ref<boolean> } {
  const { isFullscreen, isSupported, toggle, exit } = useFullscreen(document.documentElement)
  onScopeDispose(() => isFullscreen.value && void exit())
  return { isFull: isFullscreen, toggle, isThere: isSupported }
}
