// Runs in a process of its own: imports the main script, lets the stand-in become ready, and says how long the script's own work took.
// Without a Chromium: a window's page is told to load and goes no further.
import { pathToFileURL } from 'node:url'
import { app, becomeReady } from '../support/electron-standin/app.ts'
import { BrowserWindow } from '../support/electron-standin/window.ts'

const DEADLINE_MS = 20_000

const asked = new Promise<void>((resolve) => {
  BrowserWindow.prototype.loadURL = async () => resolve()
})
const main = process.argv[2]!
setTimeout(() => process.exit(1), DEADLINE_MS).unref()
const startedAt = performance.now()
await import(pathToFileURL(main).href)
becomeReady()
await asked
// Everything that `start` does after asking for the window, up to its end.
while (!app.listenerCount('will-quit')) await new Promise((resolve) => setImmediate(resolve))
console.log(`ready after ${(performance.now() - startedAt).toFixed(1)}`)
process.exit(0)
