// One direction of a bad line, without sockets: what becomes of each packet is decided by dice with a seed, and by the clock given.
import type { Dice } from '../simulation/random.ts'

export type Weather = {
  /** Of all packets, those that never arrive: 0 to 1. */
  lossShare: number
  /** Each packet arrives so much later, one like the other. */
  delayMs: number
  /** What the line carries; null is more than anybody sends. */
  bitsPerSecond: number | null
}
export const FAIR: Weather = { lossShare: 0, delayMs: 0, bitsPerSecond: null }

/** What waits longer than this to be sent is thrown away, as a router with a short queue does. */
const QUEUE_MAX_MS = 250
/** Of packets on their way, so that a test gone wrong fills no memory. */
const PACKETS_MAX = 4_000

export type BadLineOptions<Packet> = {
  dice: Dice
  weather(): Weather
  sizeOf(packet: Packet): number
  /** In ms; only differences count. */
  now(): number
  after(ms: number, action: () => void): () => void
  deliver(packet: Packet): void
}

export interface BadLine<Packet> {
  send(packet: Packet): void
  counts(): { sent: number; lost: number; dropped: number }
  close(): void
}

export function createBadLine<Packet>(options: BadLineOptions<Packet>): BadLine<Packet> {
  const { dice, weather, sizeOf, now, after, deliver } = options
  const way: { packet: Packet; dueAt: number }[] = []
  const counts = { sent: 0, lost: 0, dropped: 0 }
  let freeAt = -Infinity
  let callOff: (() => void) | null = null

  function pump() {
    callOff = null
    while (way[0] && way[0].dueAt <= now()) deliver((way.shift() as { packet: Packet }).packet)
    const [first] = way
    if (first) callOff = after(Math.max(1, first.dueAt - now()), pump)
  }

  return {
    send(packet) {
      const { lossShare, delayMs, bitsPerSecond } = weather()
      counts.sent++
      // Thrown for every packet, so that the same packets are lost whatever else the weather is.
      if (dice.chance(lossShare)) return void counts.lost++
      let leavesAt = now()
      if (bitsPerSecond !== null) {
        leavesAt = Math.max(leavesAt, freeAt)
        if (leavesAt - now() > QUEUE_MAX_MS) return void counts.dropped++
        leavesAt += (sizeOf(packet) * 8000) / bitsPerSecond
        freeAt = leavesAt
      }
      if (way.length >= PACKETS_MAX) return void counts.dropped++
      // Never before the one sent earlier, also when the line has just become better.
      const dueAt = Math.max(leavesAt + delayMs, way.at(-1)?.dueAt ?? -Infinity)
      if (dueAt <= now() && way.length === 0) return deliver(packet)
      way.push({ packet, dueAt })
      callOff ??= after(Math.max(1, dueAt - now()), pump)
    },
    counts: () => ({ ...counts }),
    close() {
      callOff?.()
      way.length = 0
    },
  }
}
