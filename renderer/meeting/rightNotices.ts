// What somebody else stopped, what members may do from now on, and how a request was answered, said in notices.
import { watch } from 'vue'
import type { User } from '../../shared/protocol/things.ts'
import type { MeetingRequest } from '../../shared/protocol/requests.ts'
import { RIGHTS } from '../../shared/rights.ts'
import { useHostState } from '../stores/hostState.ts'
import { useMedia } from '../stores/media.ts'
import { useRights } from '../stores/rights.ts'
import { useRoom } from '../stores/room.ts'
import { useToasts } from '../ui/toasts.ts'
import { useWords, type Words, type MessageKey } from '../words.ts'
import { useNames } from './names.ts'
import { capital } from './rightWords.ts'

export function useRightNotices(): void {
  const hostState = useHostState()
  const media = useMedia()
  const rights = useRights()
  const room = useRoom()
  const toasts = useToasts()
  const { t } = useWords()
  const nameOf = useNames()

  watch(
    () => media.stoppedBy,
    (stopped) => {
      if (!stopped) return
      const key = stopped.source === 'camera' ? 'rights.youCameraStopped' : 'rights.youScreenStopped'
      toasts.show(t(key, { name: stopped.by.name }), 'stopped')
    },
  )
  watch(
    () => [hostState.seat?.room.id, rights.membersMay] as const,
    ([roomId, may], [roomBefore, before]) => {
      const by = rights.forbiddenBy
      if (roomId === undefined || roomId !== roomBefore || !by || room.mayManage) return
      for (const right of RIGHTS) {
        if (may[right] === before[right]) continue
        toasts.show(
          t(`rights.${may[right] ? 'on' : 'off'}${capital(right)}`, { name: by.name }),
          may[right] ? 'done' : 'stopped',
        )
      }
    },
  )
  watch(
    () => hostState.mirror.requests,
    (requests, before) => {
      for (const request of Object.values(requests)) {
        if (before[request.id]?.status !== 'open' || request.from.id !== hostState.me?.id) continue
        const text = answerWords(request, t, nameOf)
        if (text) toasts.show(text, request.status === 'accepted' ? 'done' : 'ended')
      }
    },
  )
}

/** What whoever asked is told of its end; null when there is nothing to say. */
function answerWords(
  { kind, source, to, status, endedBy }: MeetingRequest,
  t: Words<MessageKey>['t'],
  nameOf: (user: User) => string,
): string | null {
  const person = kind === 'turnOn' ? to : endedBy
  const name = person ? nameOf(person) : ''
  if (status === 'timeout') return kind === 'turnOn' ? t('requests.noAnswer', { name }) : t('requests.nobodyAnswered')
  if (status === 'rejected') return t(kind === 'turnOn' ? 'requests.saidNo' : 'requests.mayNot', { name })
  if (status !== 'accepted') return null
  if (kind === 'permission') return t(`requests.may${capital(source)}`, { name })
  return t(source === 'camera' ? 'requests.saidYesCamera' : 'requests.saidYesMicrophone', { name })
}
