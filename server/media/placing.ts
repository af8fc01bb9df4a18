// On which worker's router somebody's media goes, and how much a router has to do. Pure.
import type { ProducerSource } from '../../shared/protocol/media.ts'
import { PICTURES_MAX } from './lastPictures.ts'

/**
 * From so many consumers on, whoever comes next goes to another worker. A core forwards about 700 (`npm run bench -- room`); but a
 * meeting also grows around those who are in it, and nobody is moved.
 */
export const CONSUMERS_PER_WORKER = 500
/** When all are full, a further router has to be worth its pipes: its worker must have so many times less to do. */
const WORTH_PIPES = 2

/** `load`: consumers, of all rooms. */
export type Place = { load: number; rooms: number }

/**
 * @param own workers that the room is on already, in the order in which it came to them
 * @returns the first of them that has room, so that a meeting stays on as few as it can; else the least loaded other one that has;
 * null when there is none at all
 */
export function choosePlace<Worker extends Place>(
  own: readonly Worker[],
  others: readonly Worker[],
  limit: number,
): Worker | null {
  const free = own.find(({ load }) => load < limit)
  if (free) return free
  const [mine, other] = [leastLoaded(own), leastLoaded(others)]
  if (!mine || !other) return mine ?? other
  return other.load < limit || other.load * WORTH_PIPES < mine.load ? other : mine
}

/** Of those that have equally much to do the one with fewer rooms: they may grow. */
function leastLoaded<Worker extends Place>(workers: readonly Worker[]): Worker | null {
  const busier = (one: Worker, other: Worker) => one.load - other.load || one.rooms - other.rooms
  return workers.toSorted(busier)[0] ?? null
}

/** Whoever has just come has not begun to send: until they do, or so long, they are taken for people who will. */
const ABOUT_TO_SEND_MS = 5_000
const WILL_SEND = [
  { source: 'microphone', isHeld: false },
  { source: 'camera', isHeld: false },
] as const

/** What somebody sends, unpaused; `isHeld`: it is let through to nobody. */
export type Sends = readonly { source: ProducerSource; isHeld: boolean }[]

/** `warm`: they are still being rung. `forMs`: since when they have their seat. */
export const expected = (sends: Sends, { warm, forMs }: { warm: boolean; forMs: number }): Sends =>
  sends.length === 0 && (warm || forMs < ABOUT_TO_SEND_MS) ? WILL_SEND : sends

/** `isHere`: it is on the router in question. */
export type SeatLoad = { userId: string; isHere: boolean; sends: Sends }

/** How many consumers a router has to serve when everybody on it is sent what comes unasked, and all that comes in goes to the others. */
export function consumersOn(seats: readonly SeatLoad[], otherRouters: number): number {
  const here = seats.filter(({ isHere }) => isHere)
  const piped = here.flatMap(({ sends }) => sends).length * otherRouters
  const all = tallyOf(seats)
  const own = new Map(here.map(({ userId }) => [userId, tallyOf(seats.filter((seat) => seat.userId === userId))]))
  return here.reduce((sum, { userId }) => {
    const { cameras, others } = own.get(userId)!
    return sum + Math.min(all.cameras - cameras, PICTURES_MAX) + all.others - others
  }, piped)
}

function tallyOf(seats: readonly SeatLoad[]) {
  const passing = seats.flatMap(({ sends }) => sends.filter(({ isHeld }) => !isHeld))
  const cameras = passing.filter(({ source }) => source === 'camera').length
  return { cameras, others: passing.length - cameras }
}
