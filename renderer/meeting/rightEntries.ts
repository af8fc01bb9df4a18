// What the menu of somebody's row offers about what they send: stopping it, asking for it, allowing it.
import { Hand, MessageCircleQuestionMark, ScreenShareOff, VideoOff } from '@lucide/vue'
import { computed } from 'vue'
import type { Result } from '../../shared/protocol/result.ts'
import type { Participant } from '../../shared/protocol/things.ts'
import { RIGHTS } from '../../shared/rights.ts'
import { useRights } from '../stores/rights.ts'
import type { MenuEntry } from '../ui/menu.ts'
import { useWords } from '../words.ts'
import { capital } from './rightWords.ts'

type Tried = (attempt: () => Promise<Result<object>>) => () => Promise<void>

export function useRightEntries(of: () => Participant, tried: Tried) {
  const rights = useRights()
  const { t } = useWords()
  const turning = (participant: Participant): MenuEntry[] =>
    [
      participant.microphone
        ? null
        : { label: t('rights.askUnmute'), icon: MessageCircleQuestionMark, select: ask(participant, 'microphone') },
      participant.camera
        ? { label: t('rights.stopCamera'), icon: VideoOff, select: stop(participant, 'camera') }
        : { label: t('rights.askCamera'), icon: MessageCircleQuestionMark, select: ask(participant, 'camera') },
      participant.screen
        ? { label: t('rights.stopSharing'), icon: ScreenShareOff, select: stop(participant, 'screen') }
        : null,
    ].filter((entry) => entry !== null)
  const ask = (participant: Participant, source: 'microphone' | 'camera') =>
    tried(() => rights.askToTurnOn(participant, source))
  const stop = (participant: Participant, source: 'camera' | 'screen') => tried(() => rights.stop(participant, source))

  /** Only of what members may not do. */
  const allowing = (participant: Participant): MenuEntry[] =>
    RIGHTS.filter((right) => participant.role === 'member' && !rights.membersMay[right]).map((right) => {
      const allowed = rights.mayOf(participant, right)
      const label = t(`rights.${allowed ? 'unlet' : 'let'}${capital(right)}`)
      return { label, icon: Hand, select: tried(() => rights.allow(participant, right, !allowed)) }
    })

  return computed(() => [...turning(of()), ...allowing(of())])
}
