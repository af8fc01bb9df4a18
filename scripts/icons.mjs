// Draws Parley's mark and the tray's states under resources/, as PNG files and in the forms that Windows and macOS want: `node scripts/icons.mjs`.
// The shapes are formulas and the PNG writer is thirty lines, so that every size comes out sharp with nothing installed.

import { mkdirSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { crc32, deflateSync } from 'node:zlib'
import { inRepository } from './lib/paths.mjs'

const teal = [13, 148, 136]
const grey = [120, 130, 140]
const white = [255, 255, 255]
const amber = [234, 140, 20]
const clear = [0, 0, 0, 0]
const samplesPerSide = 5

// Shapes live on a square from -1 to 1; each answers whether a point is inside it.
const disc = (cx, cy, radius) => (x, y) => Math.hypot(x - cx, y - cy) <= radius
const ring = (cx, cy, inner, outer) => (x, y) =>
  Math.hypot(x - cx, y - cy) <= outer && Math.hypot(x - cx, y - cy) >= inner
const either =
  (...shapes) =>
  (x, y) =>
    shapes.some((shape) => shape(x, y))
const both =
  (...shapes) =>
  (x, y) =>
    shapes.every((shape) => shape(x, y))
const without = (shape, hole) => (x, y) => shape(x, y) && !hole(x, y)
const triangle = (a, b, c) => (x, y) => {
  const side = ([x1, y1], [x2, y2]) => (x - x2) * (y1 - y2) - (x1 - x2) * (y - y2)
  const sides = [side(a, b), side(b, c), side(c, a)]
  return sides.every((value) => value >= 0) || sides.every((value) => value <= 0)
}
const scaled = (shape, factor) => (x, y) => shape(x / factor, y / factor)

/** A speech bubble: people talking. */
const bubble = either(disc(0, -0.08, 0.8), triangle([-0.62, 0.25], [-0.72, 0.92], [0.05, 0.6]))
/** Inside it, two arcs that face each other: two sides of a call. */
const openToTheSide = (x, y) => Math.abs(y + 0.08) < Math.abs(x) * 1.1
const arcs = either(disc(0, -0.08, 0.17), both(ring(0, -0.08, 0.34, 0.52), openToTheSide))
const outline = without(bubble, scaled(bubble, 0.72))
const small = scaled(bubble, 0.62)
const waves = (radius) => both(ring(0, -0.08, radius - 0.13, radius), (x, y) => Math.abs(y + 0.08) < Math.abs(x) * 0.85)
const badge = disc(0.6, -0.6, 0.38)
const badgeGap = disc(0.6, -0.6, 0.5)

// Layers from back to front. A state differs from the others in shape, not only in colour.
const trayStates = {
  signedOut: [[outline, grey]],
  idle: [
    [bubble, teal],
    [arcs, white],
  ],
  inMeeting: [
    [bubble, teal],
    [disc(0, -0.08, 0.4), white],
  ],
  ringing1: [
    [small, teal],
    [waves(0.78), teal],
  ],
  ringing2: [
    [small, teal],
    [waves(0.98), teal],
  ],
  missed: [
    [bubble, teal],
    [arcs, white],
    [badgeGap, clear],
    [badge, amber],
  ],
}

/** For the corner of a button in the task bar, over the app's own icon. */
const overlays = {
  ringing: [
    [disc(0, 0, 0.98), teal],
    [scaled(bubble, 0.62), white],
  ],
  missed: [
    [disc(0, 0, 0.98), amber],
    [either((x, y) => Math.abs(x) < 0.14 && y > -0.62 && y < 0.18, disc(0, 0.5, 0.17)), white],
  ],
}

const roundedSquare = (x, y) => {
  const inset = 0.9
  const radius = 0.42
  const dx = Math.max(Math.abs(x) - inset + radius, 0)
  const dy = Math.max(Math.abs(y) - inset + radius, 0)
  return Math.hypot(dx, dy) <= radius
}
const appIcon = [
  [roundedSquare, teal],
  [scaled(bubble, 0.72), white],
  [scaled(arcs, 0.72), teal],
]

/** @returns {Buffer} RGBA, `size` squared pixels */
function draw(layers, size) {
  const pixels = Buffer.alloc(size * size * 4)
  for (let row = 0; row < size; row++) {
    for (let column = 0; column < size; column++) {
      pixels.set(average(layers, column, row, size), (row * size + column) * 4)
    }
  }
  return pixels
}

/** Many samples a pixel, so that edges are smooth; colours are weighed by how much of the pixel they cover. */
function average(layers, column, row, size) {
  const sum = [0, 0, 0, 0]
  for (let sample = 0; sample < samplesPerSide ** 2; sample++) {
    const x = ((column + ((sample % samplesPerSide) + 0.5) / samplesPerSide) / size) * 2 - 1
    const y = ((row + (Math.floor(sample / samplesPerSide) + 0.5) / samplesPerSide) / size) * 2 - 1
    const [red, green, blue, alpha = 255] = layers.findLast(([shape]) => shape(x, y))?.[1] ?? clear
    for (const [channel, value] of [red, green, blue].entries()) sum[channel] += value * alpha
    sum[3] += alpha
  }
  return sum[3] === 0
    ? clear
    : [...sum.slice(0, 3).map((value) => Math.round(value / sum[3])), Math.round(sum[3] / samplesPerSide ** 2)]
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
function windowsIcon(sizes) {
  const bodies = sizes.map((size) => pictures.get(size))
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
function macIcon(kinds) {
  const tagged = (name, body) => {
    const head = Buffer.alloc(8)
    head.write(name, 'latin1')
    head.writeUInt32BE(body.length + 8, 4)
    return Buffer.concat([head, body])
  }
  return tagged('icns', Buffer.concat(Object.entries(kinds).map(([name, size]) => tagged(name, pictures.get(size)))))
}

const save = (layers, size, ...where) => write(png(draw(layers, size), size), ...where)

function write(content, ...where) {
  const file = inRepository('resources', ...where)
  mkdirSync(path.dirname(file), { recursive: true })
  writeFileSync(file, content)
}

for (const [state, layers] of Object.entries(trayStates)) {
  save(layers, 16, 'tray', `${state}.png`)
  save(layers, 32, 'tray', `${state}@2x.png`)
}
for (const [sign, layers] of Object.entries(overlays)) {
  save(layers, 16, 'overlay', `${sign}.png`)
  save(layers, 32, 'overlay', `${sign}@2x.png`)
}
save(appIcon, 128, 'icon-128.png')
const pictures = new Map([16, 32, 48, 64, 128, 256, 512].map((size) => [size, png(draw(appIcon, size), size)]))
for (const [size, picture] of pictures) write(picture, 'icons', `${size}x${size}.png`)
write(pictures.get(512), 'icon.png')
write(windowsIcon([16, 32, 48, 64, 128, 256]), 'icon.ico')
write(macIcon({ icp4: 16, icp5: 32, icp6: 64, ic07: 128, ic08: 256, ic09: 512 }), 'icon.icns')
