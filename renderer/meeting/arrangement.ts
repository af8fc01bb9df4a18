// What is large on the stage. Pure; where it stands is presentation.ts and grid.ts.
import type { Settings } from '../../shared/settings.ts'

export type StageLayout = Settings['stageLayout']
export const STAGE_LAYOUTS = ['automatic', 'grid', 'speaker'] as const satisfies readonly StageLayout[]

export const screenKey = (userId: string): string => `screen ${userId}`
export const isScreen = (key: string): boolean => key.startsWith('screen ')

export type Stage = {
  layout: StageLayout
  /** Keys of people and screens. */
  present: readonly string[]
  pinned: readonly string[]
  /** The shared screen that is to be seen. */
  screen: string | null
  /** Never oneself. */
  speaker: string | null
}

/** Keys; none: all are equally large. What a person has pinned goes before everything, then what is shared, then who speaks. */
export function enlarged({ layout, present, pinned, screen, speaker }: Stage): string[] {
  const chosen = pinned.filter((key) => present.includes(key))
  if (chosen.length > 0) return chosen
  if (layout === 'grid') return []
  if (screen !== null) return [screen]
  return layout === 'speaker' && speaker !== null ? [speaker] : []
}

export const nextLayout = (layout: StageLayout): StageLayout =>
  STAGE_LAYOUTS[(STAGE_LAYOUTS.indexOf(layout) + 1) % STAGE_LAYOUTS.length] ?? 'automatic'
