// One signed-in device: link, mirror and tokens put together. Electron's main process and the browser host both run exactly this.
import type {
  AnswerOutcome,
  DirectOutcome,
  Entry,
  GuestRoom,
  HostState,
  JoinOutcome,
  MediaEvent,
  TalkEvent,
} from '../host.ts'
import type { CommandInput, CommandName, CommandOutput, ServerEvent } from '../protocol/contract.ts'
import type { InvitationAcceptInput } from '../protocol/invitations.ts'
import type { MediaOffer, OpaqueMedia } from '../protocol/media.ts'
import { failure, success, type Failure, type ProtocolError, type Result } from '../protocol/result.ts'
import type { SignInOutput, Tokens } from '../protocol/session.ts'
import type { Call, CallMedia, Device, Room, RoomSnapshot, User } from '../protocol/things.ts'
import type { Random, Timers } from '../time.ts'
import { createAccountClient, type HttpAsk } from './account.ts'
import { createLink, type LinkOptions, type LinkStatus } from './link.ts'
import { beginWaiting, stopWaiting } from './lobby.ts'
import {
  applyCalls,
  applyEvent,
  applySync,
  emptyMirror,
  enterRoom,
  forgetMissed,
  leaveRoom,
  withNews,
  type MirrorState,
} from './mirror.ts'
import { withRooms } from './scheduled.ts'
import { createTestRing, isTestRing } from './testRing.ts'
import type { Wire } from './wire.ts'

/** What a device keeps between runs: `lastSyncAt` is the server time up to which missed calls were looked at. Tokens are secrets: the store encrypts them or keeps them for the run only. */
export type Stored = {
  server: string
  user: User
  tokens: Tokens
  lastSyncAt?: number | undefined
  /** Of a guest: a session that is kept no longer than its tab. */
  guestRoom?: GuestRoom | undefined
}
export interface SessionStore {
  load(): Stored | null
  save(stored: Stored): void
  clear(): void
}

export type SessionOptions = {
  wire: Wire
  timers: Timers
  random: Random
  createId: () => string
  device: Device
  http: HttpAsk
  store: SessionStore
  onMediaEvent(event: MediaEvent): void
  onTalkEvent(event: TalkEvent): void
  onRefused?: LinkOptions['onRefused']
}

/** The part of the host's state that the session owns. */
export type SessionState = Omit<HostState, 'openid' | 'settings' | 'sharing' | 'desktop' | 'prefill'>
export type EnterInput = { microphone: boolean; camera: boolean; leaveOther?: boolean | undefined }

type AnswerInput = { callId: string; camera: boolean; leaveOther?: boolean | undefined }

const SEATING = ['room.create', 'room.join', 'room.leave', 'lobby.leave', 'call.direct', 'call.accept'] as const
type SeatingCommand = (typeof SEATING)[number]
/** What was known to be lost when a seat was asked for. */
type LostBefore = { lostBefore: MirrorState['seatLost'] }

export type Session = ReturnType<typeof createSession>

