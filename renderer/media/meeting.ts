// This device's media in one room: what the person wants (microphone, camera, screen), what the others send, and keeping both
// going when the network or the server fails. Knows no screens and no sockets: state goes out by `onChange`, commands by `ask`.
import type { types } from 'mediasoup-client'
import type { MediaOffer, OpaqueMedia, Weakness } from '../../shared/protocol/media.ts'
import type { PictureCodec } from '../../shared/settings.ts'
import type { Timers } from '../../shared/time.ts'
import { createAdapting } from './adapting.ts'
import type { AskMedia, MediaEvent } from './ask.ts'
import { CAMERA_CONSTRAINTS, MICROPHONE_CONSTRAINTS, type GetUserMedia } from './devices.ts'
import { createLocalSource, type LocalSource, type LocalSourceState, type Unplugged } from './localSource.ts'
import type { KnownTrack, MediaReports } from './rates.ts'
import type { RemoteTracks } from './receiver.ts'
import { codecOf, producerOptions } from './sendingOptions.ts'
import { createSession, type Session, type Weak } from './session.ts'
import { createSharing, type GetDisplayMedia, type SharingState } from './sharing.ts'
import type { StrainLevel } from './strain.ts'
import { inboundStats, outboundStats, type MediaStats } from './stats.ts'
import type { Timeline } from './timeline.ts'
import type { Views } from './views.ts'
import { within } from './within.ts'

export type MeetingMediaState = {
  roomId: string | null
  /** `failed`: the server will not have this seat any more; only joining again helps. */
  connection: 'idle' | 'connecting' | 'connected' | 'reconnecting' | 'failed'
  microphone: LocalSourceState
  camera: LocalSourceState
  sharing: SharingState
  /** By user id and source. `paused`: the other side has muted it. */
  remote: RemoteTracks
  /** Of rings, by room: what shows and sounds once they are answered. */
  prepared: Readonly<Record<string, RemoteTracks>>
  /** User ids, loudest first. */
  speakers: readonly string[]
  /** By user id, one's own too: whose connection is not good. */
  weak: Weak
  /** One's own pictures get away as they should, or not. */
  upstream: Weakness | null
  /** The codec that was chosen and that this device cannot send; the usual one is sent. */
  codecMissing: PictureCodec | null
  /** What this computer leaves out because it does not manage more. */
  strain: StrainLevel
  /** Pictures not received for that, as `nameOf` names them. */
  withheld: ReadonlySet<string>
}

export type MeetingMediaOptions = {
  ask: AskMedia
  /** A fresh object on every change; its tracks are the live ones. */
  onChange(state: MeetingMediaState): void
  marks: Timeline
  /** A picture is to be expected on this track once the call is answered. */
  onPrepared?(track: MediaStreamTrack): void
  /** A device that was on was taken away, and another one goes on in its place. */
  onUnplugged?(source: 'microphone' | 'camera', what: Unplugged): void
  /** For the log: what went wrong without the person having to know. */
  onError?(error: unknown): void
  getUserMedia?: GetUserMedia
  getDisplayMedia?: GetDisplayMedia
  camera?: MediaTrackConstraints
  /** Asked whenever the camera begins to be sent. */
  pictureCodec?: () => PictureCodec
  createId?: () => string
  timers?: Pick<Timers, 'after'>
}

