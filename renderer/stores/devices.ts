// The microphones, cameras and speakers of this machine, as they come and go.
import { onScopeDispose, shallowRef } from 'vue'

export type Devices = {
  microphones: readonly MediaDeviceInfo[]
  cameras: readonly MediaDeviceInfo[]
  speakers: readonly MediaDeviceInfo[]
}

export function useDevices() {
  const devices = shallowRef<Devices>({ microphones: [], cameras: [], speakers: [] })
  async function refresh() {
    const all = await navigator.mediaDevices?.enumerateDevices().catch(() => [])
    // Before the first permission the browser lists one nameless device of each kind.
    const named = (kind: MediaDeviceKind) =>
      (all ?? []).filter((one) => one.kind === kind && one.deviceId !== '' && one.deviceId !== 'default')
    devices.value = { microphones: named('audioinput'), cameras: named('videoinput'), speakers: named('audiooutput') }
  }
  void refresh()
  navigator.mediaDevices?.addEventListener('devicechange', refresh)
  onScopeDispose(() => navigator.mediaDevices?.removeEventListener('devicechange', refresh))
  return { devices, refresh }
}
