// Whether two pictures show the same. Both are looked at in blocks of a few pixels: what another way of drawing letters changes is gone in the
// mean of a block, while a missing icon, another colour or a moved button is not. It runs in a page, which can read every format.
import type { Browser, Page } from 'playwright'
import type { Area } from './varying.ts'

/** Edge of a block in pixels. */
const BLOCK = 8
/** A block is another one from this difference of a colour on (0–255). */
const OTHER_FROM = 22
/** So many other blocks in three by three are seen. */
const SEEN_FROM = 3

export type Comparison = {
  same: boolean
  /** What is different, for people. */
  words: string
}

export type Comparer = {
  /** Base64 of pictures in any format of the web. `varying` is not looked at. */
  compare(before: string, after: string, varying: readonly Area[]): Promise<Comparison>
  /** A picture as WebP, much smaller, in base64. */
  toWebP(picture: string): Promise<string>
  close(): Promise<void>
}

export async function openComparer(browser: Browser): Promise<Comparer> {
  const context = await browser.newContext()
  const page = await context.newPage()
  return {
    async compare(before, after, varying) {
      const found = await differences(page, { before, after, varying })
      if (found === 'size') return { same: false, words: 'another size' }
      const same = found.seen < SEEN_FROM
      return { same, words: `${found.others} other blocks, most of them around ${found.x}, ${found.y}` }
    },
    toWebP: (picture) => page.evaluate(encodeWebP, picture),
    close: () => context.close(),
  }
}

const differences = (page: Page, pictures: { before: string; after: string; varying: readonly Area[] }) =>
  page.evaluate(countOthers, { ...pictures, block: BLOCK, otherFrom: OTHER_FROM })

/** Runs in the page. */
async function countOthers(input: {
  before: string
  after: string
  varying: readonly Area[]
  block: number
  otherFrom: number
}): Promise<'size' | { others: number; seen: number; x: number; y: number }> {
  const { block, otherFrom, varying } = input
  const decode = async (base64: string) => {
    const bytes = Uint8Array.from(atob(base64), (character) => character.charCodeAt(0))
    return createImageBitmap(new Blob([bytes]))
  }
  const [before, after] = await Promise.all([decode(input.before), decode(input.after)])
  const { width, height } = after
  if (before.width !== width || before.height !== height) return 'size'
  const columns = Math.floor(width / block)
  const rows = Math.floor(height / block)
  /** The mean colour of each block, what varies painted over. */
  const meansOf = (picture: ImageBitmap) => {
    const canvas = new OffscreenCanvas(width, height)
    const context = canvas.getContext('2d', { willReadFrequently: true })!
    context.drawImage(picture, 0, 0)
    for (const area of varying) context.fillRect(area.x, area.y, area.width, area.height)
    const { data } = context.getImageData(0, 0, width, height)
    const means = new Float32Array(columns * rows * 3)
    for (let y = 0; y < rows * block; y++)
      for (let x = 0; x < columns * block; x++) {
        const to = (Math.floor(y / block) * columns + Math.floor(x / block)) * 3
        const from = (y * width + x) * 4
        for (let colour = 0; colour < 3; colour++) means[to + colour]! += data[from + colour]! / (block * block)
      }
    return means
  }
  const [one, other] = [meansOf(before), meansOf(after)]
  const isOther = (column: number, row: number) => {
    if (column < 0 || row < 0 || column >= columns || row >= rows) return 0
    const at = (row * columns + column) * 3
    const most = Math.max(...[0, 1, 2].map((colour) => Math.abs(one[at + colour]! - other[at + colour]!)))
    return most >= otherFrom ? 1 : 0
  }
  const found = { others: 0, seen: 0, x: 0, y: 0 }
  for (let row = 0; row < rows; row++)
    for (let column = 0; column < columns; column++) {
      if (!isOther(column, row)) continue
      found.others++
      let seen = 0
      for (const down of [-1, 0, 1]) for (const right of [-1, 0, 1]) seen += isOther(column + right, row + down)
      if (seen > found.seen) Object.assign(found, { seen, x: column * block, y: row * block })
    }
  return found
}

/** Runs in the page. */
async function encodeWebP(base64: string): Promise<string> {
  const bytes = Uint8Array.from(atob(base64), (character) => character.charCodeAt(0))
  const picture = await createImageBitmap(new Blob([bytes]))
  const canvas = new OffscreenCanvas(picture.width, picture.height)
  canvas.getContext('2d')!.drawImage(picture, 0, 0)
  const written = await canvas.convertToBlob({ type: 'image/webp', quality: 0.86 })
  let text = ''
  for (const byte of new Uint8Array(await written.arrayBuffer())) text += String.fromCharCode(byte)
  return btoa(text)
}
