// Choosing people to ring into the meeting, and what came of it for each of them.
import { computed, ref, shallowRef } from 'vue'
import { CALLEES_MAX, PAYLOAD_BYTES_MAX, RING_SECONDS_DEFAULT, utf8Bytes } from '../../shared/call/limits.ts'
import type { CallMedia, Person, User } from '../../shared/protocol/things.ts'
import { errorWords } from '../errorWords.ts'
import { useCalls } from '../stores/calls.ts'
import { useHostState } from '../stores/hostState.ts'
import { useWords } from '../words.ts'
import { inviteTrouble, notRung } from './inviteTrouble.ts'

export const RING_SECONDS_CHOICES = [15, RING_SECONDS_DEFAULT, 60, 120, 300] as const

export function useAddPeople() {
  const hostState = useHostState()
  const calls = useCalls()
  const words = useWords()
  const { t } = words
  const chosen = shallowRef<readonly User[]>([])
  const media = ref<CallMedia>('video')
  const message = ref('')
  const seconds = ref<number>(RING_SECONDS_DEFAULT)
  const ringing = ref(false)
  const problem = ref<string>()
  /** By user id: why the last press of Ring did not ring them. */
  const troubles = ref<Readonly<Record<string, string>>>({})

  const inside = computed(() => new Set(hostState.seat?.participants.map((participant) => participant.user.id)))
  const beingCalled = computed(() => {
    const open = Object.values(hostState.mirror.calls).filter(
      (call) => call.roomId === hostState.seat?.room.id && call.status === 'calling',
    )
    return new Set(open.map((call) => call.callee.id))
  })
  /** Why somebody cannot be chosen, or null. */
  const blockedBecause = (userId: string): string | null => {
    if (inside.value.has(userId)) return t('invite.inside')
    return beingCalled.value.has(userId) ? t('invite.ringing') : null
  }

  const isChosen = (userId: string) => chosen.value.some((user) => user.id === userId)
  function toggle({ user }: Pick<Person, 'user'>) {
    problem.value = undefined
    if (isChosen(user.id)) chosen.value = chosen.value.filter((one) => one.id !== user.id)
    else if (chosen.value.length >= CALLEES_MAX) problem.value = t('invite.tooMany', { n: CALLEES_MAX })
    else if (!blockedBecause(user.id)) chosen.value = [...chosen.value, user]
  }

  /** True when everybody chosen is being rung now. */
  async function ring(): Promise<boolean> {
    const people = chosen.value.filter((user) => !blockedBecause(user.id))
    if (ringing.value || !people.length) return false
    if (utf8Bytes(message.value.trim()) > PAYLOAD_BYTES_MAX) {
      problem.value = t('invite.messageTooLong')
      return false
    }
    ringing.value = true
    problem.value = undefined
    const { results, error } = await calls.invite(
      people.map((user) => user.id),
      { media: media.value, seconds: seconds.value, message: message.value },
    )
    ringing.value = false
    if (error) problem.value = t('invite.failed', { reason: errorWords(error, words) })
    const refused = results.filter(notRung)
    troubles.value = Object.fromEntries(refused.map((result) => [result.calleeId, t(inviteTrouble(result))]))
    const settled = new Set(results.map((result) => result.calleeId))
    chosen.value = chosen.value.filter((user) => !settled.has(user.id))
    return error === null && refused.length === 0
  }

  return { chosen, media, message, seconds, ringing, problem, troubles, blockedBecause, isChosen, toggle, ring }
}
