// Watches the connections of a room's people and tells when one gets weak or well again.
import type { Connections } from '../../shared/protocol/media.ts'
import type { Timers } from '../../shared/time.ts'
import { qualityOf, type LinkSigns, type Quality } from './quality.ts'
import type { SeatMedia } from './seatMedia.ts'

/** Also how often the people of a room are told, at most. */
const LOOK_EVERY_MS = 1_000
/** So many looks in a row say the same before it is told: what passes by itself is nothing to worry people with. */
const LOOKS = 4

type WatchedSeat = Pick<SeatMedia, 'producers' | 'flowing'> & { key: { userId: string } }
type Standing = { quality: Quality; next: Quality; looks: number }

export type QualityWatchOptions = {
  timers: Pick<Timers, 'after'>
  seats(): WatchedSeat[]
  /** `told` is another one. */
  onChange(): void
}

export class QualityWatch {
  told: Connections = { weak: [], version: 0 }
  #options: QualityWatchOptions
  #standings = new Map<string, Standing>()
  #callOff: (() => void) | null = null
  #closed = false

  constructor(options: QualityWatchOptions) {
    this.#options = options
  }

  /** Scores or seats have changed: looks soon. Nothing is looked at while nothing changes. */
  news() {
    if (this.#closed) return
    this.#callOff ??= this.#options.timers.after(LOOK_EVERY_MS, () => this.#look())
  }

  close() {
    this.#closed = true
    this.#callOff?.()
  }

  #look() {
    this.#callOff = null
    const seats = this.#options.seats()
    const standings = new Map(
      seats.map((seat) => [seat.key.userId, standingOf(signsOf(seat), this.#standings.get(seat.key.userId))]),
    )
    this.#standings = standings
    const weak = [...standings].flatMap(([userId, { quality }]) => (quality === 'good' ? [] : [{ userId, quality }]))
    const said = (list: Connections['weak']) => list.map(({ userId, quality }) => `${userId} ${quality}`).join()
    if (said(weak) !== said(this.told.weak)) {
      this.told = { weak, version: this.told.version + 1 }
      this.#options.onChange()
    }
    if ([...standings.values()].some(({ quality, next }) => quality !== next)) this.news()
  }
}

function standingOf(signs: LinkSigns, before: Standing = { quality: 'good', next: 'good', looks: 0 }): Standing {
  const next = qualityOf(signs, before.quality)
  const looks = next === before.next ? before.looks + 1 : 1
  return { quality: looks >= LOOKS ? next : before.quality, next, looks }
}

/** Of simulcast the best layer counts: an encoder leaves out those that it has no bandwidth for. */
function signsOf(seat: WatchedSeat): LinkSigns {
  const received = seat.flowing()
  const sent = [...seat.producers.values()].filter(({ producer }) => !producer.paused)
  return {
    sending: sent.map(({ producer }) => Math.max(0, ...producer.score.map(({ score }) => score))),
    receiving: received.map(({ consumer }) => consumer.score.score),
    starved: received.some(({ starved }) => starved),
  }
}
