// The life of the stand-in's process: load the product, start Chromium, become ready, and leave nothing behind.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { app, becomeReady, leave, setAppHost } from './app.ts'
import { startChromium } from './chromium.ts'
import { answerTests } from './control.ts'
import { announceDefaultSession } from './session.ts'
import { nativeTheme } from './system.ts'
import { adoptChromium, currentChromium } from './targets.ts'
import { pageOf } from './webContents.ts'
import { BrowserWindow } from './window.ts'

const CHROMIUM_LOST = 3
const NOT_STARTED = 2

function shutDown() {
  currentChromium()?.dispose()
  // Of the test that started this process; that one may have been killed.
  const folder = process.env.STANDIN_FOLDER
  if (folder) rmSync(folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 50 })
}

function closeAllWindows() {
  return BrowserWindow.getAllWindows().every((window) => {
    window.close()
    return window.isDestroyed()
  })
}

function followTheme() {
  for (const window of BrowserWindow.getAllWindows()) {
    const page = pageOf(window.webContents)
    page.queue(() => page.applyTheme()).catch(() => {})
  }
}

/** `load` runs the product's main script; as in Electron, `ready` waits for it to have loaded. */
export async function run(load: () => Promise<unknown>): Promise<void> {
  setAppHost({ closeAllWindows, hasWindows: () => BrowserWindow.getAllWindows().length > 0, shutDown })
  answerTests()
  process.on('exit', shutDown)
  process.on('SIGTERM', leave)
  process.on('SIGINT', leave)
  // The test that started this process is gone: nobody else would end it.
  process.on('disconnect', leave)
  await load()
  // A second instance quits here, before there is a Chromium.
  await new Promise((done) => setImmediate(done))
  try {
    const profile = process.env.STANDIN_PROFILE ?? mkdtempSync(join(tmpdir(), 'parley-standin-profile-'))
    const chromium = await startChromium(profile)
    await adoptChromium(chromium)
    void chromium.cdp.closed.then(() => {
      console.error('[stand-in] Chromium is gone')
      process.exit(CHROMIUM_LOST)
    })
    nativeTheme.on('updated', followTheme)
    announceDefaultSession()
    app.emit('will-finish-launching')
    becomeReady()
    process.send?.({ ready: true, address: chromium.address, chromiumPid: chromium.pid })
  } catch (error) {
    console.error(error)
    process.exit(NOT_STARTED)
  }
}
