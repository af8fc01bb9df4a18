// What can be done now, offered by the screens and controls that do it, and taken by keys and the palette.
import { defineStore } from 'pinia'
import { onScopeDispose, ref, shallowReactive } from 'vue'
import type { ShortcutId } from './registry.ts'

export type Action = {
  run(): unknown
  /** False: it is there, and not possible now. */
  possible?: () => boolean
}

export const useActions = defineStore('actions', () => {
  /** The last one who offered it does it. */
  const offered = shallowReactive(new Map<ShortcutId, readonly Action[]>())
  const paletteOpen = ref(false)
  const sheetOpen = ref(false)

  function add(id: ShortcutId, action: Action): () => void {
    offered.set(id, [...(offered.get(id) ?? []), action])
    return () => {
      const left = (offered.get(id) ?? []).filter((one) => one !== action)
      if (left.length > 0) offered.set(id, left)
      else offered.delete(id)
    }
  }

  const possible = (id: ShortcutId): Action | null => {
    const action = offered.get(id)?.at(-1)
    return action && (action.possible?.() ?? true) ? action : null
  }

  return {
    paletteOpen,
    sheetOpen,
    /** As long as the component that calls it lives. */
    offer(actions: Partial<Record<ShortcutId, Action>>): void {
      const withdraw = Object.entries(actions).map(([id, action]) => add(id as ShortcutId, action))
      onScopeDispose(() => withdraw.forEach((take) => take()))
    },
    /** Whether it can be done now. */
    can: (id: ShortcutId): boolean => possible(id) !== null,
    /** False when it cannot. */
    run(id: ShortcutId): boolean {
      const action = possible(id)
      void action?.run()
      return action !== null
    },
  }
})
