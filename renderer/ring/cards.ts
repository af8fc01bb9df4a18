// Which ring cards a surface shows: the rings of the mirror, and for a moment those that have just ended, saying why. Pure.
import { endedWording } from '../../shared/call/wording.ts'
import { ringingHere } from '../../shared/client/mirror.ts'
import type { HostState } from '../../shared/host.ts'
import type { Wording } from '../../shared/locales/translate.ts'
import type { Ring } from '../../shared/protocol/things.ts'

/** interface.md: a card says for so long why its ring ended. */
export const ENDED_SHOWN_MS = 2_000

export type RingCard = {
  ring: Ring
  /** Why and when (this machine's clock, ms) it ended; null while it rings. */
  ended: { wording: Wording; at: number } | null
}

/** The cards after those before, newest ring on top. `now` on this machine's clock, ms. */
export function nextCards(
  before: readonly RingCard[],
  state: Pick<HostState, 'mirror' | 'user'>,
  now: number,
): RingCard[] {
  if (!state.user) return []
  const ringing = ringingHere(state.mirror, now)
  const ids = new Set(ringing.map((ring) => ring.call.id))
  const ended = before.filter((card) => !ids.has(card.ring.call.id)).flatMap((card) => endedCard(card, state, now))
  const cards: RingCard[] = [...ringing.map((ring) => ({ ring, ended: null })), ...ended]
  return cards.sort((one, other) => other.ring.call.createdAt - one.ring.call.createdAt)
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
