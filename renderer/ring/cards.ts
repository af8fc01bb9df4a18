// Which ring cards a surface shows: the rings of the mirror, and for a moment those that have just ended, saying why. Pure.
import { endedWording } from '../../shared/call/wording.ts'
import { ringingHere } from '../../shared/client/mirror.ts'
import type { HostState } from '../../shared/host.ts'
import type { Wording } from '../../shared/locales/translate.ts'
import type { Ring } from '../../shared/protocol/things.ts'

/** interface.md: a card says for so long why its ring ended. */
export const ENDED_SHOWN_MS = 2_000

/** By button, as written on the keys. */
export type RingKeys = { decline: string; audio: string; video: string }

export type RingCard = {
  ring: Ring
  /** Why and when (this machine's clock, ms) it ended; null while it rings. */
  ended: { wording: Wording; at: number } | null
}

/** The cards after those before, newest ring on top; the very same list when nothing about it changes. `now` on this machine's clock, ms. */
export function nextCards(
  before: readonly RingCard[],
  state: Pick<HostState, 'mirror' | 'user'>,
  now: number,
  shows: (callId: string) => boolean = () => true,
): readonly RingCard[] {
  const cards = state.user ? cardsFor(before, state, now).filter((card) => shows(card.ring.call.id)) : []
  const same = cards.length === before.length && cards.every((card, place) => card === before[place])
  return same ? before : cards
}

function cardsFor(before: readonly RingCard[], state: Pick<HostState, 'mirror' | 'user'>, now: number): RingCard[] {
  const ringing = ringingHere(state.mirror, now)
  const ids = new Set(ringing.map((ring) => ring.call.id))
  const ended = before.filter((card) => !ids.has(card.ring.call.id)).flatMap((card) => endedCard(card, state, now))
  const known = new Map(before.map((card) => [card.ring.call.id, card]))
  const cards = [...ringing.map((ring) => ringingCard(ring, known.get(ring.call.id))), ...ended]
  return cards.sort((one, other) => other.ring.call.createdAt - one.ring.call.createdAt)
}

function ringingCard(ring: Ring, known: RingCard | undefined): RingCard {
  const same = known?.ended === null && known.ring.call === ring.call && known.ring.inside === ring.inside
  return same ? known : { ring, ended: null }
}

function endedCard(card: RingCard, { mirror }: Pick<HostState, 'mirror'>, now: number): RingCard[] {
  if (card.ended) return now - card.ended.at < ENDED_SHOWN_MS ? [card] : []
  const call = mirror.calls[card.ring.call.id] ?? card.ring.call
  // Whoever answered or declined here knows it; the card just goes.
  if (call.handledBy !== undefined && call.handledBy === mirror.deviceId) return []
  const wording = endedWording(call, mirror.handled[call.id], mirror.deviceId)
  // Past its deadline by the server's clock, and the server has not said so yet.
  const late: Wording = { key: 'ended.noAnswer', params: { caller: call.caller.name } }
  return [{ ring: { ...card.ring, call }, ended: { wording: wording ?? late, at: now } }]
}