export function createSession(options: SessionOptions) {
  const { timers, store, device } = options
  const account = createAccountClient(options.http)
  const listeners = new Set<(state: SessionState) => void>()
  const shown = new Set<string>()
  let stored = store.load()
  let offer: MediaOffer | null = null
  let rtpCapabilities: OpaqueMedia | null = null
  let seating: Promise<void> | null = null
  let state: SessionState = {
    status: 'stopped',
    problem: null,
    server: stored?.server ?? null,
    user: stored?.user ?? null,
    guestRoom: stored?.guestRoom ?? null,
    mirror: emptyMirror,
    entry: null,
    answering: null,
    wish: null,
    refusals: {},
  }

  const testRing = createTestRing({
    timers,
    createId: options.createId,
    mirror: () => state.mirror,
    changed: () => update({ mirror: state.mirror }),
  })
  const update = (change: Partial<SessionState>) => {
    state = { ...state, ...change, mirror: testRing.over(change.mirror ?? state.mirror) }
    for (const listener of [...listeners]) listener(state)
  }
  const updateMirror = (mirror: MirrorState, more: Partial<SessionState> = {}) => {
    if (mirror === state.mirror && !Object.keys(more).length) return
    // A seat that has gone takes its entry along: nothing of an old room may start media later.
    const entry = mirror.seat === null || mirror.seat.room.id !== state.entry?.roomId ? null : state.entry
    update({ mirror, entry, ...fulfilled(mirror), ...more })
  }
  /** Let in, this device has what its person chose at the press of Join; a wait that ended otherwise takes that along. */
  const fulfilled = ({ seat, waiting }: MirrorState): Partial<SessionState> => {
    const { wish } = state
    if (wish === null || (seat === null && waiting?.roomId === wish.roomId)) return {}
    if (seat?.room.id !== wish.roomId) return { wish: null }
    return { wish: null, entry: { ...wish, how: 'admitted', enteredAt: timers.now() } }
  }

  const link = createLink({
    wire: options.wire,
    timers,
    random: options.random,
    createId: options.createId,
    device,
    credentials: {
      accessToken: () => stored?.tokens.accessToken ?? null,
      renew: async () => {
        if (!stored) return failure('unauthenticated', 'Please sign in.')
        const { refreshToken } = stored.tokens
        return keepTokens(await account.renew(stored.server, { refreshToken, deviceId: device.id }), refreshToken)
      },
    },
    lastSyncAt: () => stored?.lastSyncAt,
    ...(options.onRefused === undefined ? {} : { onRefused: options.onRefused }),
    onStatus: (status: LinkStatus) => update({ status }),
    onSync: (sync, sentAt, receivedAt) => {
      const mirror = applySync(state.mirror, sync, sentAt, receivedAt)
      // What was missed and not looked at is asked for again in the next run.
      const unseenFrom = Math.min(...mirror.missed.map((call) => call.endedAt ?? sync.serverNow))
      keep({ lastSyncAt: Math.min(sync.serverNow, Math.max(0, unseenFrom - 1)), user: sync.me })
      updateMirror(mirror, { user: sync.me })
    },
    onEvent: receive,
    onLate({ name }, value) {
      // Whoever asked was told that it had failed: nothing is entered for that gesture, but where this device is has to be known.
      if (SEATING.some((one) => one === name)) link.wakeUp()
      else updateMirror(withAnswer(value as object))
    },
    onSignedOut: (error) => forget(error),
  })

  /** What an answer tells of calls and rooms is news as events are. */
  const withAnswer = (value: object): MirrorState =>
    withRooms(applyCalls(state.mirror, callsIn(value), timers.now()), roomsIn(value))

  function keep(change: Partial<Stored>): void {
    if (!stored) return
    stored = { ...stored, ...change }
    store.save(stored)
  }

  /** `askedWith`: the refresh token that was sent. Somebody else may have signed in here since, or another renewal been faster. */
  function keepTokens(renewed: Result<{ tokens: Tokens }>, askedWith: string): Result<object> {
    if (!renewed.ok) return renewed
    const { tokens } = renewed.value
    const current = stored?.tokens.refreshToken
    if (current === askedWith || current === tokens.refreshToken) keep({ tokens })
    return renewed
  }

  function begin(next: Stored): void {
    link.stop()
    stored = next
    store.save(next)
    const { server, user, guestRoom = null } = next
    update({ server, user, guestRoom, problem: null, mirror: emptyMirror, entry: null, wish: null })
    link.start(server)
  }

  function forget(problem: ProtocolError | null): void {
    stored = null
    offer = null
    shown.clear()
    store.clear()
    update({ user: null, guestRoom: null, mirror: emptyMirror, entry: null, wish: null, refusals: {}, problem })
  }

  function receive(event: ServerEvent): void {
    if (event.name === 'session.ended') {
      link.stop()
      const { message, reason } = event.payload
      return forget(failure('unauthenticated', message, reason === undefined ? {} : { field: reason }).error)
    }
    if (event.name === 'session.tokenExpiring') return void renewInPlace()
    updateMirror(applyEvent(state.mirror, event, timers.now()))
    if (event.name.startsWith('media.')) options.onMediaEvent(event as MediaEvent)
    if (event.name === 'chat.message' || event.name === 'room.reaction') options.onTalkEvent(event)
  }

  async function renewInPlace(): Promise<void> {
    if (!stored) return
    // When this fails the next command meets `tokenExpired`, and the link renews the long way round.
    const { refreshToken } = stored.tokens
    keepTokens(await link.ask('session.renew', { refreshToken }), refreshToken)
  }

  async function ask<Name extends CommandName>(
    name: Name,
    input: CommandInput<Name>,
  ): Promise<Result<CommandOutput<Name>>> {
    const result = await link.ask(name, input)
    if (result.ok) updateMirror(withAnswer(result.value))
    return result
  }

  /**
   * A command that seats this device may have done so though it got no answer in time, or been undone before it was answered:
   * a new connection and its sync tell. Nobody else tells it of the seat it left for this one.
   */
  function unsure({ error }: Failure): Failure {
    if (error.code === 'unavailable' || error.code === 'notInRoom') link.wakeUp()
    return { ok: false, error }
  }

  /** Whatever surface was used, all of them tell why a ring could not be answered or declined. */
  async function handleRing<Answer extends Result<unknown>>(
    callId: string,
    handle: () => Promise<Answer>,
  ): Promise<Answer> {
    const { [callId]: _, ...others } = state.refusals
    update({ refusals: others })
    const result = await handle()
    if (!result.ok) update({ refusals: { ...state.refusals, [callId]: result.error } })
    return result
  }

  /**
   * What gives this device a seat, or gives one back, is asked for one after the other: commands and answers may overtake each
   * other, and whichever came last would decide which meeting is shown.
   */
  function inTurn<Answer>(ask: () => Promise<Answer>): Promise<Answer> {
    const mine = seating === null ? ask() : seating.then(ask)
    const over = mine.then(() => {
      if (seating === over) seating = null
    })
    seating = over
    return mine
  }

  const seat = <Name extends Exclude<SeatingCommand, 'room.leave' | 'lobby.leave'>>(
    name: Name,
    input: CommandInput<Name>,
  ): Promise<Result<CommandOutput<Name>> & LostBefore> =>
    inTurn(async () => {
      const lostBefore = state.mirror.seatLost
      return { ...(await link.ask(name, input)), lostBefore }
    })

  const giveBack = (roomId: string) => inTurn(() => link.ask('room.leave', { roomId }))

  /** `notInRoom` when the seat went before the answer that brings it came. */
  function entered(
    snapshot: RoomSnapshot,
    media: MediaOffer | null,
    entry: Pick<Entry, 'how' | 'microphone' | 'camera' | 'callId' | 'startedAt'>,
    { lostBefore }: LostBefore,
  ): Result<{ roomId: string }> {
    const roomId = snapshot.room.id
    const mirror = enterRoom(state.mirror, snapshot, lostBefore)
    if (mirror.seat?.room.id !== roomId) {
      updateMirror(mirror)
      return failure('notInRoom', 'You are not in this meeting any more.')
    }
    offer = media
    update({ mirror, wish: null, entry: { ...entry, roomId, enteredAt: timers.now() } })
    return success({ roomId })
  }

  async function answer({ callId, camera, leaveOther = false }: AnswerInput): Promise<Result<AnswerOutcome>> {
    const startedAt = timers.now()
    const result = await handleRing(callId, () => seat('call.accept', { callId, leaveOther, rtpCapabilities }))
    if (!result.ok) return unsure(result)
    updateMirror(applyCalls(state.mirror, [result.value.call], timers.now()))
    if (result.value.outcome === 'ended') return success(result.value)
    const { snapshot, media } = result.value
    const entry = { how: 'answered' as const, microphone: true, camera, callId, startedAt }
    const inside = entered(snapshot, media, entry, result)
    return inside.ok ? success({ outcome: 'joined', ...inside.value }) : inside
  }

  function left(roomId: string | undefined): void {
    if (roomId === undefined) return
    if (offer?.roomId === roomId) offer = null
    updateMirror(leaveRoom(state.mirror, roomId))
  }

  return {
    get state() {
      return state
    },
    subscribe(listener: (state: SessionState) => void) {
      listeners.add(listener)
      return () => void listeners.delete(listener)
    },
    /** Goes on with the stored session, if there is one. */
    resume() {
      if (stored) link.start(stored.server)
    },
    wakeUp: link.wakeUp,
    stop: link.stop,
    ask,
    checkServer: account.checkServer,

    async signIn(input: { server: string; login: string; password: string }): Promise<Result<User>> {
      const { server, ...credentials } = input
      const answer = await account.signIn(server, { ...credentials, device })
      if (!answer.ok) return answer
      begin({ server, ...answer.value })
      return success(answer.value.user)
    },

    /** Begins the session of whoever was signed in another way than by password. */
    signedIn: (server: string, output: SignInOutput) => begin({ server, ...output }),
    account,

    lookAsGuest: account.lookAsGuest,
    async arriveAsGuest(input: { server: string; code: string; name: string }): Promise<Result<GuestRoom>> {
      const { server, ...visit } = input
      const answer = await account.arriveAsGuest(server, { ...visit, device })
      if (!answer.ok) return answer
      const { room: guestRoom, ...signedIn } = answer.value
      begin({ server, ...signedIn, guestRoom })
      return success(guestRoom)
    },

    lookAtInvitation: ({ server, token }: { server: string; token: string }) =>
      account.lookAtInvitation(server, { token }),
    /** Makes the account, or sets its new password, and signs in; whoever was signed in here before is signed out. */
    async acceptInvitation({
      server,
      ...input
    }: Omit<InvitationAcceptInput, 'device'> & { server: string }): Promise<Result<User>> {
      const answer = await account.acceptInvitation(server, { ...input, device })
      if (!answer.ok) return answer
      const was = stored
      begin({ server, ...answer.value })
      // One's own earlier session on this device has ended with the new one.
      if (was && !(was.server === server && was.user.id === answer.value.user.id))
        void account.signOut(was.server, { refreshToken: was.tokens.refreshToken, deviceId: device.id })
      return success(answer.value.user)
    },

    async signOut(): Promise<void> {
      const was = stored
      link.stop()
      forget(null)
      if (was) await account.signOut(was.server, { refreshToken: was.tokens.refreshToken, deviceId: device.id })
    },

    async createRoom(input: EnterInput & { name: string }): Promise<Result<{ roomId: string }>> {
      const { microphone, camera, name, leaveOther = false } = input
      const startedAt = timers.now()
      const result = await seat('room.create', { name, leaveOther, rtpCapabilities })
      if (!result.ok) return unsure(result)
      return entered(
        result.value.snapshot,
        result.value.media,
        { how: 'created', microphone, camera, startedAt },
        result,
      )
    },

    async callDirectly(input: {
      calleeId: string
      media: CallMedia
      leaveOther?: boolean | undefined
    }): Promise<Result<DirectOutcome>> {
      const { calleeId, media, leaveOther = false } = input
      const startedAt = timers.now()
      const result = await seat('call.direct', { calleeId, media, leaveOther, rtpCapabilities })
      if (!result.ok) return unsure(result)
      updateMirror(applyCalls(state.mirror, [result.value.call], timers.now()))
      if (result.value.outcome === 'declined') return success(result.value)
      const entry = { how: 'created' as const, microphone: true, camera: media === 'video', startedAt }
      const inside = entered(result.value.snapshot, result.value.media, entry, result)
      return inside.ok ? success({ outcome: 'ringing', ...inside.value }) : inside
    },

    async joinRoom(
      input: EnterInput & { room: { id: string } | { code: string }; password?: string | undefined },
    ): Promise<Result<JoinOutcome>> {
      const { microphone, camera, room, password, leaveOther = false } = input
      const startedAt = timers.now()
      const result = await seat('room.join', { room, password, leaveOther, rtpCapabilities })
      if (!result.ok) return unsure(result)
      const { value } = result
      if (value.outcome === 'waiting') {
        const { roomId } = value.waiting
        left(state.mirror.seat?.room.id)
        update({ wish: { roomId, microphone, camera, startedAt } })
        updateMirror(withNews(beginWaiting(state.mirror, value.waiting)))
        return success({ outcome: 'waiting', roomId })
      }
      const inside = entered(value.snapshot, value.media, { how: 'joined', microphone, camera, startedAt }, result)
      return inside.ok ? success({ outcome: 'joined', ...inside.value }) : inside
    },

    async leaveLobby(roomId: string): Promise<Result<object>> {
      const stop = () => updateMirror(stopWaiting(state.mirror), { wish: null })
      stop()
      const result = await inTurn(() => link.ask('lobby.leave', { roomId }))
      // Not told in time: where this device is has to be known. Let in at that very moment, it has left all the same.
      if (!result.ok) link.wakeUp()
      else {
        stop()
        left(roomId)
      }
      return result
    },

    async leaveRoom(roomId: string): Promise<Result<object>> {
      left(roomId)
      let result = await giveBack(roomId)
      if (!result.ok && result.error.code === 'unavailable') {
        // Whoever has left means it, also when the server could not be told in time.
        link.wakeUp()
        result = await giveBack(roomId)
        if (!result.ok) unsure(result)
      }
      // A sync may have brought the seat back while the goodbye waited for a connection.
      if (result.ok) left(roomId)
      return result
    },

    async endRoom(roomId: string): Promise<Result<object>> {
      const result = await link.ask('room.end', { roomId })
      if (result.ok) left(roomId)
      return result
    },

    async answer(input: AnswerInput): Promise<Result<AnswerOutcome>> {
      const tried = testRing.answer(input.callId)
      if (tried) return success({ outcome: 'ended', call: tried, code: 'conflict', message: 'This was a test.' })
      update({ answering: input.callId })
      try {
        return await answer(input)
      } finally {
        // After the news of the answer: nothing that waits for it may see neither.
        if (state.answering === input.callId) update({ answering: null })
      }
    },

    async decline(input: { callId: string; reply?: string | undefined }): Promise<Result<{ call: Call }>> {
      const { callId, reply } = input
      const tried = testRing.decline(callId, reply)
      if (tried) return success({ call: tried })
      const rejection = { callId, reason: 'rejected' as const, ...(reply ? { response: reply } : {}) }
      return handleRing(callId, () => ask('call.reject', rejection))
    },

    ringMyself: testRing.begin,

    ringsShown(callIds: readonly string[]): void {
      const isReal = (id: string) => !isTestRing(state.mirror.calls[id])
      const fresh = callIds.filter((id) => !shown.has(id) && isReal(id))
      if (!fresh.length) return
      for (const id of fresh) shown.add(id)
      void link.ask('call.received', { callIds: fresh }).then((result) => {
        // Not told: the next time a surface shows them, it is tried again.
        if (!result.ok) for (const id of fresh) shown.delete(id)
      })
    },

    takeMediaOffer(roomId: string): MediaOffer | null {
      const taken = offer?.roomId === roomId ? offer : null
      if (taken) offer = null
      return taken
    },

    setMediaCapabilities(capabilities: OpaqueMedia): void {
      rtpCapabilities = capabilities
    },

    seenMissed(): void {
      updateMirror(forgetMissed(state.mirror))
      keep({ lastSyncAt: Math.max(stored?.lastSyncAt ?? 0, state.mirror.missedSeenAt) })
    },
  }
}

function callsIn(value: object): Call[] {
  if ('results' in value && Array.isArray(value.results))
    return value.results.flatMap((row: { call?: Call }) => row.call ?? [])
  if ('calls' in value && Array.isArray(value.calls)) return value.calls as Call[]
  return 'call' in value && value.call ? [value.call as Call] : []
}

function roomsIn(value: object): Room[] {
  if ('rooms' in value && Array.isArray(value.rooms))
    return value.rooms.map((row: Room | { room: Room }) => ('room' in row ? row.room : row))
  return 'room' in value && value.room ? [value.room as Room] : []
}
