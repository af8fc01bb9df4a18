// In a big room at most so many voices are let through at once: which. Knows no media; time is passed in (ms of any clock).
//
// Places are given away late: whoever has one keeps it, silent or not, until somebody else speaks who has none. So those who take
// turns all keep their places, and a place changes hands only between one who is silent and one who speaks.

export const VOICES_MAX = 12
/** Pauses between sentences are shorter. */
const SILENT_AFTER_MS = 1_500
/** Nobody loses a place sooner, so that a cough does not cut off whoever has just begun. */
const HOLD_MS = 1_000
/** With more than twelve speaking at once: how long one of them is let through at least, and how much louder (dB) who takes over must be. */
const HOLD_SPEAKING_MS = 3_000
const LOUDER_DB = 6

type Voice = {
  /** Since when it has a place; null without one. */
  placedAt: number | null
  spokeAt: number
  /** Decibels of full scale, as last heard. */
  level: number
}

/** Whose voice begins to be let through, and whose no longer is. */
export type Change = { started: string[]; stopped: string[] }

const nothing = (): Change => ({ started: [], stopped: [] })

export class Loudest {
  #voices = new Map<string, Voice>()
  #max: number

  constructor(max: number = VOICES_MAX) {
    this.#max = max
  }

  has(id: string): boolean {
    return (this.#voices.get(id)?.placedAt ?? null) !== null
  }

  /** A microphone was turned on: its person is about to say something, so a place is found if anybody is silent. */
  enters(id: string, now: number): Change {
    if (this.#voices.has(id)) return nothing()
    this.#voices.set(id, { placedAt: null, spokeAt: -Infinity, level: -127 })
    return this.#place(id, now, this.#silent(now))
  }

  /** The place of one who goes is for whoever has waited with something to say. */
  leaves(id: string, now: number): Change {
    const had = this.has(id)
    this.#voices.delete(id)
    const waiting = [...this.#voices.keys()].filter((other) => !this.has(other))
    const next = had ? waiting.toSorted((one, other) => this.#spokeAt(other) - this.#spokeAt(one))[0] : undefined
    return next === undefined ? nothing() : this.#place(next, now, null)
  }

  /** `level`: decibels of full scale; for everybody who speaks, with or without a place, as often as it is known. */
  speaks(id: string, level: number, now: number): Change {
    const voice = this.#voices.get(id)
    if (!voice) return nothing()
    voice.spokeAt = now
    voice.level = level
    if (voice.placedAt !== null) return nothing()
    return this.#place(id, now, this.#silent(now) ?? this.#drownedOut(level, now))
  }

  #place(id: string, now: number, instead: string | null): Change {
    const full = [...this.#voices.keys()].filter((other) => this.has(other)).length >= this.#max
    if (full && instead === null) return nothing()
    const stopped = full && instead !== null ? [instead] : []
    for (const other of stopped) this.#voices.get(other)!.placedAt = null
    this.#voices.get(id)!.placedAt = now
    return { started: [id], stopped }
  }

  /** Of those with a place, who has been silent for longest. */
  #silent(now: number): string | null {
    return this.#first(
      ({ placedAt, spokeAt }) => now - placedAt >= HOLD_MS && now - spokeAt >= SILENT_AFTER_MS,
      (one, other) => one.spokeAt - other.spokeAt,
    )
  }

  /** Of those with a place, the least loud, if `level` is clearly louder. */
  #drownedOut(level: number, now: number): string | null {
    return this.#first(
      (voice) => now - voice.placedAt >= HOLD_SPEAKING_MS && level >= voice.level + LOUDER_DB,
      (one, other) => one.level - other.level,
    )
  }

  #first(
    fits: (voice: Voice & { placedAt: number }) => boolean,
    compare: (one: Voice, other: Voice) => number,
  ): string | null {
    const found = [...this.#voices].filter(
      ([, { placedAt, ...voice }]) => placedAt !== null && fits({ placedAt, ...voice }),
    )
    return found.toSorted(([, one], [, other]) => compare(one, other))[0]?.[0] ?? null
  }

  #spokeAt(id: string): number {
    return this.#voices.get(id)?.spokeAt ?? -Infinity
  }
}
