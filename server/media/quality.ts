// From mediasoup's scores of what somebody sends and receives to a word about their connection. Pure.
import type { Weakness } from '../../shared/protocol/media.ts'

export type Quality = 'good' | Weakness

/** Scores are mediasoup's: from 0 (all is lost) to 10, by how much is lost and not repaired. */
export type LinkSigns = {
  /** One a producer. */
  sending: readonly number[]
  /** One a consumer. */
  receiving: readonly number[]
  /** It is sent less of some pictures than they would be shown with. */
  starved: boolean
}

/** Below: a tenth is lost, and voices begin to break; a fifth, and words are. */
const FAIR_BELOW = 7
const POOR_BELOW = 4.5
/** So much better it has to be before the sign goes. */
const HYSTERESIS = 0.8
/** What stands still for another reason than the connection: muted, nothing moving on a shared screen, a layer not sent. */
const countable = (score: number) => score > 0

function mean(scores: readonly number[]): number {
  const counted = scores.filter(countable)
  return counted.length === 0 ? 10 : counted.reduce((sum, score) => sum + score, 0) / counted.length
}

export function qualityOf({ sending, receiving, starved }: LinkSigns, before: Quality): Quality {
  const score = Math.min(mean(sending), mean(receiving))
  if (score < POOR_BELOW + (before === 'poor' ? HYSTERESIS : 0)) return 'poor'
  if (starved || score < FAIR_BELOW + (before === 'good' ? 0 : HYSTERESIS)) return 'fair'
  return 'good'
}
