// The microphone or the camera of this device: from what the person wants to a track, and from a track to a producer.
import type { types } from 'mediasoup-client'
import type { ErrorCode } from '../../shared/protocol/result.ts'
import { capture, type DeviceError, type GetUserMedia } from './devices.ts'

export type SourceStatus = 'off' | 'pending' | 'on' | 'error'
export type LocalSourceState = {
  status: SourceStatus
  error: DeviceError | null
  track: MediaStreamTrack | null
  /** Of a device that is open and silenced, so that it can be heard again at once. */
  silenced?: MediaStreamTrack
}
/** A device that was taken away while it was wanted, and the one that took its place. */
export type Unplugged = { lost: string; next: string }

export type LocalSourceOptions = {
  /** `pause` keeps the device open and is heard again at once; `close` gives it back, so that its light goes off. */
  whenOff: 'pause' | 'close'
  constraints: MediaStreamConstraints
  getUserMedia: GetUserMedia
  /** Produces on the given transport; rejects when that cannot be done. */
  produce(transport: types.Transport, track: MediaStreamTrack): Promise<types.Producer>
  tellPaused(producerId: string, paused: boolean): void
  tellClosed(producerId: string): void
  onUnplugged?(what: Unplugged): void
  onChange(): void
}

/** A device that goes again and again as soon as it is opened is given up after so many times. */
const REPLACEMENTS_MAX = 5

export interface LocalSource {
  state(): LocalSourceState
  producer(): types.Producer | null
  /** Resolves when the wish, or a later one, is carried out or has failed (see `state`). */
  set(on: boolean): Promise<void>
  /** Another device was chosen: what is open is opened anew, and the others see and hear no gap but the device's own. */
  renew(): Promise<void>
  /** While held, it is on and sends nothing: the computer does not manage it. */
  hold(held: boolean): void
  /** The transport to send on from now on; producers of the one before are gone with it. */
  attach(transport: types.Transport | null): void
  /** The server would not have this producer; `notAllowed`: from this person, now. */
  refused(producerId: string, code: ErrorCode): void
  stop(): void
}

export function createLocalSource(options: LocalSourceOptions): LocalSource {
  let wanted = false
  let error: DeviceError | null = null
  let track: MediaStreamTrack | null = null
  let transport: types.Transport | null = null
  let producer: types.Producer | null = null
  let running: Promise<void> | null = null
  let stopped = false
  let renewing = false
  /** The name of the device that was taken away, until another one is open in its place. */
  let lost: string | null = null
  /** Since the person's last wish. */
  let replacements = 0
  let held = false
  /** Grows with every new wish or circumstance. */
  let news = 0

  /** Wishes may change while a device opens: it is gone on until all that is wanted is there and nothing new has come. */
  async function pursue() {
    try {
      for (;;) {
        const seen = news
        const more = await step()
        if (!more && seen === news) return
      }
    } finally {
      // In the same turn as the last look: what comes after it finds nothing running, and looks itself.
      running = null
    }
  }

  async function step(): Promise<boolean> {
    if (!wanted) return turnOff()
    if (!track || renewing) return open()
    track.enabled = !held
    if (transport && !producer) return produce(transport, track)
    if (producer && producer.track !== track) return replaceTrack(producer, track)
    if (producer && producer.paused !== held) {
      if (held) producer.pause()
      else producer.resume()
      options.tellPaused(producer.id, held)
    }
    return false
  }

  function turnOff(): boolean {
    if (renewing) {
      renewing = false
      release()
    }
    if (options.whenOff === 'close') {
      closeProducer()
      release()
    } else if (track) {
      track.enabled = false
      if (producer && !producer.paused) {
        producer.pause()
        options.tellPaused(producer.id, true)
      }
    }
    return false
  }

  async function open(): Promise<boolean> {
    renewing = false
    const captured = await capture(options.getUserMedia, options.constraints)
    if (!captured.ok) {
      closeProducer()
      release()
      return fail(captured.error)
    }
    if (stopped) {
      captured.track.stop()
      return false
    }
    release()
    track = captured.track
    track.addEventListener('ended', () => captured.track === track && takenAway(captured.track))
    if (lost !== null) options.onUnplugged?.({ lost, next: track.label })
    lost = null
    return true
  }

  /**
   * The device was unplugged; `stop()` of our own does not come here. What its person wants stays as it is: any other device of the kind
   * takes its place, and the producer goes on with it. One that was silenced is looked for when it is to be heard again.
   */
  function takenAway(gone: MediaStreamTrack) {
    track = null
    if (!wanted) return options.onChange()
    lost = gone.label
    if (replacements++ < REPLACEMENTS_MAX) return void run()
    closeProducer()
    fail('notFound')
    options.onChange()
  }

  async function produce(onto: types.Transport, captured: MediaStreamTrack): Promise<boolean> {
    let made: types.Producer
    try {
      made = await options.produce(onto, captured)
    } catch {
      // A transport that was closed meanwhile is no failure: the next one is on its way.
      if (onto.closed && transport === onto) transport = null
      return transport === onto && captured === track ? fail('failed') : true
    }
    if (transport !== onto) {
      made.close()
      return true
    }
    producer = made
    if (!track) closeProducer()
    return true
  }

  async function replaceTrack(current: types.Producer, captured: MediaStreamTrack): Promise<boolean> {
    try {
      await current.replaceTrack({ track: captured })
      return true
    } catch {
      // It went with its transport; the next one sends the new track from the start.
      return current !== producer || fail('failed')
    }
  }

  function fail(reason: DeviceError): boolean {
    wanted = false
    error = reason
    return true
  }

  function closeProducer() {
    if (!producer) return
    if (!producer.closed) options.tellClosed(producer.id)
    producer.close()
    producer = null
  }

  function release() {
    track?.stop()
    track = null
  }

  function run(): Promise<void> {
    news++
    running ??= pursue().finally(() => options.onChange())
    options.onChange()
    return running
  }

  return {
    state() {
      if (error) return { status: 'error', error, track: null }
      if (!wanted) return { status: 'off', error: null, track: null, ...(track ? { silenced: track } : {}) }
      return { status: track ? 'on' : 'pending', error: null, track }
    },
    producer: () => producer,
    set(on) {
      stopped = false
      wanted = on
      error = null
      lost = null
      replacements = 0
      return run()
    },
    renew() {
      renewing = track !== null
      return run()
    },
    hold(next) {
      if (next === held) return
      held = next
      if (wanted) void run()
    },
    attach(next) {
      transport = next
      producer = null
      if (wanted) void run()
    },
    refused(producerId, code) {
      if (producer?.id !== producerId) return
      producer.close()
      producer = null
      if (code === 'notAllowed') wanted = false
      else fail('failed')
      void run()
    },
    stop() {
      stopped = true
      lost = null
      wanted = false
      held = false
      error = null
      transport = null
      producer = null
      release()
    },
  }
}
