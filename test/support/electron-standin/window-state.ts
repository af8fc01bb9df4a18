// What a window keeps of everything it was told, and how it starts out by its options.
import type * as Electron from 'electron'
import { app } from './app.ts'
import type { BaseWindow } from './base-window.ts'
import { screen } from './system.ts'

type Options = Electron.BaseWindowConstructorOptions

/** Everything a window was told. */
export interface WindowState {
  options: Options
  bounds: Electron.Rectangle
  minimumSize: number[]
  maximumSize: number[]
  title: string
  visible: boolean
  minimized: boolean
  maximized: boolean
  fullScreen: boolean
  alwaysOnTop: boolean
  level: string
  allWorkspaces: boolean
  skipTaskbar: boolean
  focusable: boolean
  movable: boolean
  resizable: boolean
  closable: boolean
  flashing: boolean
  progress: number
  overlay: string | null
  opacity: number
  contentProtection: boolean
  kiosk: boolean
  enabled: boolean
  parent: BaseWindow | null
  gone: boolean
}

export function startingBounds(options: Options): Electron.Rectangle {
  const { workArea } = screen.getPrimaryDisplay()
  const { width = 800, height = 600 } = options
  const x = options.x ?? Math.round(workArea.x + (workArea.width - width) / 2)
  const y = options.y ?? Math.round(workArea.y + (workArea.height - height) / 2)
  return { x, y, width, height }
}

export function startingState(options: Options): WindowState {
  return {
    options,
    bounds: startingBounds(options),
    minimumSize: [options.minWidth ?? 0, options.minHeight ?? 0],
    maximumSize: [options.maxWidth ?? 0, options.maxHeight ?? 0],
    title: options.title ?? app.name,
    visible: false,
    minimized: false,
    maximized: false,
    fullScreen: options.fullscreen ?? false,
    alwaysOnTop: options.alwaysOnTop ?? false,
    level: options.alwaysOnTop ? 'floating' : 'normal',
    allWorkspaces: false,
    skipTaskbar: options.skipTaskbar ?? false,
    focusable: options.focusable ?? true,
    movable: options.movable ?? true,
    resizable: options.resizable ?? true,
    closable: options.closable ?? true,
    flashing: false,
    progress: -1,
    overlay: null,
    opacity: options.opacity ?? 1,
    contentProtection: false,
    kiosk: options.kiosk ?? false,
    enabled: true,
    parent: (options.parent as unknown as BaseWindow | undefined) ?? null,
    gone: false,
  }
}
