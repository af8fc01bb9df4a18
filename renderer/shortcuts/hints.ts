// What keys are called on this computer, for tooltips and the like.
import { keysOf, type ShortcutId } from './registry.ts'

/** By what the browser, and Electron alike, says of the system. */
export const isMac = (): boolean => /^(Mac|iP)/.test(navigator.platform)

/** "Ctrl K". */
export const keyHint = (id: ShortcutId): string => keysOf(id, isMac()).join(' ')
