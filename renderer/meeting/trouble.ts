// Why the microphone or the camera cannot be on, and what to do about it.
import { computed } from 'vue'
import { useHost } from '../host/useHost.ts'
import type { DeviceError } from '../media/devices.ts'
import { useHostState } from '../stores/hostState.ts'
import { useMedia } from '../stores/media.ts'
import { useWords, type MessageKey } from '../words.ts'

type Kind = 'microphone' | 'camera'

const KEYS: Record<Kind, Record<DeviceError, MessageKey>> = {
  microphone: {
    denied: 'meeting.microphoneBlocked',
    notFound: 'meeting.microphoneMissing',
    inUse: 'meeting.microphoneBusy',
    failed: 'meeting.microphoneBusy',
  },
  camera: {
    denied: 'meeting.cameraBlocked',
    notFound: 'meeting.cameraMissing',
    inUse: 'meeting.cameraBusy',
    failed: 'meeting.cameraBusy',
  },
}

export function troubleKey(kind: Kind, error: DeviceError, inBrowser: boolean): MessageKey {
  if (error !== 'denied' || !inBrowser) return KEYS[kind][error]
  return kind === 'microphone' ? 'meeting.microphoneBlockedWeb' : 'meeting.cameraBlockedWeb'
}

export function useDeviceTrouble() {
  const hostState = useHostState()
  const host = useHost()
  const media = useMedia()
  const { t } = useWords()
  const of = (kind: Kind) =>
    computed(() => {
      const error = media.state?.[kind].error
      return error ? t(troubleKey(kind, error, host.kind === 'web')) : null
    })
  /** The system's own settings page takes the refusal back. */
  const hasPage = (kind: Kind) =>
    media.state?.[kind].error === 'denied' && hostState.state.desktop?.hasSystemPages === true
  return { microphone: of('microphone'), camera: of('camera'), hasPage }
}
