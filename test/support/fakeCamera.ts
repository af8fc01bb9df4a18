// A camera picture for screenshots and the demo: somebody sitting before a wall, gently moving, as an uncompressed video file
// that Chromium plays as its fake camera. Drawn here, so that nobody's face is in the repository.
import { writeFileSync } from 'node:fs'

const WIDTH = 640
const HEIGHT = 360
const FRAMES = 30
const FRAMES_PER_SECOND = 15

type Rgb = readonly [number, number, number]
export type Sitter = { wall: Rgb; skin: Rgb; hair: Rgb; shirt: Rgb }

export const SITTERS = {
  ann: { wall: [92, 118, 112], skin: [226, 184, 156], hair: [74, 52, 40], shirt: [38, 128, 116] },
  ben: { wall: [120, 104, 88], skin: [141, 96, 68], hair: [34, 28, 26], shirt: [196, 132, 62] },
  chloe: { wall: [96, 88, 128], skin: [238, 202, 180], hair: [196, 150, 84], shirt: [124, 82, 160] },
} as const satisfies Record<string, Sitter>

/** Writes one loop of small pictures, bands that wander: they are seen to move, and cost next to nothing to send and to show. */
export function writeSmallCamera(file: string): void {
  const [width, height, frames] = [320, 180, 16]
  const drawn = Array.from({ length: frames }, (_, frame) => {
    const luma = Buffer.alloc(width * height)
    for (let at = 0; at < luma.length; at++) luma[at] = ((at % width) + (frame / frames) * 256) % 256
    return Buffer.concat([luma, Buffer.alloc(luma.length / 2, 128)])
  })
  writeVideo(file, { width, height, framesPerSecond: 5 }, drawn)
}

/** Writes one loop of video (YUV4MPEG2, 4:2:0) to `file`, to be given to `--use-file-for-fake-video-capture`. */
export function writeFakeCamera(file: string, sitter: Sitter, framesPerSecond = FRAMES_PER_SECOND): void {
  const drawn = Array.from({ length: FRAMES }, (_, frame) => drawFrame(sitter, (frame / FRAMES) * 2 * Math.PI))
  writeVideo(file, { width: WIDTH, height: HEIGHT, framesPerSecond }, drawn)
}

type Shape = { width: number; height: number; framesPerSecond: number }

/** `frames`: the planes of each, one after the other. */
function writeVideo(file: string, { width, height, framesPerSecond }: Shape, frames: Buffer[]): void {
  const header = Buffer.from(`YUV4MPEG2 W${width} H${height} F${framesPerSecond}:1 Ip A1:1 C420jpeg\n`)
  writeFileSync(file, Buffer.concat([header, ...frames.flatMap((frame) => [Buffer.from('FRAME\n'), frame])]))
}

function drawFrame(sitter: Sitter, phase: number): Buffer {
  const luma = Buffer.alloc(WIDTH * HEIGHT)
  const [blue, red] = [Buffer.alloc((WIDTH * HEIGHT) / 4), Buffer.alloc((WIDTH * HEIGHT) / 4)]
  for (let y = 0; y < HEIGHT; y++)
    for (let x = 0; x < WIDTH; x++) {
      const [r, g, b] = colourAt(sitter, x, y, phase)
      luma[y * WIDTH + x] = clamp(0.299 * r + 0.587 * g + 0.114 * b)
      if (y % 2 || x % 2) continue
      const at = (y / 2) * (WIDTH / 2) + x / 2
      blue[at] = clamp(128 - 0.169 * r - 0.331 * g + 0.5 * b)
      red[at] = clamp(128 + 0.5 * r - 0.419 * g - 0.081 * b)
    }
  return Buffer.concat([luma, blue, red])
}

/** Light from the upper left on the wall; a head that sways, shoulders that breathe. */
function colourAt(sitter: Sitter, x: number, y: number, phase: number): Rgb {
  const headX = WIDTH / 2 + 9 * Math.sin(phase)
  const headY = 142 + 4 * Math.cos(2 * phase)
  const inside = (cx: number, cy: number, rx: number, ry: number) => ((x - cx) / rx) ** 2 + ((y - cy) / ry) ** 2 < 1
  const face = inside(headX, headY + 8, 52, 66)
  const hair = inside(headX, headY - 12, 62, 66) && !(face && y > headY - 26)
  const eye = inside(headX - 20, headY, 5, 4) || inside(headX + 20, headY, 5, 4)
  const mouth = inside(headX, headY + 38, 16, 4 + 3 * Math.abs(Math.sin(3 * phase)))
  const neck = Math.abs(x - headX) < 20 && y > headY + 40 && y < 250
  const shoulders = inside(WIDTH / 2 + 4 * Math.sin(phase), 372 + 3 * Math.cos(phase), 168, 134)
  if (eye) return shade(sitter.hair, 0.8)
  if (mouth) return [168, 84, 80]
  if (hair) return sitter.hair
  if (face) return shade(sitter.skin, 1.06 - (x - headX + 52) / 700)
  if (shoulders && !(neck && y < 246)) return shade(sitter.shirt, 1.1 - x / 2600)
  if (neck) return shade(sitter.skin, 0.88)
  return shade(sitter.wall, 1.25 - 0.5 * (x / WIDTH) - 0.35 * (y / HEIGHT))
}

const shade = ([r, g, b]: Rgb, by: number): Rgb => [r * by, g * by, b * by]
const clamp = (value: number) => Math.max(0, Math.min(255, Math.round(value)))
