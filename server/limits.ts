// All the numbers that keep one account, address or device from taking what belongs to everybody. Each can be set from outside
// (PARLEY_LIMITS, PARLEY_LIMITS_FILE); docs/limits.md says the same for people, and a test holds the two together.
import { z } from 'zod'
import { DEVICES_MAX } from '../shared/call/limits.ts'
import { CHAT_RATE, SIGNAL_RATE } from '../shared/chat/limits.ts'
import { failure, success, type Result } from '../shared/protocol/result.ts'

/** A token bucket: so many at once, and so many a minute from then on. */
export type Rate = { burst: number; perMinute: number }

/** `per`: what has a bucket of its own. */
const rate = (per: string, burst: number, perMinute: number, why: string) => ({ per, burst, perMinute, why })
const perSecond = ({ burst, perSecond: each }: { burst: number; perSecond: number }) => [burst, each * 60] as const

export const RATES = {
  ringsPerPair: rate(
    'caller and callee',
    6,
    1,
    'Rings of one person by one person, whatever commands, rooms and devices.',
  ),
  ringsPerCaller: rate('caller', 150, 60, 'Rings by one person: fifty people at once, all of them again, and again.'),
  ringsPerRoom: rate('meeting', 300, 120, 'Rings into one meeting by everybody inside.'),
  ringsPerAddress: rate('address', 600, 300, 'Rings from one network address, behind which a whole office may be.'),
  ringsByStrangers: rate(
    'callee',
    20,
    10,
    'Rings of one person by all those together whom they have not met. Whoever they know is never held up by it.',
  ),
  requestsPerPair: rate('asker and asked', 10, 6, 'Requests in a meeting: to turn something on, and for a permission.'),
  knocksPerUser: rate('user', 6, 2, 'Waiting anew to be let into a meeting: each time its owner and admins are told.'),
  guestKnocksPerAddress: rate('address', 30, 30, 'The same for guests, who are somebody else each time they come.'),
  invitationsPerPair: rate(
    'owner and attendee',
    40,
    6,
    'News of scheduled meetings to one person: invited, moved, called off.',
  ),
  remindersPerPair: rate('owner and attendee', 10, 1, 'Reminders; beyond it the meeting is in the list, without one.'),
  schedulingPerUser: rate('user', 60, 30, 'Scheduling, moving and calling off meetings.'),
  joinsPerUser: rate('user', 30, 20, 'Making and joining meetings, each of which others may hear.'),
  joinsPerAddress: rate('address', 3_000, 1_200, 'The same from one network address.'),
  moderationPerUser: rate('user', 120, 120, 'What the owner and admins do to others and to the meeting.'),
  chatPerUser: rate('user', ...perSecond(CHAT_RATE), 'Messages of one person.'),
  chatPerRoom: rate('meeting', 100, 600, 'Messages in one meeting by everybody inside.'),
  signalsPerUser: rate('user', ...perSecond(SIGNAL_RATE), 'Reactions and raised hands.'),
  commandsPerDevice: rate('device', 200, 3_000, 'Commands of one device; one that reconnects has much to say.'),
  commandsPerUser: rate('user', 600, 6_000, 'Commands of all devices of one person.'),
  signInsPerLogin: rate('address and login', 20, 20, 'Attempts to sign in as one person from one address.'),
  signInsPerAddress: rate('address', 300, 300, 'Attempts to sign in from one address, as anybody.'),
  renewalsPerDevice: rate('device', 20, 10, 'Renewing a session; a session needs one every few minutes.'),
  renewalsPerAddress: rate('address', 3_000, 1_200, 'The same from one address.'),
  apiPerToken: rate('API token', 60, 600, 'Requests of one program.'),
  guestsPerAddress: rate('address', 30, 30, 'Guests who come from one address, and looks at links.'),
} as const

const count = (value: number, why: string) => ({ value, why })

export const COUNTS = {
  connectionsPerUser: count(DEVICES_MAX, 'Devices of one person online at once.'),
  connectionsPerAddress: count(5_000, 'Connections from one network address.'),
  connections: count(20_000, 'Connections in all.'),
  openRoomsPerUser: count(200, 'Meetings one person owns that are not over, scheduled ones too.'),
  eventBacklog: count(2_000, 'Events a device has not acknowledged yet; beyond it the connection is closed.'),
  sendBufferBytes: count(
    8 * 1024 * 1024,
    'Bytes waiting to be sent to one device; beyond it the connection is closed.',
  ),
} as const

export type RateName = keyof typeof RATES
export type CountName = keyof typeof COUNTS

/** Null: without limit. */
export type Limits = { rates: Record<RateName, Rate | null>; counts: Record<CountName, number> }

const keysOf = <Key extends string>(table: Record<Key, unknown>) => Object.keys(table) as Key[]
const mapKeys = <Key extends string, Value>(table: Record<Key, unknown>, make: (key: Key) => Value) =>
  Object.fromEntries(keysOf(table).map((key) => [key, make(key)])) as Record<Key, Value>

export const defaultLimits: Limits = {
  rates: mapKeys(RATES, (name) => ({ burst: RATES[name].burst, perMinute: RATES[name].perMinute })),
  counts: mapKeys(COUNTS, (name) => COUNTS[name].value),
}

/** Nothing is held up; for tests that are about something else. */
export const withoutLimits: Limits = {
  rates: mapKeys(RATES, () => null),
  counts: mapKeys(COUNTS, () => Number.MAX_SAFE_INTEGER),
}

/** The defaults with these in their place. */
export const limitsWith = (changed: {
  rates?: Partial<Limits['rates']>
  counts?: Partial<Limits['counts']>
}): Limits => ({
  rates: { ...defaultLimits.rates, ...changed.rates },
  counts: { ...defaultLimits.counts, ...changed.counts },
})

const rateSchema = z.strictObject({
  burst: z.number().int().min(1).max(1_000_000),
  perMinute: z.number().positive().max(1_000_000),
})
const countSchema = z.number().int().min(1).max(Number.MAX_SAFE_INTEGER)
const settingSchema = z.strictObject({
  ...mapKeys(RATES, () => rateSchema.nullable().optional()),
  ...mapKeys(COUNTS, () => countSchema.optional()),
})

const HINT =
  'Write it like {"ringsPerPair": {"burst": 6, "perMinute": 1}, "connections": 20000}; null takes a rate away.'

/** The defaults with what this JSON names instead. `invalid` with a sentence for whoever runs the server. */
export function readLimits(text: string): Result<Limits> {
  let json: unknown
  try {
    json = JSON.parse(text)
  } catch {
    return failure('invalid', `The limits are not JSON. ${HINT}`)
  }
  const read = settingSchema.safeParse(json)
  if (!read.success) {
    const [issue] = read.error.issues
    const where = issue?.path.join('.') || 'the limits'
    const words = issue?.code === 'unrecognized_keys' ? `there is no ${issue.keys.join(', ')}` : issue?.message
    return failure('invalid', `${where}: ${words}. ${HINT}`)
  }
  const named: Record<string, unknown> = read.data
  const pick = <Key extends string>(table: Record<Key, unknown>) =>
    Object.fromEntries(keysOf(table).flatMap((key) => (named[key] === undefined ? [] : [[key, named[key]]])))
  return success(limitsWith({ rates: pick(RATES), counts: pick(COUNTS) }))
}
