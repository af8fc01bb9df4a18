// Meetings that run now and may be entered. Nobody is told of rooms they are not in: while this is on screen it asks now and then.
import { useIntervalFn } from '@vueuse/core'
import { shallowRef, watch } from 'vue'
import { knownByName } from '../../shared/call/wording.ts'
import type { Params } from '../../shared/locales/translate.ts'
import type { RoomListing } from '../../shared/protocol/rooms.ts'
import { useHost } from '../host/useHost.ts'
import { firstName } from '../stores/newMeeting.ts'
import { useHostState } from '../stores/hostState.ts'
import { useWords } from '../words.ts'

const REFRESH_MS = 8_000

export function useRunningRooms() {
  const host = useHost()
  const hostState = useHostState()
  /** Null before the first answer. */
  const rooms = shallowRef<readonly RoomListing[] | null>(null)

  async function refresh() {
    if (!hostState.online || hostState.isGuest) return
    const result = await host.ask('room.list', {})
    if (result.ok) rooms.value = result.value.rooms
  }
  watch([() => hostState.online, () => hostState.mirror.calls, () => hostState.mirror.scheduled], refresh, {
    immediate: true,
  })
  useIntervalFn(refresh, REFRESH_MS)
  return { rooms, refresh }
}

/** "Ben, Chloe and 2 more are in". */
export function useInsideWords() {
  const { t } = useWords()
  const say = (key: 'insideNobody' | 'insideOne' | 'insideOneMore' | 'insideTwo' | 'insideMore', params: Params) =>
    t(`home.${key}`, params)
  return ({ inside, insideCount }: Pick<RoomListing, 'inside' | 'insideCount'>): string => {
    const named = knownByName(inside)
    const [a = '', b = ''] = named.map((user) => firstName(user.name))
    if (insideCount > 1 && named.length === 1) return say('insideOneMore', { a, n: insideCount - 1 })
    if (insideCount === 0 || !named.length) return say('insideNobody', {})
    if (insideCount === 1) return say('insideOne', { a })
    return insideCount === 2 ? say('insideTwo', { a, b }) : say('insideMore', { a, b, n: insideCount - 2 })
  }
}
