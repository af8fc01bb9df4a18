// window.open and target=_blank: the product's handler decides.
import type * as Electron from 'electron'
import { toProduct } from './addresses.ts'
import type { Page } from './page.ts'
import { openHandlerOf } from './webContents.ts'
import { BrowserWindow } from './window.ts'

export interface OpenWish {
  url: string
  windowName: string
  windowFeatures: string[]
}

export function openedByPage(page: Page, { url, windowName, windowFeatures }: OpenWish): void {
  const address = toProduct(url)
  const details = {
    url: address,
    frameName: windowName,
    features: windowFeatures.join(','),
    disposition: windowFeatures.length ? 'new-window' : 'foreground-tab',
    referrer: { url: page.address, policy: 'strict-origin-when-cross-origin' },
  } as Electron.HandlerDetails
  const answer = openHandlerOf(page.contents)?.(details) ?? { action: 'allow' as const }
  if (answer.action !== 'allow') return
  const options = answer.overrideBrowserWindowOptions ?? {}
  const child = new BrowserWindow({ ...options, webPreferences: { ...page.preferences, ...options.webPreferences } })
  page.contents.emit('did-create-window', child, { ...details, options })
  void child.loadURL(address).catch(() => {})
}
