// The keys of the meeting: single letters, heard only while nobody types and no menu is open.
import { useEventListener } from '@vueuse/core'

export const keyHints = {
  microphone: 'M',
  camera: 'V',
  share: 'S',
  add: 'A',
  people: 'P',
  layout: 'G',
  pin: 'N',
  fullScreen: 'F',
  statistics: 'I',
  chat: 'C',
  hand: 'H',
  leave: 'Shift L',
} as const
export type MeetingKeys = Record<keyof typeof keyHints, () => void>

const MEANINGS: Readonly<Record<string, keyof MeetingKeys>> = {
  m: 'microphone',
  v: 'camera',
  s: 'share',
  a: 'add',
  p: 'people',
  g: 'layout',
  n: 'pin',
  f: 'fullScreen',
  i: 'statistics',
  c: 'chat',
  h: 'hand',
}

export function keyMeaning(
  event: Pick<KeyboardEvent, 'key' | 'shiftKey' | 'ctrlKey' | 'metaKey' | 'altKey' | 'repeat'>,
): keyof MeetingKeys | null {
  if (event.ctrlKey || event.metaKey || event.altKey || event.repeat) return null
  const key = event.key.toLowerCase()
  if (event.shiftKey) return key === 'l' ? 'leave' : null
  return MEANINGS[key] ?? null
}

/** Where keys are for something else: typing, menus, dialogs. */
export const takesKeys = (target: EventTarget | null): boolean =>
  target instanceof Element &&
  target.closest(
    'input:not([type=range]), textarea, select, [contenteditable], [role=menu], [role=dialog], [role=alertdialog]',
  ) !== null

export function useMeetingKeys(keys: MeetingKeys): void {
  useEventListener(document, 'keydown', (event) => {
    const meaning = takesKeys(event.target) ? null : keyMeaning(event)
    if (!meaning) return
    event.preventDefault()
    keys[meaning]()
  })
}
