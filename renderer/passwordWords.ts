// What is wrong with a password, as its person is told.
import { PASSWORD_LENGTH_MIN, passwordProblem, type PasswordOwner } from '../shared/passwords.ts'
import type { MessageKey, Words } from './words.ts'

/** Undefined when it will do. */
export function passwordWords(password: string, owner: PasswordOwner, { t }: Words<MessageKey>): string | undefined {
  const problem = passwordProblem(password, owner)
  return problem === null ? undefined : t(`accounts.${problem}`, { n: PASSWORD_LENGTH_MIN })
}

/** Of one that the server has refused. Its rule is the one of above, and may be stricter where it is newer. */
export const refusedPasswordWords = (password: string, owner: PasswordOwner, words: Words<MessageKey>): string =>
  passwordWords(password, owner, words) ?? words.t('accounts.guessable')
