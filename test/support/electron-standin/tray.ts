// Electron's `Tray`: what it shows is kept for tests, nothing is drawn.
import type * as Electron from 'electron'
import type { Menu } from './menu.ts'
import { note, notesOnly, osState } from './os-state.ts'
import { StandinEmitter } from './strict.ts'

type Image = Electron.NativeImage | string

export interface TrayFace {
  image: Image
  toolTip: string
  title: string
  menu: Menu | null
}

/** What a tray shows now. */
export let trayFace: (tray: Tray) => TrayFace

export class Tray extends StandinEmitter {
  #face: TrayFace
  static {
    trayFace = (tray) => tray.#face
  }
  constructor(image: Image) {
    super()
    if (image === undefined)
      throw new TypeError('Error processing argument at index 0, conversion failure from undefined')
    this.#face = { image, toolTip: '', title: '', menu: null }
    osState.trays.add(this as unknown as Electron.Tray)
  }
  #shown() {
    if (this.isDestroyed()) throw new TypeError('Tray is destroyed')
    return this.#face
  }
  setImage(image: Image) {
    note('Tray.setImage')
    this.#shown().image = image
  }
  setToolTip(words: string) {
    this.#shown().toolTip = words
  }
  setTitle(title: string) {
    this.#shown().title = title
  }
  getTitle() {
    return this.#shown().title
  }
  setContextMenu(menu: Menu | null) {
    this.#shown().menu = menu
  }
  getBounds() {
    return { x: 0, y: 0, width: 16, height: 16 }
  }
  getGUID() {
    return null
  }
  isDestroyed() {
    return !osState.trays.has(this as unknown as Electron.Tray)
  }
  destroy() {
    osState.trays.delete(this as unknown as Electron.Tray)
  }
}
notesOnly(Tray, 'Tray', [
  'setPressedImage',
  'popUpContextMenu',
  'closeContextMenu',
  'displayBalloon',
  'removeBalloon',
  'focus',
  'setIgnoreDoubleClickEvents',
])
