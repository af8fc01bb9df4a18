// Makes Parley's pictures under resources/ from resources/parley.svg: the mark in the forms that Windows, macOS and Linux want, the tray's
// states and the signs of the task bar: `node scripts/icons.mjs`. A Chromium draws them all on one sheet, which is then cut up.

import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { crc32, deflateSync, inflateSync } from 'node:zlib'
import { findBrowser } from './lib/browser.mjs'
import { runMain, SetupError } from './lib/log.mjs'
import { inRepository } from './lib/paths.mjs'
import { run } from './lib/processes.mjs'

const sheetWidth = 1024
const channels = 4
const markSizes = [16, 32, 48, 64, 128, 256, 512]
const trayStates = ['signedOut', 'idle', 'inMeeting', 'ringing1', 'ringing2', 'ringing3', 'ringing4', 'missed']
const overlays = ['ringing', 'missed']

await runMain(async () => {
  const doubled = (folder, name) => [
    { symbol: `${folder}-${name}`, size: 16, file: [folder, `${name}.png`] },
    { symbol: `${folder}-${name}`, size: 32, file: [folder, `${name}@2x.png`] },
  ]
  const wanted = [
    ...markSizes.map((size) => ({ symbol: 'app', size, file: ['icons', `${size}x${size}.png`] })),
    ...trayStates.flatMap((state) => doubled('tray', state)),
    ...overlays.flatMap((sign) => doubled('overlay', sign)),
  ]
  const drawn = await drawAll(wanted)
  for (const { file, picture } of drawn) await write(picture, ...file)
  const mark = (size) => drawn.find((one) => one.symbol === 'app' && one.size === size).picture
  await write(mark(128), 'icon-128.png')
  await write(mark(512), 'icon.png')
  await write(windowsIcon([16, 32, 48, 64, 128, 256], mark), 'icon.ico')
  await write(macIcon({ icp4: 16, icp5: 32, icp6: 64, ic07: 128, ic08: 256, ic09: 512 }, mark), 'icon.icns')
})

/** @returns the same with `picture`, a PNG file's content, each */
async function drawAll(wanted) {
  const svg = await readFile(inRepository('resources', 'parley.svg'), 'utf8')
  const { placed, height } = placeInRows(wanted)
  const uses = placed.map(
    ({ symbol, size, x, y }) =>
      `<svg style="left:${x}px;top:${y}px" width="${size}" height="${size}"><use href="#${symbol}"/></svg>`,
  )
  const style = '<style>*{margin:0}svg{position:absolute}svg:first-of-type{width:0;height:0}</style>'
  const sheet = await photograph(`<!doctype html>${style}${svg}${uses.join('')}`, height)
  return placed.map((one) => ({ ...one, picture: png(cut(sheet, one), one.size) }))
}

/** Side by side as long as there is room, the tallest first in its row. */
function placeInRows(wanted) {
  let [x, y, rowHeight] = [0, 0, 0]
  const placed = [...wanted]
    .sort((one, other) => other.size - one.size)
    .map((one) => {
      if (x + one.size > sheetWidth) [x, y, rowHeight] = [0, y + rowHeight, 0]
      const place = { ...one, x, y }
      x += one.size
      rowHeight = Math.max(rowHeight, one.size)
      return place
    })
  return { placed, height: y + rowHeight }
}

