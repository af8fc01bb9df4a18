// Why the microphone or the camera cannot be on, and what to do about it.
import { computed } from 'vue'
import { useHost } from '../host/useHost.ts'
import type { DeviceError } from '../media/devices.ts'
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

export function useDeviceTrouble() {
  const host = useHost()
  const media = useMedia()
  const { t } = useWords()
  const of = (kind: Kind) =>
    computed(() => {
      const error = media.state?.[kind].error
      if (!error) return null
      if (error === 'denied' && host.kind === 'web')
        return t(kind === 'microphone' ? 'meeting.microphoneBlockedWeb' : 'meeting.cameraBlockedWeb')
      return t(KEYS[kind][error])
    })
  return { microphone: of('microphone'), camera: of('camera') }
}
