// Looking at one's own camera and hearing how loud one's microphone is, in the settings: opened by a press there, and closed with the
// screen, with the window, or when another device is chosen. Nothing of it is sent.
import { useEventListener } from '@vueuse/core'
import { onScopeDispose, ref, shallowRef } from 'vue'
import { useHost } from '../host/useHost.ts'
import { CAMERA_CONSTRAINTS, capture, MICROPHONE_CONSTRAINTS, type DeviceError } from '../media/devices.ts'
import { watchLevel } from '../media/levels.ts'
import { useSettings } from './settings.ts'

type Kind = 'microphone' | 'camera'

export function usePreview() {
  const host = useHost()
  const settings = useSettings()
  const on = ref(false)
  const level = ref(0)
  const camera = shallowRef<MediaStreamTrack | null>(null)
  const troubles = ref<Partial<Record<Kind, DeviceError>>>({})
  const open = new Map<Kind, MediaStreamTrack>()
  let context: AudioContext | null = null
  let stopLevel = () => {}
  /** Grows with every start and stop: what opens too late is closed again. */
  let turn = 0

  function constraintsOf(kind: Kind): MediaStreamConstraints {
    const { microphoneId, cameraId } = settings.current
    const chosen = (constraints: MediaTrackConstraints, id: string) =>
      id === 'default' ? constraints : { ...constraints, deviceId: id }
    return kind === 'microphone'
      ? { audio: chosen(MICROPHONE_CONSTRAINTS, microphoneId) }
      : { video: chosen(CAMERA_CONSTRAINTS, cameraId) }
  }

  async function openOne(kind: Kind, mine: number): Promise<void> {
    const captured = await capture((wanted) => navigator.mediaDevices.getUserMedia(wanted), constraintsOf(kind))
    if (mine !== turn) return captured.ok ? captured.track.stop() : undefined
    if (!captured.ok) return void (troubles.value = { ...troubles.value, [kind]: captured.error })
    open.set(kind, captured.track)
    if (kind === 'camera') camera.value = captured.track
    else stopLevel = watchLevel(captured.track, (context ??= new AudioContext()), (now) => (level.value = now))
  }

  function close(): void {
    turn++
    stopLevel()
    stopLevel = () => {}
    for (const track of open.values()) track.stop()
    open.clear()
    camera.value = null
    level.value = 0
    troubles.value = {}
  }

  /** Only ever upon the person's press. */
  async function start(): Promise<void> {
    close()
    const mine = turn
    on.value = true
    await host.setPreview(true)
    if (mine !== turn) return
    await Promise.all([openOne('microphone', mine), openOne('camera', mine)])
  }

  function stop(): void {
    close()
    if (on.value) void host.setPreview(false)
    on.value = false
  }

  useEventListener(document, 'visibilitychange', () => document.hidden && stop())
  onScopeDispose(() => {
    stop()
    void context?.close()
  })
  return { on, camera, level, troubles, start, stop }
}
