// Starting a meeting from anywhere, alone or with people to ring at once.
import { defineStore } from 'pinia'
import { pendingWording } from '../../shared/call/wording.ts'
import type { InviteResult } from '../../shared/protocol/calls.ts'
import type { CallMedia, User } from '../../shared/protocol/things.ts'
import { errorWords } from '../errorWords.ts'
import { inviteTrouble } from '../meeting/inviteTrouble.ts'
import { useToasts } from '../ui/toasts.ts'
import { useWords } from '../words.ts'
import { useCalls } from './calls.ts'
import { useHostState } from './hostState.ts'
import { useRoom } from './room.ts'

const NAME_MAX = 120

export const useNewMeeting = defineStore('newMeeting', () => {
  const hostState = useHostState()
  const room = useRoom()
  const calls = useCalls()
  const toasts = useToasts()
  const words = useWords()
  const { t } = words

  /** Named after who is in it, so that the others' rings say something. */
  function nameFor(others: readonly User[]): string {
    const me = firstName(hostState.me?.name ?? '')
    const [first, second] = others.map((user) => firstName(user.name))
    if (first === undefined) return t('home.meetingOf', { name: me })
    if (second === undefined) return t('home.meetingWith', { a: me, b: first })
    return t('home.meetingWithMore', { a: me, b: first, n: others.length - 1 })
  }

  function tellTrouble(results: readonly InviteResult[], people: readonly User[]) {
    for (const result of results) {
      if (result.outcome === 'success') continue
      const name = people.find((user) => user.id === result.calleeId)?.name ?? ''
      toasts.show(t('app.pair', { label: name, value: t(inviteTrouble(result)) }), 'problem')
    }
  }

  /** True when the meeting is on. */
  async function start(): Promise<boolean> {
    const result = await room.createChecked(nameFor([]).slice(0, NAME_MAX))
    if (result && !result.ok) toasts.show(errorWords(result.error, words), 'problem')
    return result?.ok ?? false
  }

  /** A call between the two. False when it did not come about. */
  async function call(person: User, media: CallMedia): Promise<boolean> {
    const result = await room.callDirectly(person.id, media)
    if (result && !result.ok) toasts.show(errorWords(result.error, words), 'problem')
    if (!result?.ok) return false
    if (result.value.outcome === 'declined') {
      const { key, params } = pendingWording(result.value.call, () => undefined)
      toasts.show(t('directCall.outcome', { name: person.name, outcome: t(key, params) }), 'ended')
    }
    return true
  }

  /** Calls one person, starts a meeting with several, or goes on with the one this device is in, and rings these people into it. */
  async function ring(people: readonly User[], media: CallMedia): Promise<boolean> {
    let roomId = hostState.seat?.room.id
    const [first] = people
    if (roomId === undefined && first !== undefined && people.length === 1) return call(first, media)
    if (roomId === undefined) {
      const created = await room.create(nameFor(people).slice(0, NAME_MAX), media === 'audio' ? { camera: false } : {})
      if (created && !created.ok) toasts.show(errorWords(created.error, words), 'problem')
      if (!created?.ok) return false
      roomId = created.value.roomId
    }
    const { results, error } = await calls.invite(
      people.map((user) => user.id),
      { media },
      roomId,
    )
    if (error) toasts.show(errorWords(error, words), 'problem')
    tellTrouble(results, people)
    return error === null
  }

  return { start, ring }
})

/** "Ann" of "Ann Kovač"; the whole of a name without spaces. */
export const firstName = (name: string): string => name.trim().split(/\s+/)[0] ?? name
