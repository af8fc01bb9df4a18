// The connection, measured once a second while somebody looks at it, with what the last minute was like.
import { onScopeDispose, shallowRef } from 'vue'
import { ratesBetween, type MediaReports, type Rates, type StreamRates } from '../media/rates.ts'
import { useMedia } from '../stores/media.ts'

const EVERY_MS = 1_000
/** A minute. */
export const SAMPLES = 60

/** By name, oldest first; null where nothing could be measured. */
export type History = Readonly<Record<string, readonly (number | null)[]>>

export const personKey = (userId: string | null): string => (userId === null ? 'self' : `user ${userId}`)

/** One's own streams come first, then each person's, in the order of the reports. */
export function byPerson(streams: readonly StreamRates[]): { userId: string | null; streams: StreamRates[] }[] {
  const people = new Map<string | null, StreamRates[]>()
  for (const stream of streams) people.set(stream.userId, [...(people.get(stream.userId) ?? []), stream])
  return [...people].map(([userId, theirs]) => ({ userId, streams: theirs }))
}

export const bitsOf = (streams: readonly StreamRates[]): number =>
  streams.reduce((sum, { bitsPerSecond }) => sum + bitsPerSecond, 0)

/** Who has gone is forgotten. */
export function remember(history: History, rates: Rates): History {
  const values: Record<string, number | null> = {
    received: rates.receive.bitsPerSecond,
    sent: rates.send.bitsPerSecond,
    roundTrip: rates.receive.roundTripMs ?? rates.send.roundTripMs,
  }
  for (const { userId, streams } of byPerson(rates.streams)) values[personKey(userId)] = bitsOf(streams)
  return Object.fromEntries(
    Object.entries(values).map(([name, value]) => [name, [...(history[name] ?? []), value].slice(-SAMPLES)]),
  )
}

export function useStatistics() {
  const media = useMedia()
  /** Null until there are two looks to compare. */
  const rates = shallowRef<Rates | null>(null)
  const history = shallowRef<History>({})
  let before: MediaReports | null = null
  let timer: ReturnType<typeof setTimeout> | undefined
  let ended = false

  async function look() {
    const now = await media.reports().catch(() => null)
    if (ended) return
    if (now && before) {
      rates.value = ratesBetween(before, now)
      history.value = remember(history.value, rates.value)
    } else if (!now) rates.value = null
    before = now
    timer = setTimeout(() => void look(), EVERY_MS)
  }
  void look()
  onScopeDispose(() => {
    ended = true
    clearTimeout(timer)
  })
  return { rates, history }
}
