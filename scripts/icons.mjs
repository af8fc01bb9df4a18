// Draws Parley's mark and the tray's states as PNG files under resources/: `node scripts/icons.mjs`.
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

function save(layers, size, ...where) {
  const file = inRepository('resources', ...where)
  mkdirSync(path.dirname(file), { recursive: true })
  writeFileSync(file, png(draw(layers, size), size))
}

for (const [state, layers] of Object.entries(trayStates)) {
  save(layers, 16, 'tray', `${state}.png`)
  save(layers, 32, 'tray', `${state}@2x.png`)
}
save(appIcon, 512, 'icon.png')
save(appIcon, 128, 'icon-128.png')
