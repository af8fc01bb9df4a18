// Electron's `nativeImage`: keeps the bytes it was given, knows the size of a PNG, resizes nothing.
import { readFileSync } from 'node:fs'
import { StandinObject } from './strict.ts'

interface Size {
  width: number
  height: number
}

const PNG_HEADER_BYTES = 24

export class NativeImage extends StandinObject {
  #png: Buffer
  #template = false
  #size: Size | null = null
  constructor(png: Buffer = Buffer.alloc(0)) {
    super()
    this.#png = png
  }
  isEmpty() {
    return this.#png.length === 0
  }
  toPNG() {
    return this.#png
  }
  toDataURL() {
    return `data:image/png;base64,${this.#png.toString('base64')}`
  }
  getSize(): Size {
    if (this.#size) return this.#size
    if (this.#png.length < PNG_HEADER_BYTES || this.#png.toString('latin1', 1, 4) !== 'PNG')
      return { width: 0, height: 0 }
    return { width: this.#png.readUInt32BE(16), height: this.#png.readUInt32BE(20) }
  }
  getAspectRatio() {
    const { width, height } = this.getSize()
    return height ? width / height : 1
  }
  getScaleFactors() {
    return [1]
  }
  resize({ width, height }: Partial<Size>) {
    const own = this.getSize()
    const copy = new NativeImage(this.#png)
    copy.#size = {
      width: width ?? Math.round((height ?? own.height) * this.getAspectRatio()),
      height: height ?? Math.round((width ?? own.width) / this.getAspectRatio()),
    }
    return copy
  }
  addRepresentation() {}
  setTemplateImage(on: boolean) {
    this.#template = on
  }
  isTemplateImage() {
    return this.#template
  }

  static createEmpty() {
    return new NativeImage()
  }
  /** An unreadable file gives an empty image, as in Electron. */
  static createFromPath(path: string) {
    try {
      return new NativeImage(readFileSync(path))
    } catch {
      return new NativeImage()
    }
  }
  static createFromBuffer(bytes: Buffer) {
    return new NativeImage(Buffer.from(bytes))
  }
  static createFromDataURL(address: string) {
    return new NativeImage(Buffer.from(address.split(',')[1] ?? '', 'base64'))
  }
  static createFromBitmap(_bitmap: Buffer, { width, height }: Size) {
    // Enough of a PNG to know its size by; the pixels are not kept.
    const header = Buffer.alloc(PNG_HEADER_BYTES)
    header.write('\x89PNG', 'latin1')
    header.writeUInt32BE(width, 16)
    header.writeUInt32BE(height, 20)
    return new NativeImage(header)
  }
  static createFromNamedImage() {
    return new NativeImage()
  }
}
