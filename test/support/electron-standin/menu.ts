// Electron's `Menu` and `MenuItem`: the structure and the clicks, no pixels.
import type * as Electron from 'electron'
import { app } from './app.ts'
import { note, osState } from './os-state.ts'
import { StandinEmitter, StandinEvent, StandinObject } from './strict.ts'
import { BrowserWindow } from './window.ts'

type Template = Electron.MenuItemConstructorOptions

let nextCommandId = 0

/** Electron's own words for a role without a label. */
function roleLabel(role: string | undefined): string {
  if (!role) return ''
  if (role === 'quit') return process.platform === 'darwin' ? `Quit ${app.name}` : 'Quit'
  return role.charAt(0).toUpperCase() + role.slice(1)
}

export class MenuItem extends StandinObject {
  id: string
  label: string
  sublabel: string
  toolTip: string
  type: string
  role: string | undefined
  accelerator: string | undefined
  icon: Electron.NativeImage | string | undefined
  enabled: boolean
  visible: boolean
  checked: boolean
  registerAccelerator: boolean
  submenu: Menu | undefined
  commandId = ++nextCommandId
  menu: Menu | null = null
  /** Wrapped as Electron wraps it: called without arguments it passes item, window and event to the product. */
  click: () => void

  constructor(options: Template) {
    super()
    const { submenu } = options
    this.id = options.id ?? ''
    this.role = options.role
    this.label = options.label ?? roleLabel(options.role)
    this.sublabel = options.sublabel ?? ''
    this.toolTip = options.toolTip ?? ''
    this.type = options.type ?? (submenu ? 'submenu' : 'normal')
    this.accelerator = options.accelerator
    this.icon = options.icon
    this.enabled = options.enabled ?? true
    this.visible = options.visible ?? true
    this.checked = options.checked ?? false
    this.registerAccelerator = options.registerAccelerator ?? true
    this.submenu = Array.isArray(submenu) ? Menu.buildFromTemplate(submenu) : (submenu as unknown as Menu | undefined)
    this.click = () => this.#press(options)
  }

  #press(options: Template) {
    if (!this.enabled || !this.visible) throw new Error(`menu item ${this.label} is disabled or hidden`)
    if (this.type === 'checkbox') this.checked = !this.checked
    if (this.type === 'radio') {
      for (const item of this.menu?.items ?? []) if (item.type === 'radio') item.checked = item === this
    }
    if (this.role === 'quit') app.quit()
    const window = BrowserWindow.getFocusedWindow() ?? undefined
    const click = options.click as ((...args: unknown[]) => void) | undefined
    click?.(this, window, new StandinEvent())
  }
}

export class Menu extends StandinEmitter {
  items: MenuItem[] = []

  static setApplicationMenu(menu: Menu | null) {
    app.applicationMenu = menu as unknown as Electron.Menu | null
  }
  static getApplicationMenu() {
    return app.applicationMenu
  }
  static buildFromTemplate(template: (Template | MenuItem)[]) {
    const menu = new Menu()
    for (const item of template) menu.append(item instanceof MenuItem ? item : new MenuItem(item))
    return menu
  }

  append(item: MenuItem) {
    this.insert(this.items.length, item)
  }
  insert(position: number, item: MenuItem) {
    this.items.splice(position, 0, item)
    item.menu = this
  }
  getMenuItemById(id: string): MenuItem | null {
    for (const item of this.items) {
      const found = item.id === id ? item : item.submenu?.getMenuItemById(id)
      if (found) return found
    }
    return null
  }
  popup() {
    note('Menu.popup')
    osState.poppedUpMenu = this as unknown as Electron.Menu
    this.emit('menu-will-show', new StandinEvent())
  }
  closePopup() {
    osState.poppedUpMenu = null
    this.emit('menu-will-close', new StandinEvent())
  }
}
