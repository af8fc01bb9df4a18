// The line of a menu that keeps somebody large on the stage, or lets them go.
import { Pin, PinOff } from '@lucide/vue'
import { computed, type ComputedRef } from 'vue'
import { usePins } from '../stores/pins.ts'
import type { MenuItem } from '../ui/menu.ts'
import { useWords } from '../words.ts'

export function usePinEntry(key: () => string): ComputedRef<MenuItem> {
  const pins = usePins()
  const { t } = useWords()
  return computed(() => {
    const pinned = pins.pinned.includes(key())
    return {
      label: t(pinned ? 'stage.unpin' : 'stage.pin'),
      icon: pinned ? PinOff : Pin,
      select: () => pins.toggle(key()),
    }
  })
}
