// What this person may do in the meeting, what others may, and requests that somebody answers.
import { defineStore } from 'pinia'
import { computed, shallowRef } from 'vue'
import { openRequests } from '../../shared/client/requests.ts'
import type { MeetingRequest } from '../../shared/protocol/requests.ts'
import type { MembersMay, Participant, Right, User } from '../../shared/protocol/things.ts'
import { everythingAllowed, maySend } from '../../shared/rights.ts'
import { useHost } from '../host/useHost.ts'
import { useHostState } from './hostState.ts'

/** What can be asked for. */
export type Wish = MeetingRequest['source']

export const useRights = defineStore('rights', () => {
  const host = useHost()
  const hostState = useHostState()
  /** What this person has tried to turn on and may not: a card says why, and offers to ask. */
  const explained = shallowRef<Wish | null>(null)

  const roomId = computed(() => hostState.seat?.room.id ?? '')
  const myself = computed(() => hostState.seat?.participants.find(({ user }) => user.id === hostState.me?.id))
  const membersMay = computed<MembersMay>(() => hostState.seat?.room.settings.membersMay ?? everythingAllowed)
  const mayOf = (participant: Participant, right: Right) =>
    !hostState.seat || maySend(hostState.seat.room.settings.membersMay, participant, right)
  const may = (right: Right) => !myself.value || mayOf(myself.value, right)
  const named = ({ user }: Participant) => ({ roomId: roomId.value, userId: user.id })

  return {
    membersMay,
    may,
    mayOf,
    /** Who turned it off for members. */
    forbiddenBy: computed((): User | null => hostState.seat?.room.membersMaySet?.by ?? null),
    explained: computed(() => (explained.value !== null && !may(explained.value) ? explained.value : null)),
    explain: (wish: Wish | null) => (explained.value = wish),
    /** Open requests that concern this person; `now` on this machine's clock, ms. */
    openAt: (now: number) => openRequests(hostState.mirror, hostState.serverNow(now)),
    change: (membersMayChange: Partial<MembersMay>) =>
      host.ask('room.update', { roomId: roomId.value, settings: { membersMay: membersMayChange } }),
    stop: (participant: Participant, source: 'camera' | 'screen') =>
      host.ask('participant.stopSource', { ...named(participant), source }),
    allow: (participant: Participant, right: Right, allowed: boolean) =>
      host.ask('participant.allow', { ...named(participant), right, allowed }),
    askToTurnOn: (participant: Participant, source: 'microphone' | 'camera') =>
      host.ask('participant.askToTurnOn', { ...named(participant), source }),
    askPermission: (source: Wish) => host.ask('participant.askPermission', { roomId: roomId.value, source }),
    answer: ({ id: requestId }: MeetingRequest, accept: boolean) =>
      host.ask('participant.answerRequest', { requestId, accept }),
    cancel: ({ id: requestId }: MeetingRequest) => host.ask('participant.cancelRequest', { requestId }),
  }
})
