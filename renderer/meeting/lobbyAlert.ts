// Somebody has come to the lobby: heard, and said in a notice while the list of them is not on screen.
import { onScopeDispose, watch } from 'vue'
import { playTick } from '../media/ringTone.ts'
import { useRoom } from '../stores/room.ts'
import { useToasts } from '../ui/toasts.ts'
import { useWords } from '../words.ts'
import { useNames } from './names.ts'

const KNOCK_VOLUME = 0.6

export function useLobbyAlert(listShown: () => boolean): void {
  const room = useRoom()
  const toasts = useToasts()
  const { t } = useWords()
  const nameOf = useNames()
  let context: AudioContext | null = null
  onScopeDispose(() => void context?.close())

  watch(
    () => room.lobby,
    (now, before) => {
      const known = new Set(before.map(({ user }) => user.id))
      const [first, ...others] = now.filter(({ user }) => !known.has(user.id))
      if (!first) return
      playTick((context ??= new AudioContext()), 'join', KNOCK_VOLUME)
      if (listShown()) return
      const text = others.length
        ? t('entry.waitNow', { n: now.length })
        : t('entry.waitsNow', { name: nameOf(first.user) })
      toasts.show(text, 'done')
    },
  )
}
