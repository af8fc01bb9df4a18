// The process that stands for Electron: loads the product's main script, then starts Chromium and becomes ready.
import { resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { run } from './runtime.ts'

const [executable, , main, ...rest] = process.argv
if (!main) throw new Error('usage: node --import register.ts host.ts <main script> [arguments]')
process.argv = [executable!, resolve(main), ...rest]
await run(() => import(pathToFileURL(resolve(main)).href))
