// What a device is called. Most have a name of their own; browsers are told apart by what they are, and name themselves in English to the server.
import type { RingKey, Words } from './words.ts'

const BROWSER = /^(Edge|Opera|Firefox|Chrome|Safari|Browser)(?: on (Windows|iOS|macOS|Android|Linux))?$/

/** `label` as the device sent it. */
export function deviceWords(label: string, { t }: Pick<Words<RingKey>, 't'>): string {
  if (label === 'This computer') return t('device.computer')
  const [, name = '', system] = BROWSER.exec(label) ?? []
  if (!name) return label
  const browser = name === 'Browser' ? t('device.browser') : name
  return system === undefined ? browser : t('device.browserOn', { browser, system })
}
