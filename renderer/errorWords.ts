// An error as its person is told: in their language, and what to do next.
import type { ProtocolError } from '../shared/protocol/result.ts'
import type { Words, MessageKey } from './words.ts'

export const errorWords = (error: ProtocolError, { t }: Pick<Words<MessageKey>, 't'>): string =>
  t(`error.${error.code}`)
