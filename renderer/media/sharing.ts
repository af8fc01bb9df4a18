// This device's screen or window, and the sound that came with it: from a person's gesture to tracks, and from tracks to producers.
import type { types } from 'mediasoup-client'
import type { ErrorCode } from '../../shared/protocol/result.ts'

export type GetDisplayMedia = (options: DisplayMediaStreamOptions) => Promise<MediaStream>
export type SharedSource = 'screen' | 'screenAudio'
export type SharingState = {
  /** `error`: the system gave no picture though the person had chosen one; putting the choice away is none. */
  status: 'off' | 'pending' | 'on' | 'error'
  track: MediaStreamTrack | null
  hasSound: boolean
  /** With `error`: the server takes no more screens in this meeting. */
  refused: boolean
}

export type SharingOptions = {
  getDisplayMedia: GetDisplayMedia
  /** Produces on the given transport; rejects when that cannot be done. */
  produce(transport: types.Transport, source: SharedSource, track: MediaStreamTrack): Promise<types.Producer>
  tellClosed(producerId: string): void
  onChange(): void
}

export interface Sharing {
  state(): SharingState
  producers(): { source: SharedSource; producer: types.Producer }[]
  /** Upon a person's gesture alone: here, and nowhere else, a screen is captured. Resolves when they have chosen. */
  start(): Promise<void>
  /** Ends it for everybody. */
  stop(): void
  /** The transport to send on from now on; what is shared is sent anew on it, and nothing is captured for that. */
  attach(transport: types.Transport | null): void
  /** The server would not have this producer; `notAllowed`: from this person, now. */
  refused(producerId: string, code: ErrorCode): void
  /** Left: the producers go with their transport. */
  leave(): void
}

/** Constraints that TypeScript's library does not know yet. */
type Sound = MediaTrackConstraints & { restrictOwnAudio?: boolean }
type Choice = DisplayMediaStreamOptions & {
  selfBrowserSurface?: 'exclude' | 'include'
  surfaceSwitching?: 'exclude' | 'include'
  systemAudio?: 'exclude' | 'include'
}

/** What others say comes out of this computer's speakers as well: where the browser can, it leaves its own sound out. */
const SOUND: Sound = {
  echoCancellation: false,
  noiseSuppression: false,
  autoGainControl: false,
  restrictOwnAudio: true,
}
/** In full resolution: letters have to stay letters. */
const WISH: Choice = {
  video: { frameRate: { ideal: 15, max: 30 } },
  audio: SOUND,
  selfBrowserSurface: 'exclude',
  surfaceSwitching: 'include',
  systemAudio: 'include',
}

/** How it is told that nothing was chosen, by browsers and by the desktop app. */
const PUT_AWAY: ReadonlySet<string> = new Set(['NotAllowedError', 'AbortError'])

type Captured = { source: SharedSource; track: MediaStreamTrack; producer: types.Producer | null }

export function createSharing(options: SharingOptions): Sharing {
  let captured: Captured[] = []
  let choosing = false
  let failed = false
  let taken = false
  let transport: types.Transport | null = null
  /** Grows with every start and end: what is chosen too late is given back. */
  let turn = 0

  async function start(): Promise<void> {
    if (choosing || captured.length > 0) return
    const mine = ++turn
    choosing = true
    failed = false
    taken = false
    // Asked for before anything is awaited: a gesture lasts for a moment only.
    const asked = options.getDisplayMedia(WISH)
    options.onChange()
    const stream = await asked.catch((error: unknown) => {
      if (mine === turn) failed = !(error instanceof Error && PUT_AWAY.has(error.name))
      return null
    })
    if (mine !== turn) return stream?.getTracks().forEach((track) => track.stop())
    choosing = false
    if (stream) take(stream)
    options.onChange()
  }

  function take(stream: MediaStream): void {
    const [picture] = stream.getVideoTracks()
    if (!picture) {
      failed = true
      return stream.getTracks().forEach((track) => track.stop())
    }
    // Rather fewer pictures than blurred ones.
    picture.contentHint = 'detail'
    captured = [hold('screen', picture), ...stream.getAudioTracks().map((track) => hold('screenAudio', track))]
    send()
  }

  function hold(source: SharedSource, track: MediaStreamTrack): Captured {
    const one: Captured = { source, track, producer: null }
    // Stopped in the browser's own bar, or the window that was shared is gone. `stop()` of our own does not fire this.
    track.addEventListener('ended', () => {
      if (!captured.includes(one)) return
      if (source === 'screen') return stop()
      release(one)
      captured = captured.filter((other) => other !== one)
      options.onChange()
    })
    return one
  }

  function send(): void {
    if (transport) for (const one of captured) if (!one.producer) void produce(transport, one)
  }

  async function produce(onto: types.Transport, one: Captured): Promise<void> {
    const made = await options.produce(onto, one.source, one.track).catch(() => null)
    const current = transport === onto && captured.includes(one)
    if (made && current) one.producer = made
    else if (made) {
      // Stopped, or media opened anew, while it was made.
      if (!onto.closed) options.tellClosed(made.id)
      made.close()
    } else if (current && !onto.closed) fail(one)
    options.onChange()
  }

  /** Without a picture there is nothing to share; without sound there still is. */
  function fail(one: Captured): void {
    failed = one.source === 'screen'
    if (failed) return end()
    release(one)
    captured = captured.filter((other) => other !== one)
  }

  function release({ track, producer }: Captured): void {
    track.stop()
    if (!producer) return
    if (!producer.closed) options.tellClosed(producer.id)
    producer.close()
  }

  function end(): void {
    turn++
    choosing = false
    const ended = captured
    captured = []
    ended.forEach(release)
  }

  function stop(): void {
    failed = false
    end()
    options.onChange()
  }

  return {
    state() {
      const picture = captured.find(({ source }) => source === 'screen')?.track ?? null
      const status = picture ? 'on' : choosing ? 'pending' : failed ? 'error' : 'off'
      return {
        status,
        track: picture,
        hasSound: captured.some(({ source }) => source === 'screenAudio'),
        refused: failed && taken,
      }
    },
    producers: () => captured.flatMap(({ source, producer }) => (producer ? [{ source, producer }] : [])),
    start,
    stop,
    attach(next) {
      transport = next
      for (const one of captured) one.producer = null
      send()
    },
    refused(producerId, code) {
      const one = captured.find(({ producer }) => producer?.id === producerId)
      if (!one) return
      one.producer?.close()
      one.producer = null
      taken = code === 'conflict'
      if (code === 'notAllowed') end()
      else fail(one)
      options.onChange()
    },
    leave() {
      transport = null
      failed = false
      for (const one of captured) one.producer = null
      end()
    },
  }
}
