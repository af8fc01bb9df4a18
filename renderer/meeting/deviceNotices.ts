// Headsets and cameras that come and go during a meeting: what is done about it, and what its person is told.
import { watch } from 'vue'
import { pluggedIn, unplugged, type Plugged } from '../media/hotPlug.ts'
import { useDevices } from '../stores/devices.ts'
import { useMedia } from '../stores/media.ts'
import { useSettings } from '../stores/settings.ts'
import { useToasts } from '../ui/toasts.ts'
import { useWords } from '../words.ts'

export function useDeviceNotices(): void {
  const media = useMedia()
  const settings = useSettings()
  const toasts = useToasts()
  const { t } = useWords()
  const { all, refresh } = useDevices()

  function choose({ microphoneId, cameraId, speakerId }: Plugged) {
    if (speakerId !== undefined) settings.change({ speakerId })
    if (microphoneId !== undefined) void media.choose('microphone', microphoneId)
    if (cameraId !== undefined) void media.choose('camera', cameraId)
  }
  function isChosen({ microphoneId, cameraId, speakerId }: Plugged) {
    const { current } = settings
    return microphoneId === current.microphoneId || cameraId === current.cameraId || speakerId === current.speakerId
  }
  /** What was chosen stays chosen while it is away. */
  function takeBack({ label, microphoneId, cameraId }: Plugged) {
    const { current } = settings
    if (microphoneId === current.microphoneId && microphoneId !== undefined) void media.reopen('microphone')
    if (cameraId === current.cameraId && cameraId !== undefined) void media.reopen('camera')
    toasts.show(t('devices.back', { name: label }), 'done')
  }

  watch(all, (now, before) => {
    for (const plugged of pluggedIn(before, now)) {
      if (isChosen(plugged)) takeBack(plugged)
      else {
        const use = { label: t('devices.use'), run: () => choose(plugged) }
        toasts.show(t('devices.plugged', { name: plugged.label }), 'device', use)
      }
    }
    const speaker = unplugged(before, now, 'audiooutput', settings.current.speakerId)
    if (speaker?.label) toasts.show(t('devices.unpluggedSpeaker', { lost: speaker.label }), 'device')
  })
  watch(
    () => media.unplugged,
    (what) => what && toasts.show(t('devices.unplugged', what), 'device'),
  )
  // Their names come with the first permission.
  watch(() => [media.state?.microphone.track, media.state?.camera.track], refresh)
}
