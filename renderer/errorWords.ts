// An error as its person is told: in their language, and what to do next.
import type { ErrorCode, ProtocolError } from '../shared/protocol/result.ts'

type Special =
  | 'notBegun'
  | 'denied'
  | 'organisation'
  | 'tooManyPasswords'
  | 'lockedOut'
  | 'signedOutElsewhere'
  | 'signedOutByOperator'
  | 'tokenReused'
  | 'passwordChanged'
  | 'accountDisabled'
type Translate = (key: `error.${ErrorCode | Special}`) => string

/** What one code means at a certain field; of these, waiting helps. */
const SPECIAL: Partial<Record<string, Special>> = {
  'notAllowed startsAt': 'notBegun',
  'notAllowed lobby': 'denied',
  'notAllowed organisation': 'organisation',
  'rateLimited password': 'tooManyPasswords',
  'rateLimited login': 'lockedOut',
  // Why a session ended.
  'unauthenticated signedOutElsewhere': 'signedOutElsewhere',
  'unauthenticated signedOutByOperator': 'signedOutByOperator',
  'unauthenticated tokenReused': 'tokenReused',
  'unauthenticated passwordChanged': 'passwordChanged',
  'unauthenticated disabled': 'accountDisabled',
}

export const errorWords = ({ code, field }: ProtocolError, { t }: { t: Translate }): string =>
  t(`error.${SPECIAL[`${code} ${field}`] ?? code}`)
