// Reactions, which pass, and raised hands in the order they were raised.
import { defineStore } from 'pinia'
import { computed, shallowRef, watch } from 'vue'
import type { Reaction } from '../../shared/protocol/signals.ts'
import type { Participant } from '../../shared/protocol/things.ts'
import { useHost } from '../host/useHost.ts'
import { useHostState } from './hostState.ts'
import { useRoom } from './room.ts'

export const REACTION_SHOWN_MS = 4_000

/** `key`: another one each time, so that the same reaction again is seen as such. */
export type ShownReaction = { reaction: Reaction; key: number }

export const useSignals = defineStore('signals', () => {
  const host = useHost()
  const hostState = useHostState()
  const room = useRoom()
  const roomId = computed(() => hostState.seat?.room.id ?? '')
  const reactions = shallowRef<Readonly<Record<string, ShownReaction>>>({})
  let lastKey = 0

  function show(userId: string, reaction: Reaction) {
    const key = ++lastKey
    reactions.value = { ...reactions.value, [userId]: { reaction, key } }
    setTimeout(() => {
      if (reactions.value[userId]?.key !== key) return
      const { [userId]: _, ...others } = reactions.value
      reactions.value = others
    }, REACTION_SHOWN_MS)
  }
  host.onTalkEvent((event) => {
    if (event.name === 'room.reaction' && event.payload.roomId === roomId.value)
      show(event.payload.userId, event.payload.reaction)
  })
  watch(roomId, () => (reactions.value = {}))

  const raised = computed(() => byOrder(room.participants))
  const places = computed(() => new Map(raised.value.map(({ user }, index) => [user.id, index + 1])))
  const handIsUp = computed(() => room.myself?.hand !== undefined)

  return {
    reactions,
    /** Whose hands are up, first come first. */
    raised,
    /** 1, 2, 3 …; null while it is down. */
    placeOf: (userId: string) => places.value.get(userId) ?? null,
    handIsUp,
    react: (reaction: Reaction) => host.ask('room.react', { roomId: roomId.value, reaction }),
    toggleHand: () => host.ask('participant.raiseHand', { roomId: roomId.value, raised: !handIsUp.value }),
    lower: ({ user }: Participant) =>
      user.id === hostState.me?.id
        ? host.ask('participant.raiseHand', { roomId: roomId.value, raised: false })
        : host.ask('participant.lowerHand', { roomId: roomId.value, userId: user.id }),
    lowerAll: () => host.ask('participant.lowerAllHands', { roomId: roomId.value }),
  }
})

/** Those with a hand up, in the order of the room's own counter. */
export const byOrder = (participants: readonly Participant[]): Participant[] =>
  participants
    .flatMap((participant) => (participant.hand ? [{ participant, order: participant.hand.order }] : []))
    .sort((one, other) => one.order - other.order)
    .map(({ participant }) => participant)
