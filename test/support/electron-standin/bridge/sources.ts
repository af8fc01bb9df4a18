// Puts the functions of this folder together as source text for a page's two worlds.
import { WIRE_PARTS } from '../wire.ts'
import { answerCall, makeEnd, onMessage, openEnd } from './end.ts'
import * as main from './main-world.ts'
import * as preload from './preload-world.ts'
import * as values from './values.ts'

/** Name of the isolated world that preloads run in. */
export const PRELOAD_WORLD = 'Electron Isolated Context'

const BRIDGE_PARTS = [...Object.values(values), makeEnd, answerCall, onMessage, openEnd]

// A listed function stands in the text under its own name, so the functions find each other there.
const inline = (parts: unknown[], run: string) => `(() => {\n${parts.map(String).join('\n')}\n${run}\n})()`

export function mainWorldSource(settings: main.PageSettings): string {
  return inline([...BRIDGE_PARTS, ...Object.values(main)], `startMainWorld(${JSON.stringify(settings)})`)
}

export function preloadWorldSource(settings: main.PageSettings, info: object, preloads: [string, string][]): string {
  const wrapped = preloads.map(
    ([file, code]) => `[${JSON.stringify(file)}, function (require, module, exports, process, global) {${code}\n}]`,
  )
  const wire = '{ encode: wireEncode, decode: wireDecode }'
  return inline(
    [...WIRE_PARTS, ...BRIDGE_PARTS, ...Object.values(preload)],
    `startPreloadWorld(${JSON.stringify(settings)}, ${JSON.stringify(info)}, ${wire}, [${wrapped.join(',\n')}])`,
  )
}
