// What a line of the palette is.
import type { Component } from 'vue'
import type { User } from '../../shared/protocol/things.ts'

export type PaletteEntry = {
  key: string
  label: string
  /** What people may call it besides, as one text. */
  otherWords?: string
  /** One line of state. */
  line?: string
  /** Somebody to ring: chosen with audio, or, by the second way, with video. */
  person?: User
  icon?: Component
  keys?: readonly string[]
  run(second: boolean): unknown
}
export type PaletteGroup = { key: string; heading: string; entries: readonly PaletteEntry[] }
