// Looking at one's own camera and hearing how loud one's microphone is, in the settings and before joining: opened by a press there, and
// closed with the screen, with the window, or when another device is chosen. Nothing of it is sent.
import { useEventListener } from '@vueuse/core'
import { computed, onScopeDispose, ref, shallowRef } from 'vue'
import { useHost } from '../host/useHost.ts'
import { CAMERA_CONSTRAINTS, capture, MICROPHONE_CONSTRAINTS, type DeviceError } from '../media/devices.ts'
import { watchLevel } from '../media/levels.ts'
import { useHandover, type DeviceKind } from './handover.ts'
import { useSettings } from './settings.ts'

type Opened = { track: MediaStreamTrack; deviceId: string }

export function usePreview() {
  const host = useHost()
  const settings = useSettings()
  const handover = useHandover()
  const wanted = ref<ReadonlySet<DeviceKind>>(new Set())
  const level = ref(0)
  const camera = shallowRef<MediaStreamTrack | null>(null)
  const troubles = ref<Partial<Record<DeviceKind, DeviceError>>>({})
  const open = new Map<DeviceKind, Opened>()
  let context: AudioContext | null = null
  let stopLevel = () => {}
  /** Grow with every start and stop: what opens too late is closed again. */
  const turns: Record<DeviceKind, number> = { microphone: 0, camera: 0 }

  const deviceIdOf = (kind: DeviceKind) => settings.current[kind === 'microphone' ? 'microphoneId' : 'cameraId']
  function constraintsOf(kind: DeviceKind, id: string): MediaStreamConstraints {
    const chosen = (constraints: MediaTrackConstraints) =>
      id === 'default' ? constraints : { ...constraints, deviceId: id }
    return kind === 'microphone' ? { audio: chosen(MICROPHONE_CONSTRAINTS) } : { video: chosen(CAMERA_CONSTRAINTS) }
  }

  async function openOne(kind: DeviceKind, mine: number): Promise<void> {
    const deviceId = deviceIdOf(kind)
    const captured = await capture((wish) => navigator.mediaDevices.getUserMedia(wish), constraintsOf(kind, deviceId))
    if (mine !== turns[kind]) return captured.ok ? captured.track.stop() : undefined
    if (!captured.ok) return void (troubles.value = { ...troubles.value, [kind]: captured.error })
    open.set(kind, { track: captured.track, deviceId })
    if (kind === 'camera') camera.value = captured.track
    else stopLevel = watchLevel(captured.track, (context ??= new AudioContext()), (now) => (level.value = now))
  }

  function close(kind: DeviceKind): void {
    turns[kind]++
    open.get(kind)?.track.stop()
    open.delete(kind)
    const { [kind]: _, ...others } = troubles.value
    troubles.value = others
    if (kind === 'camera') camera.value = null
    else {
      stopLevel()
      stopLevel = () => {}
      level.value = 0
    }
  }

  async function want(kinds: ReadonlySet<DeviceKind>): Promise<void> {
    const before = wanted.value.size > 0
    wanted.value = kinds
    const after = kinds.size > 0
    if (after !== before) await host.setPreview(after)
  }

  /** Only ever upon the person's press. */
  async function start(...kinds: DeviceKind[]): Promise<void> {
    kinds.forEach(close)
    const mine = { ...turns }
    await want(new Set([...wanted.value, ...kinds]))
    await Promise.all(kinds.map((kind) => (mine[kind] === turns[kind] ? openOne(kind, mine[kind]) : undefined)))
  }

  function stop(...kinds: DeviceKind[]): void {
    kinds.forEach(close)
    void want(new Set([...wanted.value].filter((kind) => !kinds.includes(kind))))
  }
  const stopAll = () => stop('microphone', 'camera')

  /** What is open goes on in the meeting that is being entered; from now on it is the handover's to close. */
  function handOver(): void {
    handover.give(new Map(open))
    open.clear()
  }

  useEventListener(document, 'visibilitychange', () => document.hidden && stopAll())
  onScopeDispose(() => {
    stopAll()
    void context?.close()
  })
  return {
    on: computed(() => wanted.value.size > 0),
    wants: (kind: DeviceKind) => wanted.value.has(kind),
    camera,
    level,
    troubles,
    start,
    stop,
    stopAll,
    handOver,
  }
}
