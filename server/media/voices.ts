// A room's microphones: in a big room only the loudest are let through. In any other all are, and this does nothing.
import type { Producer, Router } from 'mediasoup/types'
import { Ear } from './ear.ts'
import { Loudest, type Change } from './loudest.ts'

/** With more people than this somebody is always coughing, typing or feeding back. */
const EVERYBODY_HEARD_MAX = 30

export type VoicesOptions = {
  now(): number
  /** These producers' voices are let through from now on, or no longer are: see `isHeld`. */
  onChange(producerIds: readonly string[]): void
  onError(error: unknown): void
}

export class Voices {
  #options: VoicesOptions
  #microphones = new Map<string, { producer: Producer; router: Router }>()
  /** Null in a room that is not big. */
  #loudest: Loudest | null = null
  #ear: Ear

  constructor(options: VoicesOptions) {
    this.#options = options
    const { now, onError } = options
    this.#ear = new Ear({ now, onError, onLoud: (id, level) => this.#speaks([{ id, level }]) })
  }

  /** Whether this producer's packets stay here for now. */
  isHeld(producerId: string): boolean {
    const producer = this.#microphones.get(producerId)?.producer
    return producer !== undefined && this.#loudest !== null && !producer.paused && !this.#loudest.has(producerId)
  }

  /** How many are in the room: one more or less at the limit does not switch back and forth. */
  setPeople(people: number) {
    const isBig = this.#loudest ? people >= EVERYBODY_HEARD_MAX : people > EVERYBODY_HEARD_MAX
    if (isBig === (this.#loudest !== null)) return
    this.#loudest = isBig ? new Loudest() : null
    const { now } = this.#options
    for (const [id, { producer }] of this.#microphones) if (!producer.paused) this.#loudest?.enters(id, now())
    this.#tell([...this.#microphones.keys()])
  }

  /** `router`: the one it comes in at. */
  add(microphone: Producer, router: Router) {
    const { id, observer } = microphone
    this.#microphones.set(id, { producer: microphone, router })
    observer.on('pause', () => this.#leaves(id))
    observer.on('resume', () => this.#enters(id))
    observer.once('close', () => {
      this.#microphones.delete(id)
      // Gone with its worker, and the room with it: nobody is left to hear anything.
      if (!router.closed) this.#leaves(id)
    })
    if (!microphone.paused) this.#enters(id)
  }

  /** What the room's observer has heard. */
  volumes(volumes: readonly { producer: { id: string }; volume: number }[]) {
    this.#speaks(volumes.map(({ producer, volume }) => ({ id: producer.id, level: volume })))
  }

  #enters(id: string) {
    const { now } = this.#options
    this.#changed(this.#loudest?.enters(id, now()), [id])
  }

  #leaves(id: string) {
    const { now } = this.#options
    this.#changed(this.#loudest?.leaves(id, now()), [id])
  }

  #speaks(heard: readonly { id: string; level: number }[]) {
    const { now } = this.#options
    // The loudest first, should there be fewer places than people who speak.
    for (const { id, level } of heard.toSorted((one, other) => other.level - one.level))
      this.#changed(this.#loudest?.speaks(id, level, now()))
  }

  #changed(change: Change | undefined, more: readonly string[] = []) {
    if (!change) return
    const ids = new Set([...change.started, ...change.stopped, ...more])
    if (ids.size > 0) this.#tell([...ids])
  }

  #tell(producerIds: readonly string[]) {
    // To those who are let through as well: who has just begun to speak again must not count as silent.
    const on = this.#loudest ? [...this.#microphones.values()].filter(({ producer }) => !producer.paused) : []
    this.#ear.listenTo(on.map(({ producer, router }) => ({ id: producer.id, router })))
    this.#options.onChange(producerIds)
  }
}
