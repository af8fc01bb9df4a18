// What is said of a meeting once it is over, gathered while it goes on. Pure; nothing of it is kept beyond this page.
import type { User } from '../../shared/protocol/things.ts'
import { qualityOf, worse, type Quality, type Rates } from '../media/rates.ts'

/** What is noted of the meeting this device is in. `startedAt` in ms since the epoch on this machine's clock. */
export type MeetingNotes = {
  roomId: string
  name: string
  direct: boolean
  startedAt: number
  /** Everybody else who was inside, in the order they were first seen. */
  people: readonly User[]
  samples: Readonly<Record<Quality, number>>
  /** Sound was missing in the last look. */
  soundMissing: boolean
  dropouts: number
  reconnects: number
  /** From the press of Answer until the other was heard, in ms; null when it was entered otherwise. */
  answeredMs: number | null
}

export type Summary = {
  roomId: string
  name: string
  direct: boolean
  lastedMs: number
  people: readonly User[]
  /** Null when nothing was measured. */
  quality: Quality | null
  dropouts: number
  reconnects: number
  answeredMs: number | null
}

/** Sound of which more than this is made up is heard as a gap. */
const MISSING_SHARE = 0.1
/** A bad moment is not a bad meeting. */
const NOTABLE_SHARE = 0.1
/** Shorter than this, nobody wants to read about it. */
const MEETING_MIN_MS = 10_000
const DIRECT_MIN_MS = 5_000

export const beginNotes = (about: Pick<MeetingNotes, 'roomId' | 'name' | 'direct' | 'startedAt'>): MeetingNotes => ({
  ...about,
  people: [],
  samples: { good: 0, unsteady: 0, bad: 0 },
  soundMissing: false,
  dropouts: 0,
  reconnects: 0,
  answeredMs: null,
})

/** A call begins when it is answered, not when it begins to ring. */
export function notePeople(notes: MeetingNotes, inside: readonly User[], now: number): MeetingNotes {
  const fresh = inside.filter(({ id }) => !notes.people.some((known) => known.id === id))
  if (fresh.length === 0) return notes
  const startedAt = notes.direct && notes.people.length === 0 ? now : notes.startedAt
  return { ...notes, startedAt, people: [...notes.people, ...fresh] }
}

export function noteRates(notes: MeetingNotes, { send, receive, streams }: Rates): MeetingNotes {
  const quality = worse([qualityOf(send), qualityOf(receive), ...streams.map(qualityOf)])
  const soundMissing = streams.some(({ concealedShare }) => (concealedShare ?? 0) > MISSING_SHARE)
  return {
    ...notes,
    samples: { ...notes.samples, [quality]: notes.samples[quality] + 1 },
    soundMissing,
    dropouts: notes.dropouts + (soundMissing && !notes.soundMissing ? 1 : 0),
  }
}

/** Null when there is nothing worth saying: it was over at once, or the call was never answered. */
export function summaryOf(notes: MeetingNotes, endedAt: number): Summary | null {
  const lastedMs = endedAt - notes.startedAt
  if (lastedMs < (notes.direct ? DIRECT_MIN_MS : MEETING_MIN_MS)) return null
  if (notes.direct && notes.people.length === 0) return null
  const { roomId, name, direct, people, dropouts, reconnects, answeredMs } = notes
  return { roomId, name, direct, lastedMs, people, quality: overall(notes), dropouts, reconnects, answeredMs }
}

function overall({ samples: { good, unsteady, bad }, reconnects }: MeetingNotes): Quality | null {
  const all = good + unsteady + bad
  if (all === 0) return null
  if (bad / all > NOTABLE_SHARE) return 'bad'
  return (unsteady + bad) / all > NOTABLE_SHARE || reconnects > 0 ? 'unsteady' : 'good'
}
