// The page of the media tests: renderer/media with the plainest of screens around it, driven from the test by `window.peer`.
import type { OpaqueMedia } from '../../../shared/protocol/media.ts'
import type { AskMedia, MediaEvent } from '../../../renderer/media/ask.ts'
import { createMeetingMedia, type MeetingMediaState } from '../../../renderer/media/meeting.ts'
import type { Place } from '../../../renderer/media/views.ts'
import type { PictureCodec } from '../../../shared/settings.ts'
import { createTimeline, watchFirstFrame } from '../../../renderer/media/timeline.ts'

declare global {
  interface Window {
    askServer(name: string, input: unknown): Promise<unknown>
    peer: typeof peer
  }
}

const ask = ((name: string, input: unknown) => window.askServer(name, input)) as unknown as AskMedia
const timeline = createTimeline()
type Screen = { video: HTMLVideoElement; audio: HTMLAudioElement; frames: number }
const screens = new Map<string, Screen>()
let opened = 0
const states: string[] = []

function screenOf(userId: string): Screen {
  const known = screens.get(userId)
  if (known) return known
  const [video, audio] = [document.createElement('video'), document.createElement('audio')]
  for (const element of [video, audio]) element.autoplay = true
  video.muted = true
  document.body.append(video, audio)
  const screen = { video, audio, frames: 0 }
  const count = () => {
    screen.frames++
    video.requestVideoFrameCallback(count)
  }
  video.requestVideoFrameCallback(count)
  screens.set(userId, screen)
  return screen
}

/** True when the element got another track than it had. */
function attach(element: HTMLMediaElement, track: MediaStreamTrack | undefined): boolean {
  const shown = (element.srcObject as MediaStream | null)?.getTracks()[0]
  if (shown === track) return false
  element.srcObject = track ? new MediaStream([track]) : null
  return true
}

function show({ roomId, remote, connection }: MeetingMediaState) {
  if (states.at(-1) !== connection) states.push(connection)
  for (const [userId, { camera, microphone }] of Object.entries(remote)) {
    const screen = screenOf(userId)
    attach(screen.audio, microphone?.track)
    if (attach(screen.video, camera?.track) && roomId) watchFirstFrame(timeline, screen.video, { roomId, userId })
  }
}

/** The fake microphone beeps too shortly to count as speech: a hum under it does. */
function withHum(stream: MediaStream): MediaStream {
  const context = new AudioContext()
  const mixed = context.createMediaStreamDestination()
  context.createMediaStreamSource(stream).connect(mixed)
  const hum = new OscillatorNode(context, { frequency: 220 })
  hum.connect(new GainNode(context, { gain: 0.2 })).connect(mixed)
  hum.start()
  return mixed.stream
}

let pictureCodec: PictureCodec = 'automatic'
const media = createMeetingMedia({
  ask,
  marks: timeline,
  onChange: show,
  camera: { width: 640, height: 360, frameRate: 15 },
  pictureCodec: () => pictureCodec,
  async getUserMedia(constraints) {
    opened++
    const stream = await navigator.mediaDevices.getUserMedia(constraints)
    return constraints.audio ? withHum(stream) : stream
  },
})

/** A coarse print of what a video shows now: two prints differ when the picture moved. */
function print(video: HTMLVideoElement): string {
  const canvas = new OffscreenCanvas(32, 18)
  const context = canvas.getContext('2d', { willReadFrequently: true })
  context?.drawImage(video, 0, 0, 32, 18)
  return [...(context?.getImageData(0, 0, 32, 18).data ?? [])].map((value) => value >> 3).join()
}

let place: Place | null = null

const peer = {
  media,
  async enter(roomId: string, routerRtpCapabilities: OpaqueMedia) {
    await media.preload(routerRtpCapabilities)
    await media.open(roomId)
  },
  event: (event: MediaEvent) => media.applyEvent(event),
  /** What can be sent to the test: no tracks. */
  state() {
    const { roomId, connection, microphone, camera, remote, speakers, codecMissing } = media.state()
    const local = [microphone, camera].map(({ status, error, track }) => ({
      status,
      error,
      live: track?.readyState === 'live',
    }))
    const sources = Object.entries(remote).flatMap(([userId, tracks]) =>
      Object.entries(tracks).map(([source, { paused }]) => ({ userId, source, paused })),
    )
    return { roomId, connection, microphone: local[0], camera: local[1], sources, speakers, states, codecMissing }
  },
  stats: () => media.stats(),
  choosePictureCodec: (codec: PictureCodec) => void (pictureCodec = codec),
  /** As if that person's picture were shown at this height, in pixels. */
  showAt(userId: string, height: number) {
    place ??= media.views.place(userId, 'camera')
    place.set({ width: (height * 16) / 9, height, large: false })
  },
  marks: (roomId: string) => timeline.marks(roomId),
  devicesOpened: () => opened,
  shown(userId: string) {
    const screen = screens.get(userId)
    if (!screen) return { frames: 0, width: 0, print: '' }
    return { frames: screen.frames, width: screen.video.videoWidth, print: print(screen.video) }
  },
}

window.peer = peer