export interface MeetingMedia {
  state(): MeetingMediaState
  /** Loads the device before any call, with what `media.routerCapabilities` answered; answers what to send along when joining. */
  preload(routerRtpCapabilities: OpaqueMedia): Promise<OpaqueMedia>
  /** What this device can receive, once it is loaded. */
  rtpCapabilities(): OpaqueMedia | null
  /** Takes the offer of `call.warmUp`: opens what is needed to receive, and neither captures nor sends anything. */
  warmUp(offer: MediaOffer): Promise<void>
  /** The ring ended otherwise. */
  coolDown(roomId: string): void
  /** With an offer that is warm, what `warmUp` opened becomes the meeting's. */
  start(offer: MediaOffer): Promise<void>
  /** For when there is no offer: the SFU was unavailable on joining, or the page was reloaded. Goes on asking until it is served. */
  open(roomId: string): Promise<void>
  /** Call upon a person's gesture alone; resolves when it is done or has failed, `state().microphone` tells. May come before `start`. */
  setMicrophone(on: boolean): Promise<void>
  setCamera(on: boolean): Promise<void>
  /** Upon a person's gesture alone: lets them choose a screen or a window. `state().sharing` tells what became of it. */
  startSharing(): Promise<void>
  stopSharing(): void
  /** Another microphone or camera was chosen (`getUserMedia` is asked again); opens nothing that is not open. */
  renew(source: 'microphone' | 'camera'): Promise<void>
  applyEvent(event: MediaEvent): void
  /** Where pictures are shown, and how large. */
  readonly views: Views
  /** Upon a press: what was left out for want of strength comes again. */
  turnPicturesOn(): void
  /** The server is there again after a while: some of what was told may be lost, either way. */
  serverBack(): void
  /** The machine woke up or its network changed. */
  networkChanged(): void
  stats(): Promise<MediaStats>
  /** For rates, see rates.ts; null while no media is open. */
  reports(): Promise<MediaReports | null>
  /** Leaves: transports are closed, devices given back. */
  stop(): void
}

const REOPEN_MIN_MS = 100
const REOPEN_MAX_MS = 2_000
/** So long one's own picture waits for the first of the others'. */
const PICTURE_WAIT_MAX_MS = 500
/** Events of a room may overtake the answer that opens it. */
const EARLY_EVENTS_MAX = 500

const wallTimers: Pick<Timers, 'after'> = {
  after(ms, action) {
    const timer = setTimeout(action, ms)
    return () => clearTimeout(timer)
  },
}

