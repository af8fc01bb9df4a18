// Why somebody was not rung, as a key of the words.
import type { InviteResult } from '../../shared/protocol/calls.ts'

type Trouble = Exclude<InviteResult, { outcome: 'success' }>

export const inviteTrouble = (result: Trouble) =>
  result.outcome === 'notAllowed' && result.by === 'organisation'
    ? ('error.organisation' as const)
    : (`invite.${result.outcome}` as const)

/** Whom asking again at once would not help: they are neither rung nor inside. */
export const notRung = (result: InviteResult): result is Trouble =>
  result.outcome === 'notAllowed' || result.outcome === 'unknownUser' || result.outcome === 'rateLimited'
