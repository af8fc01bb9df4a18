// How many columns let the tiles of a meeting be as large as they can, and where each of them stands.

export type Grid = { columns: number; rows: number; width: number; height: number }
type Size = { width: number; height: number }
export type Rect = { left: number; top: number; width: number; height: number }

const GAP = 10
/** Tiles between these shapes show faces well; 16:9 is what cameras send. */
const ASPECT_MIN = 1.15
const ASPECT_MAX = 16 / 9 + 0.12

/** How many may stand on one page, the most first, and from which width of a tile on. */
const PAGES: readonly { count: number; widthMin: number }[] = [
  { count: 25, widthMin: 240 },
  { count: 16, widthMin: 100 },
  { count: 9, widthMin: 90 },
]
const PAGE_MIN = 4

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

/** Where `count` tiles stand in a box: in rows, each of them in the middle, as the whole is. */
export function gridRects(count: number, box: Rect): Rect[] {
  const { columns, rows, width, height } = layOut(count, box.width, box.height)
  const top = box.top + (box.height - rows * height - (rows - 1) * GAP) / 2
  return Array.from({ length: count }, (_, index) => {
    const row = Math.floor(index / columns)
    const inRow = Math.min(columns, count - row * columns)
    const left = box.left + (box.width - inRow * width - (inRow - 1) * GAP) / 2
    return {
      left: Math.round(left + (index % columns) * (width + GAP)),
      top: Math.round(top + row * (height + GAP)),
      width,
      height,
    }
  })
}

/** 16 in most windows, 25 in big ones, fewer where 16 would be too small to know anybody. */
export function tilesPerPage({ width, height }: Size): number {
  const fitting = PAGES.find(({ count, widthMin }) => layOut(count, width, height).width >= widthMin)
  return fitting?.count ?? PAGE_MIN
}
