// Values that fit a schema of the contract, and values that nearly do. Whoever is named in them is drawn from the people, devices,
// rooms and calls of the scene, so that roles come out swapped by themselves.
import type { z } from 'zod'
import { consumerOfferSchema, mediaOfferSchema, transportOfferSchema } from '../../shared/protocol/media.ts'
import type { ConsumerOffer, MediaOffer, TransportOffer } from '../../shared/protocol/media.ts'
import { userSchema, type User } from '../../shared/protocol/things.ts'
import type { Dice } from '../simulation/random.ts'

/** Whom and what a hostile message may name. */
export type Cast = {
  users: readonly User[]
  deviceIds: readonly string[]
  roomIds: readonly string[]
  callIds: readonly string[]
  /** Media that a real server has offered: it works when it is used. */
  offer(): MediaOffer
  /** ms since the epoch. */
  now(): number
}

/** What of a zod schema is looked at here. */
type Definition = {
  type: string
  format?: string
  shape?: Record<string, z.ZodType>
  element?: z.ZodType
  innerType?: z.ZodType
  options?: z.ZodType[]
  entries?: Record<string, string>
  values?: unknown[]
  in?: z.ZodType
}

const OPTIONAL_CHANCE = 0.6
const NULL_CHANCE = 0.3
const ITEMS_MAX = 3
const SECONDS_AROUND_NOW = 600

export type Maker = { value(schema: z.ZodType): unknown; spoil(value: unknown): unknown }

export function createMaker(cast: Cast, dice: Dice): Maker {
  let version = 1
  const pick = <Value>(values: readonly Value[]): Value => dice.pick(values) as Value

  const transport = (): TransportOffer => (dice.chance(0.5) ? cast.offer().send : cast.offer().receive)
  const whole = new Map<z.ZodType, () => unknown>([
    [userSchema, () => pick(cast.users)],
    [transportOfferSchema, transport],
    [consumerOfferSchema, () => consumerOf(cast.offer())],
    [mediaOfferSchema, offer],
  ])

  function consumerOf({ consumers, receive }: MediaOffer): ConsumerOffer {
    const known = dice.pick(consumers)
    const source = pick(['microphone', 'camera', 'screen'] as const)
    if (known) return { ...known, userId: pick(cast.users).id, source }
    const userId = pick(cast.users).id
    const id = pick(cast.callIds)
    return { id, producerId: id, userId, source, kind: 'audio', rtpParameters: receive, producerPaused: false }
  }

  /** An offer that works, for a room that it may not be for. */
  function offer(): MediaOffer {
    const real = cast.offer()
    const swapped = dice.chance(0.2) ? { send: real.receive, receive: real.send } : {}
    return { ...real, ...swapped, roomId: pick(cast.roomIds), ...(dice.chance(0.5) ? { warm: true } : {}) }
  }

  function ofKey(key: string, parent: string): unknown {
    switch (key) {
      case 'userId':
      case 'userIds':
      case 'calleeId':
      case 'ownerId':
      case 'endedBy':
        return pick(cast.users).id
      case 'deviceId':
      case 'handledBy':
        return pick(cast.deviceIds)
      case 'callId':
        return pick(cast.callIds)
      case 'roomId':
        return pick(cast.roomIds)
      default:
        return pick(parent === 'room' ? cast.roomIds : cast.callIds)
    }
  }

  function number(key: string): number {
    if (key === 'version') return dice.chance(0.8) ? ++version : dice.whole(1, version)
    if (/At$|Now$|Until$/.test(key)) {
      return cast.now() + dice.whole(-SECONDS_AROUND_NOW, SECONDS_AROUND_NOW) * 1000
    }
    return dice.whole(0, 5)
  }

  const text = (key: string): string =>
    key.startsWith('data') ? '' : pick(['Ann', 'Standup', '<img src=x onerror=alert(1)>', '在', '…'])

  function value(schema: z.ZodType, key = '', parent = ''): unknown {
    const made = whole.get(schema)
    if (made) return made()
    const definition = schema.def as unknown as Definition
    const inner = (part: z.ZodType | undefined, its = key) => value(part as z.ZodType, its, parent)
    switch (definition.type) {
      case 'object':
        return Object.fromEntries(
          Object.entries(definition.shape ?? {}).flatMap(([name, part]) => {
            const left = (part.def as unknown as Definition).type === 'optional' && !dice.chance(OPTIONAL_CHANCE)
            return left ? [] : [[name, value(part, name, key)]]
          }),
        )
      case 'array':
        return Array.from({ length: dice.whole(0, ITEMS_MAX) }, () => inner(definition.element))
      case 'optional':
      case 'default':
      case 'catch':
        return inner(definition.innerType)
      case 'pipe':
        return inner(definition.in)
      case 'nullable':
        return dice.chance(NULL_CHANCE) ? null : inner(definition.innerType)
      case 'union':
        return inner(pick(definition.options ?? []))
      case 'enum':
        return pick(Object.values(definition.entries ?? {}))
      case 'literal':
        return pick(definition.values ?? [])
      case 'boolean':
        return dice.chance(0.5)
      case 'number':
        return number(key)
      case 'string':
        return definition.format === 'uuid' ? ofKey(key, parent) : text(key)
      case 'record':
        return cast.offer()[key === 'routerRtpCapabilities' ? key : 'send']
      default:
        throw new Error(`no value is known for a schema of type ${definition.type}`)
    }
  }

  return { value: (schema) => value(schema), spoil: (good) => spoilt(good, dice) }
}

type Path = readonly (string | number)[]

/** Every place inside a value, the outermost first. */
function places(value: unknown, path: Path = []): Path[] {
  if (typeof value !== 'object' || value === null) return [path]
  return [path, ...Object.entries(value).flatMap(([key, inside]) => places(inside, [...path, key]))]
}

function replaced(value: unknown, [key, ...rest]: Path, by: unknown): unknown {
  if (key === undefined) return by
  const copy = (Array.isArray(value) ? [...(value as unknown[])] : { ...(value as object) }) as Record<string, unknown>
  copy[key] = replaced(copy[key], rest, by)
  return copy
}

const JUNK: readonly unknown[] = [
  null,
  true,
  -1,
  0.5,
  1e300,
  '',
  'accepted',
  'answered',
  '__proto__',
  [],
  {},
  [[[[[]]]]],
  { __proto__: null, ok: true, value: {} },
  { length: 1e9 },
]
const HUGE_BYTES = 120_000

/** One place of it is something else now; or the whole. */
function spoilt(good: unknown, dice: Dice): unknown {
  const junk = dice.chance(0.01) ? 'x'.repeat(dice.whole(1_000, HUGE_BYTES)) : dice.pick(JUNK)
  return replaced(good, dice.pick(places(good)) ?? [], junk)
}
