// The words of a right, or of a request, by what it is about.
import type { Right } from '../../shared/protocol/things.ts'
import { useRights } from '../stores/rights.ts'
import { useWords } from '../words.ts'

const NAMES = { microphone: 'Microphone', camera: 'Camera', share: 'Share', chat: 'Chat' } as const
/** `capital('share')` is the end of the keys about sharing. */
export const capital = <Name extends Right>(right: Name): (typeof NAMES)[Name] => NAMES[right]

/** Why this person may not turn something on; null when they may. */
export function useWhyNot() {
  const rights = useRights()
  const { t } = useWords()
  return (right: Right): string | null =>
    rights.may(right)
      ? null
      : t(`rights.off${capital(right)}`, { name: rights.forbiddenBy?.name ?? t('rights.somebody') })
}
