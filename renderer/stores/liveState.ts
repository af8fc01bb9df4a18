// The host's state as Vue sees it: one shallow ref, replaced whole on every change. What it holds is plain data and never a proxy.
import { inject, shallowRef, type InjectionKey, type ShallowRef } from 'vue'
import type { Host, HostState } from '../../shared/host.ts'

export type LiveState = Readonly<ShallowRef<HostState>>
export const liveStateKey: InjectionKey<LiveState> = Symbol('live state')

export async function createLiveState(host: Host): Promise<LiveState> {
  let newest: HostState | null = null
  const early = host.onState((state) => (newest = state))
  const first = await host.snapshot()
  early()
  const live = shallowRef(newest ?? first)
  host.onState((state) => (live.value = state))
  return live
}

export function useLiveState(): LiveState {
  const live = inject(liveStateKey)
  if (!live) throw new Error('no host state was provided')
  return live
}
