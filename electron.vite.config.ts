// Builds the desktop app into out/: main (ESM), preload (CommonJS, as a sandboxed preload must be) and the renderer, which is also the web client.
import { basename, extname, resolve } from 'node:path'
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

type ModuleGraph = { getModuleInfo(id: string): { isEntry: boolean; importers: string[] } | null }
/**
 * The pages that load this module before they show anything, as `index-mini-popup`: everything on the ways by which it is imported. `null` for a
 * page and its own script: whoever loads what another page begins with must not start that page.
 */
function pagesThatBeginWith(id: string, graph: ModuleGraph): string | null {
  const infoOf = (one: string) => graph.getModuleInfo(one) ?? { isEntry: false, importers: [] }
  if ([id, ...infoOf(id).importers].some((one) => infoOf(one).isEntry)) return null
  const ways = new Set([id])
  const pages: string[] = []
  // The set grows while it is walked.
  for (const one of ways) {
    const { isEntry, importers } = infoOf(one)
    if (isEntry) pages.push(basename(one, extname(one)))
    importers.forEach((importer) => ways.add(importer))
  }
  return pages.toSorted().join('-')
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
        // A chunk may be named after a module such as `a.b.js`. What is delivered has one dot a name, so that a stray `x.test.js` is seen.
        output: {
          chunkFileNames: ({ name }) => `assets/${name.replaceAll('.', '-')}-[hash].js`,
          // Left to itself, what two parts have in common becomes a file of its own for each way of sharing: 160 of them, most under 1 KB, and a
          // page asked 200 times before it had everything. So: one file for what the same pages begin with, and one for what parts share.
          codeSplitting: {
            // Neither group needs it: what a module imports is needed by every page that needs the module, or is shared as much as it is.
            includeDependenciesRecursively: false,
            groups: [
              { name: pagesThatBeginWith, debugName: 'pages', tags: ['$initial'], priority: 2 },
              { name: 'shared', minShareCount: 2, priority: 1 },
            ],
          },
        },
      },
    },
  },
})
