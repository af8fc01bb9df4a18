// Every key there is, in one list: the handler, tooltips, the palette and the sheet of shortcuts all take from it. Pure.

/** Where a key is heard. `ring`: while somebody rings on this page, wherever one is. */
export type ShortcutPlace = 'everywhere' | 'outside' | 'meeting' | 'ring'
export const PLACES: readonly ShortcutPlace[] = ['everywhere', 'outside', 'meeting', 'ring']

/** `keys`: `Mod` is ⌘ on a Mac and Ctrl elsewhere. `elsewhere`: something else listens to it (see meeting/pushToTalk.ts). */
type Shortcut = { where: ShortcutPlace; keys: string; elsewhere?: true }

export const shortcuts = {
  palette: { where: 'everywhere', keys: 'Mod+K' },
  sheet: { where: 'everywhere', keys: '?' },
  home: { where: 'outside', keys: 'H' },
  calls: { where: 'outside', keys: 'C' },
  people: { where: 'outside', keys: 'P' },
  administration: { where: 'outside', keys: 'A' },
  settings: { where: 'outside', keys: 'Mod+,' },
  newMeeting: { where: 'outside', keys: 'N' },
  join: { where: 'outside', keys: 'J' },
  schedule: { where: 'outside', keys: 'S' },
  findPeople: { where: 'outside', keys: '/' },
  microphone: { where: 'meeting', keys: 'M' },
  talk: { where: 'meeting', keys: 'Space', elsewhere: true },
  camera: { where: 'meeting', keys: 'V' },
  share: { where: 'meeting', keys: 'S' },
  add: { where: 'meeting', keys: 'A' },
  participants: { where: 'meeting', keys: 'P' },
  chat: { where: 'meeting', keys: 'C' },
  react: { where: 'meeting', keys: 'E' },
  hand: { where: 'meeting', keys: 'H' },
  layout: { where: 'meeting', keys: 'G' },
  pin: { where: 'meeting', keys: 'N' },
  fullScreen: { where: 'meeting', keys: 'F' },
  copyLink: { where: 'meeting', keys: 'L' },
  options: { where: 'meeting', keys: 'O' },
  statistics: { where: 'meeting', keys: 'I' },
  leave: { where: 'meeting', keys: 'Shift+L' },
  answerAudio: { where: 'ring', keys: 'Alt+A' },
  answerVideo: { where: 'ring', keys: 'Alt+V' },
  decline: { where: 'ring', keys: 'Alt+D' },
} as const satisfies Record<string, Shortcut>

export type ShortcutId = keyof typeof shortcuts
export const shortcutIds = Object.keys(shortcuts) as ShortcutId[]

export type Keys = Pick<KeyboardEvent, 'key' | 'code' | 'shiftKey' | 'ctrlKey' | 'metaKey' | 'altKey' | 'repeat'>

/** A key alone, or with Shift: it would be typed in a field. */
export const isTyped = (id: ShortcutId): boolean => !/^(Mod|Alt)\+/.test(shortcuts[id].keys)

function matches(keys: string, event: Keys, mac: boolean): boolean {
  const parts = keys.split('+')
  const key = parts.at(-1) ?? ''
  const wanted = (name: string) => parts.includes(name)
  const [mod, other] = mac ? [event.metaKey, event.ctrlKey] : [event.ctrlKey, event.metaKey]
  if (mod !== wanted('Mod') || other || event.altKey !== wanted('Alt')) return false
  // Where signs are, and whether they need Shift, is different on every keyboard.
  if (!/^[A-Z]$/.test(key)) return event.key === key
  if (event.shiftKey !== wanted('Shift')) return false
  // With Alt a Mac types another letter.
  return event.altKey ? event.code === `Key${key}` : event.key.toUpperCase() === key
}

/** What a press means in these places; null when nothing, and while a key is held. */
export function shortcutFor(event: Keys, places: readonly ShortcutPlace[], mac: boolean): ShortcutId | null {
  if (event.repeat) return null
  return (
    shortcutIds.find((id) => {
      const { where, keys, ...more } = shortcuts[id]
      return !('elsewhere' in more) && places.includes(where) && matches(keys, event, mac)
    }) ?? null
  )
}

const MAC_SIGNS: Partial<Record<string, string>> = { Mod: '⌘', Alt: '⌥', Shift: '⇧' }

/** The keys one after the other, as written on them. */
export const keysOf = (id: ShortcutId, mac: boolean): string[] =>
  shortcuts[id].keys.split('+').map((key) => (mac ? MAC_SIGNS[key] : undefined) ?? (key === 'Mod' ? 'Ctrl' : key))
