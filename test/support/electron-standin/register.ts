// `node --import register.ts host.ts main.js`: makes `import 'electron'` mean the stand-in, and this process look like
// Electron's main process on the platform that STANDIN_PLATFORM names.
import { registerHooks } from 'node:module'
import { homedir, tmpdir } from 'node:os'

const ELECTRON = /^electron(\/(main|common))?$/
const url = new URL('./module.ts', import.meta.url).href

/** "name=file URL": a test takes the place of the product's chunk of that name, where the product gets at the outside world. */
const [chunk, replacement] = (process.env.STANDIN_REPLACE ?? '').split('=')
const replaced = chunk && replacement ? new RegExp(`^\\./chunks/${chunk}-[\\w-]+\\.js$`) : null

registerHooks({
  resolve(specifier, context, next) {
    if (replaced?.test(specifier)) return { url: replacement!, format: 'module-typescript', shortCircuit: true }
    return ELECTRON.test(specifier)
      ? { url, format: 'module-typescript', shortCircuit: true }
      : next(specifier, context)
  },
})

// node:os looks at process.platform on every call, so what Windows calls these must exist.
const temporary = tmpdir()
process.env.TEMP ??= temporary
process.env.TMP ??= temporary
process.env.USERPROFILE ??= homedir()

const define = (target: object, key: string, value: unknown) =>
  Object.defineProperty(target, key, { value, enumerable: true, configurable: true, writable: true })

if (process.env.STANDIN_PLATFORM) define(process, 'platform', process.env.STANDIN_PLATFORM)
define(process.versions, 'electron', '45.4.1')
define(process.versions, 'chrome', '156.0.0.0')
define(process, 'type', 'browser')
define(process, 'resourcesPath', process.env.STANDIN_RESOURCES ?? process.cwd())
define(process, 'defaultApp', process.env.STANDIN_PACKAGED ? undefined : true)
