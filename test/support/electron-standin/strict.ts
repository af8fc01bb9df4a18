// The end of every prototype chain of the stand-in: a member it does not know throws instead of being undefined, so
// that no call of the product can pass untested by accident. Also counts which events were emitted, for the gate.
import { EventEmitter } from 'node:events'

/** Names that Node, promises and inspection look up on any object without meaning to use them. */
const PROBED = new Set(['then', 'toJSON', 'domain', '__esModule', 'addEventListener', 'prototype', 'inspect'])

/** Event names by the class that emitted them; read by the gate only. */
export const emittedEvents = new Map<string, Set<string>>()

function refuse(owner: string, key: string): never {
  throw new Error(`electron stand-in: ${owner}.${key} is not implemented`)
}

function strictEnd<T extends object>(base: T, nameOf: (receiver: object) => string): T {
  return new Proxy(base, {
    get(target, key, receiver) {
      const probed = typeof key === 'symbol' || key.startsWith('_') || PROBED.has(key)
      if (key in target || probed) return Reflect.get(target, key, receiver)
      return refuse(nameOf(receiver as object), key)
    },
  })
}

const classNameOf = (receiver: object) => (receiver as { constructor: { name: string } }).constructor.name
const functionName = (receiver: object) => (receiver as { name: string }).name

/** Base of everything that Electron gives without events. */
export class StandinObject {}
Object.setPrototypeOf(StandinObject.prototype, strictEnd(Object.prototype, classNameOf))
Object.setPrototypeOf(StandinObject, strictEnd(Function.prototype, functionName))

/** Base of everything that Electron gives with events. */
export class StandinEmitter extends EventEmitter {
  override emit(name: string | symbol, ...values: unknown[]): boolean {
    const owner = this.constructor.name
    const names = emittedEvents.get(owner) ?? new Set<string>()
    emittedEvents.set(owner, names.add(String(name)))
    return super.emit(name, ...values)
  }
}
Object.setPrototypeOf(StandinEmitter.prototype, strictEnd(EventEmitter.prototype, classNameOf))
Object.setPrototypeOf(StandinEmitter, strictEnd(EventEmitter, functionName))

/** A namespace object (such as the module itself) of which unknown members throw. */
export function strictNamespace<T extends object>(name: string, members: T): T {
  return Object.setPrototypeOf(
    members,
    strictEnd(Object.prototype, () => name),
  ) as T
}

/** Electron's event object. Unknown members throw here too. */
export class StandinEvent extends StandinObject {
  defaultPrevented = false
  constructor(fields: object = {}) {
    super()
    Object.assign(this, fields)
  }
  preventDefault() {
    this.defaultPrevented = true
  }
}
