// Structured-clone values as text, the same on both sides: imported by Node, sent to pages as source (so the functions
// refer to nothing outside this file). A graph becomes a flat list; references are indexes, so cycles survive.
type Entry = [kind: string, ...rest: unknown[]]

export interface Wire {
  /** Throws "An object could not be cloned." for what Electron's IPC refuses too. */
  encode(value: unknown): string
  decode(text: string): unknown
}

export function toBase64(bytes: Uint8Array): string {
  let binary = ''
  for (let i = 0; i < bytes.length; i += 0x2000) binary += String.fromCharCode(...bytes.subarray(i, i + 0x2000))
  return btoa(binary)
}

export function wirePrimitive(value: unknown): Entry | null {
  if (value === undefined) return ['undefined']
  if (typeof value === 'bigint') return ['bigint', String(value)]
  if (typeof value === 'number' && (!Number.isFinite(value) || Object.is(value, -0))) {
    return ['number', Object.is(value, -0) ? '-0' : String(value)]
  }
  return typeof value !== 'object' || value === null ? ['plain', value] : null
}

export function wireObject(value: object, put: (inner: unknown) => number): Entry {
  if (Array.isArray(value)) {
    return ['array', Array.from({ length: value.length }, (_, i) => (i in value ? put(value[i]) : -1))]
  }
  if (value instanceof Date) return ['date', value.getTime()]
  if (value instanceof RegExp) return ['regexp', value.source, value.flags]
  if (value instanceof Map) return ['map', [...value].map(([key, inner]) => [put(key), put(inner)])]
  if (value instanceof Set) return ['set', [...value].map((inner) => put(inner))]
  if (value instanceof ArrayBuffer) return ['buffer', toBase64(new Uint8Array(value))]
  if (ArrayBuffer.isView(value)) {
    const length = (value as Uint8Array).length ?? value.byteLength
    return ['view', value.constructor.name, put(value.buffer), value.byteOffset, length]
  }
  if (value instanceof Error) return ['error', value.name, value.message, String(value.stack ?? '')]
  if (value instanceof Boolean || value instanceof Number || value instanceof String) return ['boxed', value.valueOf()]
  // Blob, File, ImageData and their like would need a real process boundary.
  if (Object.getPrototypeOf(value) !== Object.prototype) throw new Error('An object could not be cloned.')
  return ['object', Object.keys(value).map((key) => [key, put((value as Record<string, unknown>)[key])])]
}

export function wireEncode(value: unknown): string {
  let copy: unknown
  try {
    copy = structuredClone(value)
  } catch {
    throw new Error('An object could not be cloned.')
  }
  const seen = new Map<object, number>()
  const entries: (Entry | null)[] = []
  const put = (inner: unknown): number => {
    if (typeof inner === 'object' && inner !== null) {
      const known = seen.get(inner)
      if (known !== undefined) return known
      seen.set(inner, entries.length)
    }
    const index = entries.push(null) - 1
    entries[index] = wirePrimitive(inner) ?? wireObject(inner as object, put)
    return index
  }
  put(copy)
  return JSON.stringify(entries)
}

/** Values without references. */
export function unwireLeaf([kind, first, second, third]: Entry): unknown {
  if (kind === 'plain') return first
  if (kind === 'undefined') return undefined
  if (kind === 'number') return Number(first)
  if (kind === 'bigint') return BigInt(first as string)
  if (kind === 'date') return new Date(first as number)
  if (kind === 'regexp') return new RegExp(first as string, second as string)
  if (kind === 'boxed') return Object(first)
  if (kind === 'buffer') return Uint8Array.from(atob(first as string), (c) => c.charCodeAt(0)).buffer
  if (kind !== 'error') throw new Error(`unknown kind of value on the wire: ${kind}`)
  const known = { TypeError, RangeError, SyntaxError, ReferenceError, EvalError, URIError } as Record<
    string,
    ErrorConstructor
  >
  const error = new (known[first as string] ?? Error)(second as string)
  error.stack = third as string
  return error
}

export function wireDecode(text: string): unknown {
  const entries = JSON.parse(text) as Entry[]
  const made: unknown[] = []
  const get = (index: number): unknown => {
    if (index in made) return made[index]
    const entry = entries[index]!
    const [kind, list] = entry as [string, [unknown, unknown][]]
    if (kind === 'array') {
      const indexes = list as unknown as number[]
      const array = (made[index] = new Array(indexes.length) as unknown[])
      indexes.forEach((at, i) => at >= 0 && (array[i] = get(at)))
      return array
    }
    if (kind === 'map') {
      const map = (made[index] = new Map<unknown, unknown>())
      for (const [key, inner] of list) map.set(get(key as number), get(inner as number))
      return map
    }
    if (kind === 'set') {
      const set = (made[index] = new Set<unknown>())
      for (const at of list as unknown as number[]) set.add(get(at))
      return set
    }
    if (kind === 'view') {
      const [, name, buffer, offset, length] = entry as [string, string, number, number, number]
      const View = (globalThis as unknown as Record<string, new (...a: unknown[]) => unknown>)[name]!
      return (made[index] = new View(get(buffer), offset, length))
    }
    if (kind !== 'object') return (made[index] = unwireLeaf(entry))
    const object = (made[index] = {})
    for (const [key, inner] of list) {
      // Not an assignment: a key may be called __proto__.
      const value = get(inner as number)
      Object.defineProperty(object, key as string, { value, enumerable: true, writable: true, configurable: true })
    }
    return object
  }
  return get(0)
}

export const wire: Wire = { encode: wireEncode, decode: wireDecode }

/** What a page needs to have `wireEncode` and `wireDecode`. */
export const WIRE_PARTS = [toBase64, wirePrimitive, wireObject, wireEncode, unwireLeaf, wireDecode]
