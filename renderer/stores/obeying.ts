// What others may do to what this device sends: it is turned off, and never on.
import { computed, shallowRef, watch } from 'vue'
import type { User } from '../../shared/protocol/things.ts'
import type { useHostState } from './hostState.ts'
import type { useRights } from './rights.ts'

type Source = 'microphone' | 'camera' | 'screen'
type Switch = { isOn(): boolean; turnOff(): void }
export type ObeyingOptions = {
  hostState: ReturnType<typeof useHostState>
  rights: ReturnType<typeof useRights>
  switches: Record<Source, Switch>
}

export function obeyOthers({ hostState, rights, switches }: ObeyingOptions) {
  /** Who has just stopped this camera or shared screen; a fresh object each time. */
  const stoppedBy = shallowRef<{ source: 'camera' | 'screen'; by: User } | null>(null)
  const stopped = computed(() => {
    const { seat, me } = hostState
    const mine = seat?.participants.find(({ user }) => user.id === me?.id)?.stopped
    const of = (source: 'camera' | 'screen') => {
      const one = mine?.[source]
      return seat && one ? { key: `${seat.room.id} ${one.version}`, by: one.by } : null
    }
    return { camera: of('camera'), screen: of('screen') }
  })
  // The server has stopped it already; what is off here needs no telling.
  for (const source of ['camera', 'screen'] as const) {
    watch(
      () => stopped.value[source]?.key,
      () => {
        const news = stopped.value[source]
        if (!news || !switches[source].isOn()) return
        switches[source].turnOff()
        stoppedBy.value = { source, by: news.by }
      },
    )
  }
  for (const source of ['microphone', 'camera', 'screen'] as const) {
    const right = source === 'screen' ? 'share' : source
    watch(
      () => !rights.may(right) && switches[source].isOn(),
      (forbidden) => forbidden && switches[source].turnOff(),
    )
  }
  return stoppedBy
}
