// What a browser keeps between visits: device, session, settings.
import type { SessionStore, Stored } from '../../shared/client/session.ts'
import type { Device } from '../../shared/protocol/things.ts'
import { isFirstTab } from './firstTab.ts'

const DEVICE_KEY = 'parley.device'
const SESSION_KEY = 'parley.session'

export type PageStorage = {
  read(key: string): string | null
  write(key: string, value: string): void
  remove(key: string): void
}

/**
 * The first tab of a profile is its device. Another tab at the same time is a device of its own and forgets itself when it is closed:
 * two tabs sharing one device would push each other off the server, and use up each other's tokens.
 */
export async function openStorage(): Promise<PageStorage> {
  return over((await isFirstTab()) ? window.localStorage : window.sessionStorage)
}

/** A storage that is full or forbidden keeps things for this page only. */
function over(storage: Storage): PageStorage {
  const memory = new Map<string, string>()
  return {
    read: (key) => memory.get(key) ?? storage.getItem(key),
    write(key, value) {
      try {
        storage.setItem(key, value)
      } catch {
        memory.set(key, value)
      }
    },
    remove(key) {
      memory.delete(key)
      storage.removeItem(key)
    },
  }
}

export function keptDevice(storage: PageStorage): Device {
  const id = storage.read(DEVICE_KEY) ?? createId()
  storage.write(DEVICE_KEY, id)
  return { id, platform: 'web', label: browserLabel(navigator.userAgent) }
}

/** A guest's session goes with its tab; an account's is kept beside it, and goes on once the guest has gone. */
export function sessionStore(storage: PageStorage, tab: PageStorage = over(window.sessionStorage)): SessionStore {
  const read = (place: PageStorage): Stored | null => {
    try {
      return JSON.parse(place.read(SESSION_KEY) ?? 'null') as Stored | null
    } catch {
      return null
    }
  }
  const guest = (): Stored | null => {
    const stored = read(tab)
    return stored?.guestRoom ? stored : null
  }
  return {
    load: () => guest() ?? read(storage),
    save(stored) {
      if (!stored.guestRoom && guest()) tab.remove(SESSION_KEY)
      const place = stored.guestRoom ? tab : storage
      place.write(SESSION_KEY, JSON.stringify(stored))
    },
    clear: () => (guest() ? tab : storage).remove(SESSION_KEY),
  }
}

/** "Chrome on Linux": what this device is called on the person's other devices. */
export function browserLabel(userAgent: string): string {
  const first = (choices: ReadonlyArray<readonly [RegExp, string]>, otherwise: string) =>
    choices.find(([pattern]) => pattern.test(userAgent))?.[1] ?? otherwise
  const browser = first(
    [
      [/Edg\//, 'Edge'],
      [/OPR\//, 'Opera'],
      [/Firefox\//, 'Firefox'],
      [/Chrome\//, 'Chrome'],
      [/Safari\//, 'Safari'],
    ],
    'Browser',
  )
  const system = first(
    [
      [/Windows/, 'Windows'],
      [/iPhone|iPad/, 'iOS'],
      [/Mac OS X/, 'macOS'],
      [/Android/, 'Android'],
      [/Linux|X11/, 'Linux'],
    ],
    '',
  )
  return system ? `${browser} on ${system}` : browser
}

/** A fresh uuid; `randomUUID` is missing on pages that came over plain http from another machine. */
export function createId(): string {
  const partial: Partial<Crypto> = crypto
  if (partial.randomUUID) return partial.randomUUID()
  const bytes = crypto.getRandomValues(new Uint8Array(16))
  const hex = [...bytes].map((byte, index) => (index === 6 ? (byte & 15) | 64 : index === 8 ? (byte & 63) | 128 : byte))
  return hex
    .map((byte) => byte.toString(16).padStart(2, '0'))
    .join('')
    .replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-')
}
