// The microphones, cameras and speakers of this machine, as they come and go. One list for everybody who shows or follows it.
import { createSharedComposable } from '@vueuse/core'
import { computed, onScopeDispose, shallowRef } from 'vue'
import { isDevice } from '../media/hotPlug.ts'

export type Devices = {
  microphones: readonly MediaDeviceInfo[]
  cameras: readonly MediaDeviceInfo[]
  speakers: readonly MediaDeviceInfo[]
}

/** Chromium and Firefox can; where it cannot be chosen, the system's own speaker is the only one. */
export const canChooseSpeaker = (): boolean => 'setSinkId' in HTMLMediaElement.prototype

export const useDevices = createSharedComposable(() => {
  /** Before the first permission the browser lists one nameless device of each kind. */
  const all = shallowRef<readonly MediaDeviceInfo[]>([])
  const of = (kind: MediaDeviceKind) => all.value.filter((one) => one.kind === kind && isDevice(one))
  const devices = computed((): Devices => ({
    microphones: of('audioinput'),
    cameras: of('videoinput'),
    speakers: of('audiooutput'),
  }))
  let asked = 0
  async function refresh() {
    const mine = ++asked
    const found = (await navigator.mediaDevices?.enumerateDevices().catch(() => [])) ?? []
    // The answer to an earlier question may come after that to a later one.
    if (mine === asked) all.value = found
  }
  void refresh()
  navigator.mediaDevices?.addEventListener('devicechange', refresh)
  onScopeDispose(() => navigator.mediaDevices?.removeEventListener('devicechange', refresh))
  return { all, devices, refresh }
})

/** For `setSinkId`: one that is not there leaves the system's own choice. */
export const sinkFor = (speakers: readonly Pick<MediaDeviceInfo, 'deviceId'>[], chosen: string): string =>
  speakers.some(({ deviceId }) => deviceId === chosen) ? chosen : ''
