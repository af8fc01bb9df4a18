// A new message, or a hand that goes up, while the panel that shows it is closed: said in one notice, however many there are.
import { watch } from 'vue'
import { useChat } from '../stores/chat.ts'
import { useHostState } from '../stores/hostState.ts'
import { useRoom } from '../stores/room.ts'
import { useSignals } from '../stores/signals.ts'
import { useToasts } from '../ui/toasts.ts'
import { useWords } from '../words.ts'
import { useNames } from './names.ts'
import { firstLine } from './chat.ts'
import type { MeetingPanel } from './panels.ts'

export function useTalkNotices(panel: () => MeetingPanel | null): void {
  const chat = useChat()
  const hostState = useHostState()
  const room = useRoom()
  const signals = useSignals()
  const toasts = useToasts()
  const { t } = useWords()
  const nameOf = useNames()
  /** Everybody sees what is on a shared screen. */
  const hidden = () => hostState.state.sharing && hostState.settings.hideCallerWhileSharing
  let since = 0

  function messageWords(): string {
    const message = chat.arrived
    if (hidden() || message === null) return t('chat.noticeHidden')
    if (since > 1) return t('chat.noticeMany', { n: since })
    const params = { name: nameOf(message.from), text: firstLine(message.text) }
    return t(message.to ? 'chat.privateNotice' : 'chat.notice', params)
  }

  watch(
    () => chat.arrived,
    (message) => {
      if (message === null || panel() === 'chat') return
      // While one notice is up the next message only counts: names flying past are read by nobody.
      since = toasts.toasts.some(({ topic }) => topic === 'chat') ? since + 1 : 1
      toasts.show(messageWords(), 'message', undefined, 'chat')
    },
  )
  watch(panel, (now) => now === 'chat' && toasts.drop('chat'))
  watch(
    () => signals.raised.map(({ user }) => user.id),
    (_, before) => {
      const newest = signals.raised.findLast(({ user }) => !before.includes(user.id) && user.id !== hostState.me?.id)
      if (newest === undefined || !room.mayManage || panel() === 'people') return
      toasts.show(
        hidden() ? t('hands.noticeHidden') : t('hands.notice', { name: nameOf(newest.user) }),
        'hand',
        undefined,
        'hands',
      )
    },
  )
}