/** @returns {Promise<{pixels: Buffer, width: number}>} RGBA */
async function photograph(html, height) {
  const browser = await findBrowser()
  if (browser === undefined) throw new SetupError('This needs a Chromium; PARLEY_CHROMIUM may name one.')
  const folder = await mkdtemp(path.join(tmpdir(), 'parley-icons-'))
  try {
    const [page, picture] = [path.join(folder, 'sheet.html'), path.join(folder, 'sheet.png')]
    await writeFile(page, html)
    const args = ['--headless', '--no-sandbox', '--disable-gpu', '--hide-scrollbars', '--force-device-scale-factor=1']
    const sheet = [`--window-size=${sheetWidth},${height}`, '--default-background-color=00000000']
    const own = [`--user-data-dir=${path.join(folder, 'profile')}`, `--screenshot=${picture}`]
    const { code, output } = await run(browser, [...args, ...sheet, ...own, page], { timeLimitMs: 60_000 })
    const content = await readFile(picture).catch(() => null)
    if (code !== 0 || content === null) throw new SetupError(`The browser drew nothing:\n${output}`)
    return readPng(content)
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

function cut({ pixels, width }, { x, y, size }) {
  const rows = Array.from({ length: size }, (_, row) => {
    const start = ((y + row) * width + x) * channels
    return pixels.subarray(start, start + size * channels)
  })
  return Buffer.concat(rows)
}

/** Of PNG what Chromium writes: eight bits a channel, not interlaced. */
function readPng(file) {
  const parts = { IDAT: [] }
  for (let at = 8; at < file.length;) {
    const length = file.readUInt32BE(at)
    const name = file.toString('latin1', at + 4, at + 8)
    const data = file.subarray(at + 8, at + 8 + length)
    if (name === 'IDAT') parts.IDAT.push(data)
    else parts[name] = data
    at += length + 12
  }
  const [width, height] = [parts.IHDR.readUInt32BE(0), parts.IHDR.readUInt32BE(4)]
  if (parts.IHDR[8] !== 8 || parts.IHDR[9] !== 6) throw new Error('the browser’s picture is not RGBA')
  return { width, pixels: unfilter(inflateSync(Buffer.concat(parts.IDAT)), width, height) }
}

/** Each row names how it is told from what is left of it, above it, and left of that (PNG specification, section 9). */
function unfilter(rows, width, height) {
  const stride = width * channels
  const pixels = Buffer.alloc(stride * height)
  for (let row = 0; row < height; row++) {
    const filter = rows[row * (stride + 1)]
    for (let column = 0; column < stride; column++) {
      const at = row * stride + column
      const left = column < channels ? 0 : pixels[at - channels]
      const above = row === 0 ? 0 : pixels[at - stride]
      const corner = row === 0 || column < channels ? 0 : pixels[at - stride - channels]
      const told = [0, left, above, (left + above) >> 1, nearest(left, above, corner)][filter]
      pixels[at] = rows[at + row + 1] + told
    }
  }
  return pixels
}

function nearest(left, above, corner) {
  const guess = left + above - corner
  const [a, b, c] = [left, above, corner].map((value) => Math.abs(guess - value))
  return a <= b && a <= c ? left : b <= c ? above : corner
}

function png(pixels, size) {
  const header = Buffer.alloc(13)
  header.writeUInt32BE(size, 0)
  header.writeUInt32BE(size, 4)
  header.set([8, 6, 0, 0, 0], 8)
  const rows = Array.from({ length: size }, (_, row) =>
    Buffer.concat([Buffer.from([0]), pixels.subarray(row * size * 4, (row + 1) * size * 4)]),
  )
  const signature = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a])
  const body = deflateSync(Buffer.concat(rows), { level: 9 })
  return Buffer.concat([signature, chunk('IHDR', header), chunk('IDAT', body), chunk('IEND', Buffer.alloc(0))])
}

function chunk(name, data) {
  const named = Buffer.concat([Buffer.from(name, 'latin1'), data])
  const length = Buffer.alloc(4)
  length.writeUInt32BE(data.length)
  const check = Buffer.alloc(4)
  check.writeUInt32BE(crc32(named) >>> 0)
  return Buffer.concat([length, named, check])
}

/** A list of sizes and places, then the pictures. 0 stands for 256 there. */
function windowsIcon(sizes, mark) {
  const bodies = sizes.map(mark)
  const head = Buffer.alloc(6 + 16 * sizes.length)
  head.writeUInt16LE(1, 2)
  head.writeUInt16LE(sizes.length, 4)
  let offset = head.length
  for (const [index, size] of sizes.entries()) {
    const at = 6 + 16 * index
    head.set([size % 256, size % 256, 0, 0, 1, 0, 32, 0], at)
    head.writeUInt32LE(bodies[index].length, at + 8)
    head.writeUInt32LE(offset, at + 12)
    offset += bodies[index].length
  }
  return Buffer.concat([head, ...bodies])
}

/** @param {Record<string, number>} kinds size by the four letters that macOS has for it */
function macIcon(kinds, mark) {
  const tagged = (name, body) => {
    const head = Buffer.alloc(8)
    head.write(name, 'latin1')
    head.writeUInt32BE(body.length + 8, 4)
    return Buffer.concat([head, body])
  }
  return tagged('icns', Buffer.concat(Object.entries(kinds).map(([name, size]) => tagged(name, mark(size)))))
}

async function write(content, ...where) {
  const file = inRepository('resources', ...where)
  await mkdir(path.dirname(file), { recursive: true })
  await writeFile(file, content)
}
