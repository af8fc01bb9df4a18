// Where what is large (a shared screen, whoever speaks, those who are pinned) and the others stand on the stage: the large as large as
// can be, the others in a strip beside or below it.
import { gridRects, type Rect } from './grid.ts'

type Size = { width: number; height: number }
export type Presentation = { side: 'right' | 'bottom'; screen: Size; strip: Size; tile: Size }

const GAP = 10
const TILE_ASPECT = 16 / 9
/** A strip takes this part of the stage, within what shows a face. */
const STRIP_PART = 0.2
const TILE_WIDTH_MIN = 128
const TILE_WIDTH_MAX = 224
/** Beside the strip the screen would be narrow in a stage that is hardly wider than it is high. */
const BESIDE_FROM_ASPECT = 1.25

/** For a box of this size, in CSS pixels. */
export function layOutPresentation(boxWidth: number, boxHeight: number): Presentation {
  const side = boxWidth >= boxHeight * BESIDE_FROM_ASPECT ? 'right' : 'bottom'
  const wished = Math.min(TILE_WIDTH_MAX, Math.max(TILE_WIDTH_MIN, boxWidth * STRIP_PART))
  const tile = { width: Math.floor(wished), height: Math.floor(wished / TILE_ASPECT) }
  const left = (whole: number, taken: number) => Math.max(0, whole - taken - GAP)
  if (side === 'right') {
    const strip = { width: Math.min(boxWidth, tile.width), height: boxHeight }
    return { side, tile, strip, screen: { width: left(boxWidth, strip.width), height: boxHeight } }
  }
  const strip = { width: boxWidth, height: Math.min(boxHeight, tile.height) }
  return { side, tile, strip, screen: { width: boxWidth, height: left(boxHeight, strip.height) } }
}

/** How many stand in the strip; the rest are on its further pages. One at least. */
export function stripCapacity({ side, strip, tile }: Presentation): number {
  const [along, one] = side === 'right' ? [strip.height, tile.height] : [strip.width, tile.width]
  return Math.max(1, Math.floor((along + GAP) / (one + GAP)))
}

/** The strip's tiles, along its middle. */
export function stripRects(count: number, { side, screen, strip, tile }: Presentation): Rect[] {
  const beside = side === 'right'
  const one = beside ? tile.height : tile.width
  const along = count * one + (count - 1) * GAP
  const start = Math.max(0, ((beside ? strip.height : strip.width) - along) / 2)
  return Array.from({ length: count }, (_, index) => {
    const at = Math.round(start + index * (one + GAP))
    return beside ? { left: screen.width + GAP, top: at, ...tile } : { left: at, top: screen.height + GAP, ...tile }
  })
}

/** The large ones share their place; a shared screen that is alone there has all of it, since it is not cut. */
export function largeRects(keys: readonly string[], place: Size, whole: (key: string) => boolean): Rect[] {
  const box = { left: 0, top: 0, ...place }
  const [only, ...more] = keys
  return only !== undefined && more.length === 0 && whole(only) ? [box] : gridRects(keys.length, box)
}
