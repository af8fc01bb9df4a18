// How many columns let the tiles of a meeting be as large as they can.

export type Grid = { columns: number; rows: number; width: number; height: number }

const GAP = 10
/** Tiles between these shapes show faces well; 16:9 is what cameras send. */
const ASPECT_MIN = 1.15
const ASPECT_MAX = 16 / 9 + 0.12

/** The layout for `count` tiles in a box; all in CSS pixels. Tiles get the width and height given. */
export function layOut(count: number, boxWidth: number, boxHeight: number): Grid {
  let best: Grid = { columns: 1, rows: Math.max(1, count), width: 0, height: 0 }
  for (let columns = 1; columns <= Math.max(1, count); columns++) {
    const rows = Math.ceil(count / columns)
    const cellWidth = (boxWidth - GAP * (columns - 1)) / columns
    const cellHeight = (boxHeight - GAP * (rows - 1)) / rows
    if (cellWidth <= 0 || cellHeight <= 0) continue
    const width = Math.min(cellWidth, cellHeight * ASPECT_MAX)
    const height = Math.min(cellHeight, width / ASPECT_MIN)
    if (width * height > best.width * best.height)
      best = { columns, rows, width: Math.floor(width), height: Math.floor(height) }
  }
  return best
}
