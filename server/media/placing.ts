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

/** What is sent and let through to others. */
export type Passing = { userId: string; source: ProducerSource }

/** How many consumers flow to this person when they are sent what comes unasked. */
export function consumersOf(userId: string, passing: readonly Passing[]): number {
  const others = passing.filter((sent) => sent.userId !== userId)
  const cameras = others.filter(({ source }) => source === 'camera').length
  return others.length - cameras + Math.min(cameras, PICTURES_MAX)
}
