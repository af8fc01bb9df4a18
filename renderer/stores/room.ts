// Entering and leaving meetings. Only a person's gesture comes through here.
import { defineStore } from 'pinia'
import { computed, ref, shallowRef, watch } from 'vue'
import type { Failure, Result } from '../../shared/protocol/result.ts'
import type { CallMedia, Participant, RoomSettingsChange } from '../../shared/protocol/things.ts'
import { looksAfter, mayRing } from '../../shared/entry.ts'
import { firstInLine } from '../../shared/succession.ts'
import { useHost } from '../host/useHost.ts'
import { useBeforeJoining, type Entering as AboutToEnter, type Sources } from './beforeJoining.ts'
import { useHostState } from './hostState.ts'
import { createPasswordPrompt } from './passwordPrompt.ts'
import { useProspects } from './prospects.ts'

export type RoomAddress = { id: string } | { code: string }
type Entering<Value> = Promise<Result<Value>>

export const useRoom = defineStore('room', () => {
  const host = useHost()
  const hostState = useHostState()
  const beforeJoining = useBeforeJoining()
  const entering = ref(false)
  /** Set while the person is asked whether to leave another meeting. */
  const leaveOtherQuestion = shallowRef<((yes: boolean) => void) | null>(null)

  function askToLeaveOther(): Promise<boolean> {
    leaveOtherQuestion.value?.(false)
    return new Promise((resolve) => {
      leaveOtherQuestion.value = (yes) => {
        leaveOtherQuestion.value = null
        resolve(yes)
      }
    })
  }

  /** Null when the person chose to stay in the other meeting. */
  async function enter<Value>(attempt: (leaveOther: boolean) => Entering<Value>): Promise<Result<Value> | null> {
    if (entering.value) return null
    entering.value = true
    try {
      const result = await attempt(false)
      if (result.ok || result.error.code !== 'inOtherRoom') return result
      return (await askToLeaveOther()) ? await attempt(true) : null
    } finally {
      entering.value = false
    }
  }

  const { question: passwordQuestion, withPassword } = createPasswordPrompt()
  // A ring answered meanwhile, on any surface, goes before.
  watch(
    () => hostState.seat !== null,
    (inside) => inside && passwordQuestion.value?.answer(null),
  )

  /** Null when the person stays out. */
  async function checked<Value>(
    about: AboutToEnter,
    attempt: (sources: Sources, leaveOther: boolean, password: { password?: string }) => Entering<Value>,
  ): Promise<Result<Value> | null> {
    const sources = await beforeJoining.ask(about)
    if (!sources) return null
    let result: Result<Value> | null = null
    try {
      result = await withPassword((password) =>
        enter((leaveOther) => attempt(sources, leaveOther, password === undefined ? {} : { password })),
      )
    } finally {
      // Whoever waits has nothing open meanwhile.
      beforeJoining.done(result?.ok === true && !waits(result.value))
    }
    return result
  }

  const { prospect, rehearsed } = useProspects(hostState)
  /** The room whose screen is on: the one this device is in, or the one that is being answered into. */
  const shown = computed(() => hostState.seat ?? prospect.value)
  const staged = computed(() => shown.value ?? rehearsed.value)
  const participants = computed(() => inStableOrder(staged.value?.participants ?? []))
  const myself = computed(() => participants.value.find((one) => one.user.id === hostState.me?.id))
  const mayManage = computed(() => looksAfter(myself.value?.role ?? null))

  const isDirect = computed(() => staged.value?.room.kind === 'direct')

  return {
    entering,
    leaveOtherQuestion,
    passwordQuestion,
    shown: computed(() => shown.value !== null),
    /** The answered call whose room is shown before the server has let this device in; null otherwise. */
    shownAhead: computed(() => (prospect.value === null ? null : hostState.state.answering)),
    /** The room whose screen is up: the one shown, or, unseen, the one that rings. */
    staged: computed(() => staged.value?.room ?? null),
    participants,
    myself,
    isOwner: computed(() => myself.value?.role === 'owner'),
    isDirect,
    mayManage,
    /** Nobody but this person: the owner is not inside, and they are first in line. */
    mayTakeOver: computed(() => {
      const { seat } = hostState
      return !isDirect.value && seat !== null && firstInLine(seat)?.user.id === hostState.me?.id
    }),
    mayRemove: (participant: Participant) =>
      participant.user.id !== hostState.me?.id &&
      !isDirect.value &&
      (myself.value?.role === 'owner' || (myself.value?.role === 'admin' && participant.role === 'member')),
    mayInvite: computed(() => {
      const settings = hostState.seat?.room.settings ?? { whoMayInvite: 'everyone' as const, locked: false }
      return !isDirect.value && !hostState.isGuest && mayRing(settings, myself.value?.role ?? 'member') === 'yes'
    }),
    /** Who waits to be let in, longest first; nobody for those who do not decide. */
    lobby: computed(() => {
      const { lobby } = hostState.mirror
      return mayManage.value && lobby?.roomId === hostState.seat?.room.id ? (lobby?.people ?? []) : []
    }),
    /** At once: the people it is made for are rung right away. */
    create: (name: string, more: { camera?: boolean } = {}) =>
      enter((leaveOther) => host.createRoom({ name, ...beforeJoining.usual(), ...more, leaveOther })),
    createChecked: (name: string) =>
      checked({ kind: 'new' }, (sources, leaveOther) => host.createRoom({ name, ...sources, leaveOther })),
    /** After a look at camera and microphone, unless the settings say otherwise; asks for the password when it is needed. */
    join: (room: RoomAddress) =>
      checked({ kind: 'join', room }, (sources, leaveOther, password) =>
        host.joinRoom({ room, ...sources, ...password, leaveOther }),
      ),
    /** From another device of this person: they are in it already. */
    moveHere: (roomId: string) =>
      enter((leaveOther) => host.joinRoom({ room: { id: roomId }, ...beforeJoining.usual(), leaveOther })),
    /** Takes the seat again that the server has lost, with what was on before. */
    rejoin: (sources: Sources) =>
      enter((leaveOther) => host.joinRoom({ room: { id: hostState.seat?.room.id ?? '' }, ...sources, leaveOther })),
    callDirectly: (calleeId: string, media: CallMedia) =>
      enter((leaveOther) => host.callDirectly({ calleeId, media, leaveOther })),
    update: (change: { name?: string; settings?: RoomSettingsChange; password?: string | null }) =>
      host.ask('room.update', { roomId: hostState.seat?.room.id ?? '', ...change }),
    async leave() {
      const failed = await leaveSeat(hostState.seat?.room.id, host.leaveRoom)
      // A guest was there for this meeting alone.
      if (hostState.isGuest && !hostState.seat) await host.signOut()
      return failed
    },
    end: () => leaveSeat(hostState.seat?.room.id, host.endRoom),
    setRole: (participant: Participant, role: 'admin' | 'member') =>
      host.ask('participant.setRole', { ...named(participant), role }),
    mute: (participant: Participant) => host.ask('participant.mute', named(participant)),
    decideEntry: (what: 'admit' | 'deny', userIds: string[]) =>
      host.ask(`lobby.${what}`, { roomId: hostState.seat?.room.id ?? '', userIds }),
    muteAll: (lock = false) => host.ask('participant.muteAll', { roomId: hostState.seat?.room.id ?? '', lock }),
    remove: (participant: Participant, mayReturn: boolean) =>
      host.ask('participant.remove', { ...named(participant), mayReturn }),
    /** Also with oneself, when this person `mayTakeOver`. */
    makeOwner: (participant: Participant) => host.ask('participant.transferOwner', named(participant)),
  }
})

const waits = (value: unknown): boolean =>
  typeof value === 'object' && value !== null && 'outcome' in value && value.outcome === 'waiting'

const named = ({ roomId, user }: Participant) => ({ roomId, userId: user.id })

async function leaveSeat(
  roomId: string | undefined,
  leave: (roomId: string) => Promise<Result<object>>,
): Promise<Failure | null> {
  if (roomId === undefined) return null
  const result = await leave(roomId)
  return result.ok ? null : result
}

/** By when they came in, so that nobody's tile jumps. */
export const inStableOrder = (participants: readonly Participant[]): Participant[] =>
  [...participants].sort((one, other) => one.joinedAt - other.joinedAt || (one.user.id < other.user.id ? -1 : 1))

/** The code in what somebody typed or pasted: a code, or a link that ends in /join/<code>. Null when there is none. */
export function codeIn(typed: string): string | null {
  const text = typed.trim()
  const link = /\/join\/([^/?#\s]+)/.exec(text)
  const code = link?.[1] ?? text
  return code && !/[\s/]/.test(code) ? decodeCode(code) : null
}

function decodeCode(code: string): string {
  try {
    return decodeURIComponent(code)
  } catch {
    return code
  }
}
