// contextBridge's copying rules, for both worlds of a page. Sent to pages as source: the functions here may refer only
// to each other and to what sources.ts puts beside them.
//
// A value becomes plain data. Functions, promises and elements stay where they are and get a number; everything else
// is copied, prototypes are lost, and cycles survive.

/** Plain data that a CustomEvent carries between the worlds. */
export interface Packed {
  kind: string
  /** Position among the objects of this transfer, for references back. */
  at?: number
  value?: unknown
}

export interface PackedProperty {
  key: string
  value?: Packed
  get?: Packed | null
  set?: Packed | null
}

/** One world's end of the bridge. */
export interface End {
  nextId: number
  /** Functions of this world that the other may call, with their `this`. */
  mine: Map<number, [fn: (...args: unknown[]) => unknown, self: unknown]>
  /** Proxies of the other world's functions, by the number of the original. */
  originals: WeakMap<object, number>
  promises: Map<number, { resolve(value: unknown): void; reject(reason: unknown): void }>
  replies: Map<string, { value?: Packed; error?: string | undefined }>
  elements: Map<number, EventTarget | null>
  post(message: object): void
  postElement(element: Element, id: number): void
  forget: FinalizationRegistry<number>
  call(id: number, args: unknown[]): unknown
  settle(id: number, outcome: 'resolve' | 'reject', value: unknown): void
}

export function refuseToClone(): never {
  throw new Error('An object could not be cloned.')
}

type Cache = Map<unknown, number>

export function pack(end: End, value: unknown, cache: Cache, depth = 0, accessors = false, self?: unknown): Packed {
  if (depth >= 1000) {
    throw new TypeError(
      'Electron contextBridge recursion depth exceeded.  Nested objects deeper than 1000 are not supported.',
    )
  }
  if (typeof value === 'symbol') refuseToClone()
  if (value === null || (typeof value !== 'object' && typeof value !== 'function')) return { kind: 'plain', value }
  const known = cache.get(value)
  if (known !== undefined) return { kind: 'again', value: known }
  const at = cache.size
  cache.set(value, at)
  return { at, ...packObject(end, value, cache, depth, accessors, self) }
}

export function packObject(
  end: End,
  value: object,
  cache: Cache,
  depth: number,
  accessors: boolean,
  self: unknown,
): Packed {
  if (typeof value === 'function') return packFunction(end, value as () => unknown, self)
  if (value instanceof Promise) {
    const id = ++end.nextId
    value.then(
      (result) => end.settle(id, 'resolve', result),
      (reason) => end.settle(id, 'reject', reason),
    )
    return { kind: 'promise', value: id }
  }
  if (value instanceof Error) return { kind: 'error', value: String(value.message) }
  // A Vue reactive() is a Proxy: V8's serializer refuses proxies, and so does Electron.
  const vue = value as { __v_raw?: unknown; __v_isVue?: unknown }
  if (vue.__v_raw !== undefined && vue.__v_isVue !== true) refuseToClone()
  if (value instanceof Element) {
    const id = ++end.nextId
    end.postElement(value, id)
    return { kind: 'element', value: id }
  }
  if (Array.isArray(value)) {
    return { kind: 'array', value: Array.from(value, (inner) => pack(end, inner, cache, depth + 1, accessors, value)) }
  }
  const tag = Object.prototype.toString.call(value)
  if (tag === '[object Object]' || Object.getPrototypeOf(value) === null) {
    return { kind: 'object', value: packProperties(end, value, cache, depth, accessors) }
  }
  try {
    structuredClone(value)
  } catch {
    refuseToClone()
  }
  return { kind: 'cloned', value }
}

export function packFunction(end: End, fn: (...args: unknown[]) => unknown, self: unknown): Packed {
  const original = end.originals.get(fn)
  if (original !== undefined) return { kind: 'yours', value: original }
  const id = ++end.nextId
  end.mine.set(id, [fn, self])
  return { kind: 'function', value: id }
}

export function packProperties(
  end: End,
  value: object,
  cache: Cache,
  depth: number,
  accessors: boolean,
): PackedProperty[] {
  return Object.keys(value).map((key) => {
    const found = Object.getOwnPropertyDescriptor(value, key)
    if (accessors && found && (found.get || found.set)) {
      const packed = (fn: unknown) => (fn ? pack(end, fn, cache, 1, accessors, value) : null)
      return { key, get: packed(found.get), set: packed(found.set) }
    }
    const inner = (value as Record<string, unknown>)[key]
    return { key, value: pack(end, inner, cache, depth + 1, accessors, value) }
  })
}

export function unpack(end: End, packed: Packed, made: unknown[]): unknown {
  const at = packed.at ?? 0
  const id = packed.value as number
  switch (packed.kind) {
    case 'plain':
      return packed.value
    case 'again':
      return made[id]
    case 'yours':
      return (made[at] = end.mine.get(id)?.[0])
    case 'function':
      return (made[at] = unpackFunction(end, id))
    case 'promise':
      return (made[at] = new Promise((resolve, reject) => end.promises.set(id, { resolve, reject })))
    case 'error':
      return (made[at] = new Error(packed.value as string))
    case 'element': {
      const element = end.elements.get(id)
      end.elements.delete(id)
      return (made[at] = element)
    }
    case 'cloned':
      return (made[at] = packed.value)
    case 'array': {
      const array: unknown[] = (made[at] = [])
      for (const inner of packed.value as Packed[]) array.push(unpack(end, inner, made))
      return array
    }
    default:
      return unpackProperties(end, packed.value as PackedProperty[], (made[at] = {}), made)
  }
}

export function unpackFunction(end: End, id: number): unknown {
  const proxy = (...args: unknown[]) => end.call(id, args)
  end.originals.set(proxy, id)
  end.forget.register(proxy, id)
  return proxy
}

export function unpackProperties(end: End, properties: PackedProperty[], object: object, made: unknown[]): object {
  for (const { key, value, get, set } of properties) {
    const descriptor: PropertyDescriptor = value
      ? { value: unpack(end, value, made), enumerable: true, writable: true, configurable: true }
      : {
          get: get ? (unpack(end, get, made) as () => unknown) : undefined,
          set: set ? (unpack(end, set, made) as (v: unknown) => void) : undefined,
          enumerable: true,
        }
    Object.defineProperty(object, key, descriptor)
  }
  return object
}
