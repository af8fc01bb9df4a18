// How those in the meeting stand on the stage, as lines of a menu: of the bar's own, or among the rest where the bar has no room.
import { Eye, EyeOff, GalleryHorizontalEnd, LayoutGrid, LayoutPanelLeft, PinOff } from '@lucide/vue'
import { computed, type Component } from 'vue'
import { usePins } from '../stores/pins.ts'
import { useSettings } from '../stores/settings.ts'
import type { MenuEntry } from '../ui/menu.ts'
import { useWords, type MessageKey } from '../words.ts'
import { STAGE_LAYOUTS, type StageLayout } from './arrangement.ts'

export const LAYOUT_ICONS: Record<StageLayout, Component> = {
  automatic: LayoutPanelLeft,
  grid: LayoutGrid,
  speaker: GalleryHorizontalEnd,
}
const HINTS: Record<StageLayout, MessageKey> = {
  automatic: 'stage.automaticHint',
  grid: 'stage.gridHint',
  speaker: 'stage.speakerHint',
}

export function useLayoutEntries() {
  const settings = useSettings()
  const pins = usePins()
  const { t } = useWords()
  return computed((): MenuEntry[] => {
    const { stageLayout, showOwnPicture } = settings.current
    return [
      { kind: 'label', label: t('stage.layout') },
      ...STAGE_LAYOUTS.map((layout) => ({
        label: t(`stage.${layout}`),
        hint: t(HINTS[layout]),
        checked: layout === stageLayout,
        select: () => settings.change({ stageLayout: layout }),
      })),
      { kind: 'line' },
      {
        label: t(showOwnPicture ? 'stage.hideOwn' : 'stage.showOwn'),
        icon: showOwnPicture ? EyeOff : Eye,
        select: () => settings.change({ showOwnPicture: !showOwnPicture }),
      },
      ...(pins.pinned.length > 0 ? [{ label: t('stage.unpinAll'), icon: PinOff, select: () => pins.clear() }] : []),
    ]
  })
}
