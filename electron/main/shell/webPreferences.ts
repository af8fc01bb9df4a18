// How every page of Parley is shut in. One place, so that no window can be more open than another.
import { join } from 'node:path'
import { app, type WebPreferences } from 'electron'

export function webPreferences(): WebPreferences {
  return {
    preload: join(import.meta.dirname, '../preload/index.cjs'),
    contextIsolation: true,
    sandbox: true,
    nodeIntegration: false,
    nodeIntegrationInWorker: false,
    nodeIntegrationInSubFrames: false,
    webSecurity: true,
    webviewTag: false,
    allowRunningInsecureContent: false,
    navigateOnDragDrop: false,
    // Its dictionaries would be fetched from a stranger.
    spellcheck: false,
    devTools: !app.isPackaged,
    // The pop-up's ring tone, and voices in the meeting after an answer given in another window: the gesture was made elsewhere.
    autoplayPolicy: 'no-user-gesture-required',
  }
}