export function createMeetingMedia(options: MeetingMediaOptions): MeetingMedia {
  const { ask, marks: timeline, timers = wallTimers, createId = () => crypto.randomUUID() } = options
  const getUserMedia = options.getUserMedia ?? ((constraints) => navigator.mediaDevices.getUserMedia(constraints))
  let device: types.Device | null = null
  let loading: Promise<types.Device> | null = null
  let roomId: string | null = null
  let session: Session | null = null
  /** By room: opened for rings that nobody has answered yet. */
  const warm = new Map<string, Session>()
  let failed = false
  /** What `connection` is while there is no session. */
  let waiting: 'idle' | 'connecting' | 'reconnecting' = 'idle'
  let speakers: readonly string[] = []
  let weak: Weak = {}
  let codecMissing: PictureCodec | null = null
  let early: MediaEvent[] = []
  /** Whatever was begun before the last `start`, `open`, reopening or `stop` must not go on. */
  let opening = 0

  const sources = {
    microphone: localSource('microphone', 'pause', { audio: MICROPHONE_CONSTRAINTS }),
    camera: localSource('camera', 'close', { video: options.camera ?? CAMERA_CONSTRAINTS }),
  }

  const sharing = createSharing({
    getDisplayMedia: options.getDisplayMedia ?? ((wish) => navigator.mediaDevices.getDisplayMedia(wish)),
    produce: async (transport, source, track) => transport.produce(producerOptions(source, track, await loaded())),
    tellClosed,
    onChange: changed,
  })

  const adapting = createAdapting({
    timers,
    now: () => performance.now(),
    session: () => session,
    camera: sources.camera,
    setViews: (shownIn, turn, views) => ask('media.setViews', { roomId: shownIn, turn, views }),
    onChange: changed,
  })

  function tellClosed(producerId: string) {
    if (roomId) void ask('media.closeProducer', { roomId, producerId })
  }

  function localSource(
    source: 'microphone' | 'camera',
    whenOff: 'pause' | 'close',
    constraints: MediaStreamConstraints,
  ): LocalSource {
    return createLocalSource({
      whenOff,
      constraints,
      getUserMedia,
      async produce(transport, track) {
        const ready = await loaded()
        const wanted = options.pictureCodec?.() ?? 'automatic'
        if (source === 'camera') codecMissing = codecOf(ready, wanted) ? null : wanted
        return transport.produce(producerOptions(source, track, ready, wanted))
      },
      tellPaused: (producerId, paused) =>
        void (roomId && ask('media.setProducerPaused', { roomId, producerId, paused })),
      tellClosed,
      onUnplugged: (what) => options.onUnplugged?.(source, what),
      onChange: changed,
    })
  }

  function state(): MeetingMediaState {
    return {
      roomId,
      connection: failed ? 'failed' : (session?.connection() ?? waiting),
      microphone: sources.microphone.state(),
      camera: sources.camera.state(),
      sharing: sharing.state(),
      remote: session?.receiver.tracks() ?? {},
      prepared: Object.fromEntries([...warm].map(([ringing, { receiver }]) => [ringing, receiver.tracks()])),
      speakers,
      weak,
      codecMissing,
      upstream: adapting.upstream(),
      strain: adapting.level(),
      withheld: adapting.views.withheld(),
    }
  }

  function changed() {
    options.onChange(state())
  }

  async function load(routerRtpCapabilities: OpaqueMedia): Promise<types.Device> {
    // mediasoup-client is larger than all the rest; who only looks at the screens needs none of it.
    const { createDevice } = await import('./handler.ts')
    const fresh = await createDevice()
    await fresh.load({ routerRtpCapabilities: routerRtpCapabilities as unknown as types.RtpCapabilities })
    device = fresh
    return fresh
  }

  function loaded(routerRtpCapabilities?: OpaqueMedia): Promise<types.Device> {
    if (!loading && !routerRtpCapabilities) throw new Error('the media device is not loaded')
    loading ??= load(routerRtpCapabilities as OpaqueMedia).catch((error: unknown) => {
      loading = null
      throw error
    })
    return loading
  }

  const rtpCapabilities = () => (device ? (device.recvRtpCapabilities as unknown as OpaqueMedia) : null)

  /** Ends what there was; returns whether a later opening has overtaken this one. */
  function begin(nextRoomId: string | null): () => boolean {
    const mine = ++opening
    const again = waiting === 'reconnecting' && nextRoomId === roomId
    waiting = nextRoomId === null ? 'idle' : again ? 'reconnecting' : 'connecting'
    if (nextRoomId !== roomId) {
      early = early.filter(({ payload }) => payload.roomId === nextRoomId)
      // Shown to these people, and not to the next.
      sharing.leave()
    }
    roomId = nextRoomId
    failed = false
    speakers = []
    weak = {}
    for (const source of Object.values(sources)) source.attach(null)
    sharing.attach(null)
    session?.close()
    session = null
    changed()
    return () => mine !== opening
  }

  async function start(offer: MediaOffer) {
    const overtaken = begin(offer.roomId)
    const ready = await loaded(offer.routerRtpCapabilities)
    if (!overtaken()) use(ready, offer)
  }

  /** Media for a ring that nobody has answered yet: it sends nothing, and what it receives is held back by the server. */
  async function warmUp(offer: MediaOffer) {
    coolDown(offer.roomId)
    if (!device) return
    const fresh = openSession(device, offer, true)
    warm.set(offer.roomId, fresh)
    applyEarly(fresh)
  }

  function coolDown(ringingRoomId: string) {
    warm.get(ringingRoomId)?.close()
    warm.delete(ringingRoomId)
  }

  function use(ready: types.Device, offer: MediaOffer) {
    timeline.mark('joined', { roomId: offer.roomId })
    const prepared = warm.get(offer.roomId)
    const isPrepared = offer.warm === true && prepared?.receiveId === offer.receive.id
    if (isPrepared) warm.delete(offer.roomId)
    else coolDown(offer.roomId)
    const current = isPrepared ? prepared : openSession(ready, offer, false)
    session = current
    waiting = 'reconnecting'
    adapting.restart()
    void sendOn(current, offer)
    if (isPrepared) {
      timeline.mark('warm', { roomId: offer.roomId })
      current.answered(offer)
    }
    applyEarly(current)
    changed()
  }

  /** The voice at once; encoding a picture takes so much that the others' first picture would come later for it. */
  async function sendOn(current: Session, { consumers }: MediaOffer) {
    const send = await current.send
    if (session !== current) return
    sources.microphone.attach(send)
    sharing.attach(send)
    if (consumers.some(({ source, producerPaused }) => source === 'camera' && !producerPaused)) {
      await within(timers, PICTURE_WAIT_MAX_MS, (shown) => timeline.whenMarked('firstVideo', current.roomId, shown))
    }
    if (session === current) sources.camera.attach(send)
  }

  function applyEarly(current: Session) {
    const missed = early.filter(({ payload }) => payload.roomId === current.roomId)
    early = early.filter(({ payload }) => payload.roomId !== current.roomId)
    for (const event of missed) if (event.name !== 'media.reset') current.apply(event)
  }

  function openSession(ready: types.Device, offer: MediaOffer, isWarm: boolean): Session {
    const current = createSession({
      device: ready,
      offer,
      warm: isWarm,
      ask,
      createId,
      timers,
      timeline,
      onProducerRefused: (producerId, code) =>
        [...Object.values(sources), sharing].forEach((source) => source.refused(producerId, code)),
      onLost() {
        if (session === current) void open(offer.roomId)
        else if (warm.get(offer.roomId) === current) coolDown(offer.roomId)
      },
      onSpeakers(userIds) {
        speakers = userIds
        adapting.views.setSpeakers(userIds)
        changed()
      },
      onWeak(told) {
        weak = told
        changed()
      },
      onChange() {
        adapting.views.news()
        changed()
      },
      onPrepared: (track) => options.onPrepared?.(track),
      onError: (error) => options.onError?.(error),
    })
    return current
  }

  async function open(nextRoomId: string) {
    const overtaken = begin(nextRoomId)
    for (let wait = REOPEN_MIN_MS; !overtaken(); wait = Math.min(REOPEN_MAX_MS, wait * 2)) {
      const answer = await ask('media.open', { roomId: nextRoomId, rtpCapabilities: rtpCapabilities() })
      if (overtaken()) return
      if (answer.ok) {
        const ready = await loaded(answer.value.routerRtpCapabilities)
        return overtaken() ? undefined : use(ready, answer.value)
      }
      // `conflict`: media was opened twice at once, and the other one is not ours.
      if (!answer.error.retryable && answer.error.code !== 'conflict') {
        failed = true
        return changed()
      }
      await new Promise<void>((resolve) => timers.after(wait, resolve))
    }
  }

  function ownTracks(): KnownTrack[] {
    const own = (['microphone', 'camera'] as const).map((source) => ({ source, producer: sources[source].producer() }))
    return [...own, ...sharing.producers()].flatMap(({ source, producer }) =>
      producer?.track ? [{ trackId: producer.track.id, userId: null, source }] : [],
    )
  }

  return {
    state,
    async preload(routerRtpCapabilities) {
      return (await loaded(routerRtpCapabilities)).recvRtpCapabilities as unknown as OpaqueMedia
    },
    rtpCapabilities,
    warmUp,
    coolDown,
    start,
    open,
    setMicrophone: (on) => sources.microphone.set(on),
    setCamera(on) {
      // Whoever turns it on wants it to be seen.
      if (on && adapting.level() === 'none') adapting.turnPicturesOn()
      return sources.camera.set(on)
    },
    serverBack: () => adapting.views.restart(),
    startSharing: () => sharing.start(),
    stopSharing: () => sharing.stop(),
    renew: (source) => sources[source].renew(),
    applyEvent(event) {
      const { roomId: itsRoom } = event.payload
      const receiving = session?.roomId === itsRoom ? session : warm.get(itsRoom)
      if (receiving) receiving.apply(event)
      else if (early.push(event) > EARLY_EVENTS_MAX) early.shift()
    },
    views: adapting.views,
    turnPicturesOn: adapting.turnPicturesOn,
    networkChanged: () => session?.restartIce(),
    async stats() {
      const inbound =
        session?.receiver.received().map(({ userId, source, consumer }) => inboundStats(userId, source, consumer)) ?? []
      const outbound = (['microphone', 'camera'] as const).flatMap((source) => {
        const producer = sources[source].producer()
        return producer ? [outboundStats(source, producer)] : []
      })
      for (const { source, producer } of sharing.producers()) outbound.push(outboundStats(source, producer))
      return { inbound: await Promise.all(inbound), outbound: await Promise.all(outbound) }
    },
    async reports() {
      if (!session) return null
      const theirs = session.receiver.received().map(({ userId, source, consumer }): KnownTrack => {
        return { trackId: consumer.track.id, userId, source }
      })
      return { ...(await session.reports()), tracks: [...ownTracks(), ...theirs] }
    },
    stop() {
      for (const source of Object.values(sources)) source.stop()
      sharing.leave()
      begin(null)
      adapting.stop()
    },
  }
}
