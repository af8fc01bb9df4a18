// What others do to this person, or to the meeting they are in, said in a notice: muted, removed, a new owner.
import { watch } from 'vue'
import { useHostState } from '../stores/hostState.ts'
import { useMedia } from '../stores/media.ts'
import { useToasts } from '../ui/toasts.ts'
import { useWords } from '../words.ts'
import { useNames } from './names.ts'
import { useRightNotices } from './rightNotices.ts'

export function useMeetingNotices(): void {
  const hostState = useHostState()
  const media = useMedia()
  const toasts = useToasts()
  const { t } = useWords()
  const nameOf = useNames()
  useRightNotices()

  watch(
    () => media.mutedBy,
    (muted) => muted && toasts.show(t('moderation.mutedBy', { name: muted.by.name }), 'muted'),
  )
  watch(
    () => media.state?.sharing.status === 'error',
    (failed) => {
      if (!failed) return
      if (media.state?.sharing.refused) return toasts.show(t('pictures.sharedByTwo'), 'problem')
      const blocked = hostState.state.desktop?.mediaAccess.screen === 'denied'
      toasts.show(t(blocked ? 'sharing.blocked' : 'sharing.failed'), 'problem')
    },
  )
  watch(
    () => media.shareRefused,
    (refused) => refused && toasts.show(t('pictures.sharedByTwo'), 'problem'),
  )
  watch(
    () => media.state?.codecMissing,
    (codec) => codec && toasts.show(t('pictures.codecMissing', { format: t(`pictures.codec_${codec}`) }), 'problem'),
  )
  watch(
    () => hostState.mirror.lastRemoved,
    (removed) => {
      if (!removed || removed.by.id === hostState.me?.id) return
      toasts.show(t('moderation.removedOther', { by: removed.by.name, name: nameOf(removed.user) }), 'done')
    },
  )
  watch(
    () => [hostState.seat?.room.id, hostState.seat?.room.ownerId] as const,
    ([roomId, ownerId], [roomBefore, ownerBefore]) => {
      if (roomId === undefined || roomId !== roomBefore || ownerId === ownerBefore) return
      if (ownerId === hostState.me?.id) return toasts.show(t('moderation.youAreOwner'), 'done')
      const owner = hostState.seat?.participants.find(({ user }) => user.id === ownerId)
      if (owner) toasts.show(t('moderation.otherIsOwner', { name: owner.user.name }), 'done')
    },
  )
}
