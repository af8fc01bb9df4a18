// This device's media: takes up what a gesture asked for when a room is entered, and gives everything back when it is left.
import { defineStore } from 'pinia'
import { computed, ref, shallowRef, watch } from 'vue'
import type { Entry } from '../../shared/host.ts'
import type { User } from '../../shared/protocol/things.ts'
import { useHost } from '../host/useHost.ts'
import type { GetUserMedia } from '../media/devices.ts'
import type { Unplugged } from '../media/localSource.ts'
import { createMeetingMedia, type MeetingMediaState } from '../media/meeting.ts'
import { absoluteNow, answerTimes, createTimeline, type TimelineMark } from '../media/timeline.ts'
import { prepareVideo } from '../media/videos.ts'
import { followCalls } from './callTimelines.ts'
import { useHandover } from './handover.ts'
import { useHostState } from './hostState.ts'
import { obeyOthers } from './obeying.ts'
import { useRights } from './rights.ts'
import { createPendingPress } from './pendingPress.ts'
import { pressedHere } from './waiting.ts'
import { keepRingsWarm } from './warmUp.ts'

const TAKEN_ENTRY_KEY = 'parley.takenEntry'

export const useMedia = defineStore('media', () => {
  const host = useHost()
  const hostState = useHostState()
  const rights = useRights()
  const handover = useHandover()
  const marks = shallowRef<readonly TimelineMark[]>([])
  /** Looks whether the timeline of the call that was answered here is complete. */
  let checkAnswer = () => {}
  const timeline = createTimeline((mark) => {
    marks.value = timeline.marks(mark.roomId)
    checkAnswer()
  })
  const { answeredRing, follows } = followCalls({ host, hostState, timeline })
  /** The settings come back from the host a moment after they were changed. */
  let justChosen: { microphoneId?: string; cameraId?: string } = {}

  /** The device that was looked at before joining, else the one chosen in the settings; when it has gone, any other. */
  const openChosen: GetUserMedia = async (constraints) => {
    const { microphoneId, cameraId } = { ...hostState.settings, ...justChosen }
    const ready = constraints.audio ? handover.take('microphone', microphoneId) : handover.take('camera', cameraId)
    if (ready) return new MediaStream([ready])
    try {
      return await openCleaned({
        ...(constraints.audio ? { audio: onDevice(constraints.audio, microphoneId) } : {}),
        ...(constraints.video ? { video: onDevice(constraints.video, cameraId) } : {}),
      })
    } catch (error) {
      if (!(error instanceof Error) || error.name !== 'OverconstrainedError') throw error
      return openCleaned(constraints)
    }
  }

  /** With the noise taken out as the settings say; a page that cannot do it leaves it to the browser. */
  async function openCleaned(constraints: MediaStreamConstraints): Promise<MediaStream> {
    const strong = hostState.settings.noiseSuppression === 'strong' && constraints.audio
    const stream = await navigator.mediaDevices.getUserMedia(strong ? leftNoisy(constraints) : constraints)
    if (!strong) return stream
    try {
      const { withoutNoise } = await import('../media/noise.ts')
      return await withoutNoise(stream)
    } catch {
      await stream
        .getAudioTracks()[0]
        ?.applyConstraints({ noiseSuppression: true })
        .catch(() => undefined)
      return stream
    }
  }

  const state = shallowRef<MeetingMediaState | null>(null)
  /** The last device that was taken away while it was on; a fresh object each time. */
  const unplugged = shallowRef<Unplugged | null>(null)
  const meeting = createMeetingMedia({
    ask: host.ask,
    marks: timeline,
    getUserMedia: openChosen,
    pictureCodec: () => hostState.settings.pictureCodec,
    onChange: (next) => (state.value = next),
    onUnplugged: (_source, what) => (unplugged.value = what),
    onPrepared: prepareVideo,
  })
  state.value = meeting.state()
  host.onMediaEvent(meeting.applyEvent)
  window.addEventListener('online', () => meeting.networkChanged())
  // What cut the signaling connection may have cut the ways of media as well; what was told meanwhile has to be told again.
  watch(
    () => hostState.online,
    (back) => {
      if (!back) return
      meeting.networkChanged()
      meeting.serverBack()
    },
  )

  const seatId = computed(() => hostState.seat?.room.id ?? null)
  watch(
    [seatId, () => hostState.state.entry],
    ([roomId, entry]) => {
      if (roomId === null) return meeting.state().roomId === null ? undefined : meeting.stop()
      if (entry?.roomId === roomId && isFresh(entry)) return void enter(entry)
      if (meeting.state().roomId === roomId) return
      // A reloaded page, or a seat that only the server speaks of: it sees and hears, and captures nothing until its person
      // says so. What is on was turned on for another meeting.
      if (meeting.state().roomId !== null) meeting.stop()
      void meeting.open(roomId)
    },
    // Before the screen is drawn anew: media has the longer way to go.
    { immediate: true, flush: 'sync' },
  )

  // The first picture may be on screen before the answer that seats this device is: what an earlier call left has to go now.
  watch(
    () => hostState.state.answering,
    (callId) => {
      const call = callId === null ? undefined : hostState.mirror.calls[callId]
      if (call) timeline.forget(call.roomId, absoluteNow())
    },
    { flush: 'sync' },
  )

  async function enter(entry: Entry) {
    keepTaken(entry)
    justChosen = {}
    timeline.forget(entry.roomId, entry.startedAt)
    checkAnswer = () => {}
    if (entry.how === 'answered') timeline.mark('answered', { roomId: entry.roomId, at: entry.startedAt })
    if (entry.how === 'answered' && entry.callId) checkAnswer = follows(entry.callId, entry.roomId)
    void meeting.setMicrophone(entry.microphone && rights.may('microphone'))
    void meeting.setCamera(entry.camera && rights.may('camera'))
    const offer = await host.takeMediaOffer(entry.roomId)
    if (seatId.value !== entry.roomId) return
    await (offer ? meeting.start(offer) : meeting.open(entry.roomId))
  }

  const deviceLoaded = ref(false)
  // Loaded before any call: answering then needs no time for it.
  watch(
    () => hostState.online && hostState.me !== null,
    async (ready) => {
      if (!ready || meeting.rtpCapabilities() !== null) return
      const result = await host.ask('media.routerCapabilities', {})
      if (!result.ok) return
      host.setMediaCapabilities(await meeting.preload(result.value.routerRtpCapabilities))
      deviceLoaded.value = true
    },
    { immediate: true },
  )

  keepRingsWarm({ host, hostState, meeting, loaded: () => deviceLoaded.value })

  /** Keeps the choice, and opens that device when one of its kind is open now; nobody's consumer notices. */
  async function choose(source: 'microphone' | 'camera', deviceId: string) {
    const chosen = source === 'microphone' ? { microphoneId: deviceId } : { cameraId: deviceId }
    justChosen = { ...justChosen, ...chosen }
    void host.setSettings(chosen)
    await meeting.renew(source)
  }

  /** Who has just turned this microphone off; a fresh object each time. Only its person turns it on again. */
  const mutedBy = shallowRef<{ by: User } | null>(null)
  const mutedNow = computed(() => {
    const { seat, me } = hostState
    const muted = seat?.participants.find(({ user }) => user.id === me?.id)?.muted
    return seat && muted ? { key: `${seat.room.id} ${muted.version}`, by: muted.by } : null
  })
  // The server has silenced it already; what is off here needs no telling.
  watch(
    () => mutedNow.value?.key,
    () => {
      if (!mutedNow.value || !microphoneOn.value) return
      void meeting.setMicrophone(false)
      mutedBy.value = { by: mutedNow.value.by }
    },
  )

  watch(
    () => hostState.settings.noiseSuppression,
    () => void meeting.renew('microphone'),
  )

  const microphoneOn = computed(() => isOn(state.value?.microphone.status))
  const cameraOn = computed(() => isOn(state.value?.camera.status))
  const sharing = computed(() => state.value?.sharing.status === 'on')
  watch(sharing, (now) => host.setSharing(now))
  const stoppedBy = obeyOthers({
    hostState,
    rights,
    switches: {
      microphone: { isOn: () => microphoneOn.value, turnOff: () => void meeting.setMicrophone(false) },
      camera: { isOn: () => cameraOn.value, turnOff: () => void meeting.setCamera(false) },
      screen: { isOn: () => isOn(state.value?.sharing.status), turnOff: () => meeting.stopSharing() },
    },
  })
  /** Upon a person's gesture alone. */
  const turnOn = (source: 'microphone' | 'camera') =>
    source === 'microphone' ? meeting.setMicrophone(true) : meeting.setCamera(true)
  const press = createPendingPress({
    circumstances(source) {
      const myself = hostState.seat?.participants.find(({ user }) => user.id === hostState.me?.id)
      const done = source === 'microphone' ? myself?.muted : myself?.stopped?.camera
      return JSON.stringify([seatId.value, myself?.joinedAt, done?.version])
    },
    may: rights.may,
    turnOn: (source) => void turnOn(source),
  })
  /** What this person may not turn on is explained instead. */
  async function toggle(source: 'microphone' | 'camera', on: boolean): Promise<void> {
    press.callOff()
    if (on && !rights.may(source)) rights.explain(source)
    else await (source === 'microphone' ? meeting.setMicrophone(on) : meeting.setCamera(on))
  }

  const sharesFull = computed(() => !sharing.value && othersSharing(state.value) >= SHARES_MAX)
  /** Somebody wanted to share where two do already; a fresh object each time. */
  const shareRefused = shallowRef<object | null>(null)
  return {
    state,
    timeline,
    /** How quickly the meeting of this seat was answered; null when it was entered otherwise. */
    answerTimes: computed(() => answerTimes(marks.value.filter((mark) => mark.roomId === seatId.value))),
    /** Somebody else's picture has been on screen since this meeting was entered. */
    firstPictureShown: computed(() =>
      marks.value.some((mark) => mark.step === 'firstVideo' && mark.roomId === seatId.value),
    ),
    /** The last ring from here that was answered. */
    answeredRing,
    microphoneOn,
    cameraOn,
    mutedBy,
    stoppedBy,
    /** A screen or window of this device is being shown to the others. */
    sharing,
    /** Two others share; one's own would be refused. */
    sharesFull,
    shareRefused,
    /** Upon a person's gesture alone. */
    startSharing: async () => {
      if (!rights.may('share')) rights.explain('share')
      else if (sharesFull.value) shareRefused.value = {}
      else await meeting.startSharing()
    },
    /** Where pictures are shown, and how large. */
    views: meeting.views,
    /** Upon a press: what this computer left out. */
    turnPicturesOn: () => meeting.turnPicturesOn(),
    stopSharing: () => meeting.stopSharing(),
    toggleMicrophone: () => toggle('microphone', !microphoneOn.value),
    toggleCamera: () => toggle('camera', !cameraOn.value),
    /** While Space is held: on as long as that lasts. */
    talk: (on: boolean) => toggle('microphone', on),
    turnOn,
    /** A press that has just asked for the permission it needs. */
    turnOnWhenAllowed: press.wait,
    callOffPress: press.callOff,
    unplugged,
    choose,
    /** What was chosen has come back. */
    reopen: (source: 'microphone' | 'camera') => meeting.renew(source),
    stats: meeting.stats,
    reports: meeting.reports,
  }
})

