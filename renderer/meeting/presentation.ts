// Where a shared screen and the people stand on the stage: the screen as large as can be, the people in a strip beside or below it.

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
/** For the bar that scrolls it. */
const SCROLL_ROOM = 12

/** For a box of this size, in CSS pixels. */
export function layOutPresentation(boxWidth: number, boxHeight: number): Presentation {
  const side = boxWidth >= boxHeight * BESIDE_FROM_ASPECT ? 'right' : 'bottom'
  const wished = Math.min(TILE_WIDTH_MAX, Math.max(TILE_WIDTH_MIN, boxWidth * STRIP_PART))
  const tile = { width: Math.floor(wished), height: Math.floor(wished / TILE_ASPECT) }
  const left = (whole: number, taken: number) => Math.max(0, whole - taken - GAP)
  if (side === 'right') {
    const strip = { width: Math.min(boxWidth, tile.width + SCROLL_ROOM), height: boxHeight }
    return { side, tile, strip, screen: { width: left(boxWidth, strip.width), height: boxHeight } }
  }
  const strip = { width: boxWidth, height: Math.min(boxHeight, tile.height + SCROLL_ROOM) }
  return { side, tile, strip, screen: { width: boxWidth, height: left(boxHeight, strip.height) } }
}
