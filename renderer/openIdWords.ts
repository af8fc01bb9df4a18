// Why signing in through a provider did not come about, as its person is told.
import { OPENID_PROBLEMS } from '../shared/protocol/openid.ts'
import type { ProtocolError } from '../shared/protocol/result.ts'
import { errorWords } from './errorWords.ts'
import type { MessageKey, Words } from './words.ts'

export function openIdProblem(error: ProtocolError, words: Words<MessageKey>, provider?: string): string {
  const problem = OPENID_PROBLEMS.find((one) => error.field === `openid.${one}`)
  if (!problem) return errorWords(error, words)
  return words.t(`openid.${problem}`, { name: provider ?? words.t('openid.someProvider') })
}
