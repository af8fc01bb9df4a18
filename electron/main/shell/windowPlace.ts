// Where the main window was, kept between runs, and whether that place still exists.
import { z } from 'zod'
import type { Rectangle } from 'electron'

const placeSchema = z.object({
  x: z.number().int(),
  y: z.number().int(),
  width: z.number().int(),
  height: z.number().int(),
  maximized: z.boolean(),
})
export type WindowPlace = z.infer<typeof placeSchema>

export const MAIN_SIZE = { width: 1180, height: 760 }
export const MAIN_MINIMUM = { width: 880, height: 560 }
/** So much of a window must lie on a screen for it to be found and dragged. */
const VISIBLE_MIN = 80

export const readPlace = (found: unknown): WindowPlace | null => placeSchema.safeParse(found).data ?? null

/** The kept place, or just the size when no screen shows it any more; the default size when nothing was kept. Never larger than a screen. */
export function usablePlace(place: WindowPlace | null, workAreas: readonly Rectangle[]): Partial<Rectangle> {
  if (!place) return MAIN_SIZE
  const wide = Math.max(place.width, MAIN_MINIMUM.width)
  const home = workAreas.find((area) => {
    const width = Math.min(place.x + wide, area.x + area.width) - Math.max(place.x, area.x)
    // The title bar is what it is dragged by.
    return width >= VISIBLE_MIN && place.y >= area.y && place.y <= area.y + area.height - VISIBLE_MIN
  })
  const { width, height } = home ?? workAreas[0] ?? place
  const size = {
    width: Math.max(Math.min(place.width, width), MAIN_MINIMUM.width),
    height: Math.max(Math.min(place.height, height), MAIN_MINIMUM.height),
  }
  return home ? { x: place.x, y: place.y, ...size } : size
}
