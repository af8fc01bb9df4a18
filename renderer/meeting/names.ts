// How people are named in a sentence, a notice or a label: whoever has no account says so themselves, since their name proves nothing.
import type { User } from '../../shared/protocol/things.ts'
import { useWords } from '../words.ts'

export function useNames(): (user: User) => string {
  const { t } = useWords()
  return (user) => (user.guest ? t('guests.named', { name: user.name }) : user.name)
}
