// A program with few texts, one of them missing: `as` keeps it from the compiler.
export type Key = 'plain.said' | 'plain.shown' | 'part.one' | 'part.two' | 'part.three' | 'plain.unused' | 'plain.wide'
export type Say = (key: Key) => string
export const say: Say = (key) => key

export function sayPart(part: 'one' | 'two') {
  return say(`part.${part}`)
}
/** Whatever is handed on says nothing of use. */
export const handOn = (key: Key) => say(key)
export const sayPlain = (name: 'said' | 'missing') => say(`plain.${name}` as 'plain.said')