/** The server takes no more. */
const SHARES_MAX = 2
const othersSharing = (state: MeetingMediaState | null): number =>
  Object.values(state?.remote ?? {}).filter(({ screen }) => screen && !screen.paused).length

const isOn = (status: string | undefined): boolean => status === 'on' || status === 'pending'

const onDevice = (constraints: boolean | MediaTrackConstraints, deviceId: string): boolean | MediaTrackConstraints =>
  deviceId === 'default'
    ? constraints
    : { ...(constraints === true ? {} : constraints || {}), deviceId: { exact: deviceId } }

/** Twice suppressed, a voice sounds as from under water. */
const leftNoisy = ({ audio, ...more }: MediaStreamConstraints): MediaStreamConstraints => ({
  ...more,
  audio: { ...(typeof audio === 'object' ? audio : {}), noiseSuppression: false },
})

/** An entry stays in the host's state after a reload of this window; it must open nothing a second time. */
const entryKey = (entry: Entry) => `${entry.roomId} ${entry.enteredAt}`
const isFresh = (entry: Entry): boolean =>
  sessionStorage.getItem(TAKEN_ENTRY_KEY) !== entryKey(entry) &&
  // Between the press and being let in this page may have been loaded anew.
  (entry.how !== 'admitted' || pressedHere(entry.startedAt))
const keepTaken = (entry: Entry) => sessionStorage.setItem(TAKEN_ENTRY_KEY, entryKey(entry))
