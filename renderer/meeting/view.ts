// Tells media how large a picture is on this screen, and whether it can be seen at all.
import { useDocumentVisibility, useIntersectionObserver, useResizeObserver } from '@vueuse/core'
import { onScopeDispose, ref, watch, watchEffect, type Ref } from 'vue'
import type { PictureSource } from '../media/views.ts'
import { useMedia } from '../stores/media.ts'

export type PictureShown = { userId: string; source: PictureSource; large: boolean }

/** For the element that shows it; `shown`: null when this is nobody's picture, or one's own. */
export function useView(element: Readonly<Ref<HTMLElement | null>>, shown: () => PictureShown | null): void {
  const { views } = useMedia()
  const size = ref({ width: 0, height: 0 })
  const inSight = ref(true)
  useResizeObserver(element, ([entry]) => {
    if (entry) size.value = { width: entry.contentRect.width, height: entry.contentRect.height }
  })
  useIntersectionObserver(element, (entries) => (inSight.value = entries.at(-1)?.isIntersecting ?? true))
  watch(
    () => [shown()?.userId, shown()?.source] as const,
    ([userId, source], _, onCleanup) => {
      if (userId === undefined || source === undefined) return
      const place = views.place(userId, source)
      const stop = watchEffect(() => {
        const { width, height } = size.value
        const scale = window.devicePixelRatio
        const seen = inSight.value && width > 0
        place.set(seen ? { width: width * scale, height: height * scale, large: shown()?.large ?? false } : null)
      })
      onCleanup(() => {
        stop()
        place.remove()
      })
    },
    { immediate: true },
  )
}

/** A window that is minimised or hidden shows nothing. */
export function usePageSeen(): void {
  const { views } = useMedia()
  const visibility = useDocumentVisibility()
  watchEffect(() => views.setPageSeen(visibility.value === 'visible'))
  onScopeDispose(() => views.setPageSeen(true))
}
