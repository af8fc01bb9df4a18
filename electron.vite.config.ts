// Builds the desktop app into out/: main (ESM), preload (CommonJS, as a sandboxed preload must be) and the renderer, which is also the web client.
import { resolve } from 'node:path'
import vue from '@vitejs/plugin-vue'
import { defineConfig } from 'electron-vite'
import type { Plugin } from 'vite'

const here = import.meta.dirname

// electron-vite asks for relative addresses, which the web client's deeper pages (/join/<code>) cannot use. app:// has a root too.
const fromTheRoot: Plugin = {
  name: 'parley:from-the-root',
  enforce: 'post',
  config(config) {
    config.base = '/'
  },
}

export default defineConfig({
  main: {
    build: {
      // Everything is bundled: the packed app carries no node_modules.
      externalizeDeps: false,
      rolldownOptions: {
        input: { index: resolve(here, 'electron/main/index.ts') },
        output: { format: 'es' },
        // engine.io-client looks at `globalThis.WebSocket` and does not use it here; Node would load all of undici for that look.
        treeshake: { propertyReadSideEffects: false },
      },
    },
  },
  preload: {
    build: {
      externalizeDeps: false,
      rolldownOptions: {
        input: { index: resolve(here, 'electron/preload/index.ts') },
        output: { format: 'cjs', entryFileNames: '[name].cjs' },
      },
    },
  },
  renderer: {
    root: resolve(here, 'renderer'),
    plugins: [vue(), fromTheRoot],
    build: {
      minify: true,
      rolldownOptions: {
        input: {
          index: resolve(here, 'renderer/index.html'),
          popup: resolve(here, 'renderer/popup.html'),
          mini: resolve(here, 'renderer/mini.html'),
        },
      },
    },
  },
})
