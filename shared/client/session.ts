// One signed-in device: link, mirror and tokens put together. Electron's main process and the browser host both run exactly this.
import type { AnswerOutcome, GuestRoom, HostState, MediaEvent, TalkEvent } from '../host.ts'
import type { CommandInput, CommandName, CommandOutput, ServerEvent } from '../protocol/contract.ts'
import type { InvitationAcceptInput } from '../protocol/invitations.ts'
import { failure, success, type ProtocolError, type Result } from '../protocol/result.ts'
import type { SignInOutput, Tokens } from '../protocol/session.ts'
import type { Call, Device, Room, User } from '../protocol/things.ts'
import type { Random, Timers } from '../time.ts'
import { createAccountClient, type HttpAsk } from './account.ts'
import { createLink, type LinkOptions, type LinkStatus } from './link.ts'
import { applyCalls, applyEvent, applySync, emptyMirror, forgetMissed, type MirrorState } from './mirror.ts'
import { withRooms } from './scheduled.ts'
import { createSeating, isSeating, type AnswerInput } from './seating.ts'
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
export type Session = ReturnType<typeof createSession>

export function createSession(options: SessionOptions) {
  const { timers, store, device } = options
  const account = createAccountClient(options.http)
  const listeners = new Set<(state: SessionState) => void>()
  const shown = new Set<string>()
  let stored = store.load()
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
      if (isSeating(name)) link.wakeUp()
      else updateMirror(withAnswer(value as object))
    },
    onSignedOut: (error) => forget(error),
  })

  const {
    forget: forgetOffer,
    answer: accept,
    ...seating
  } = createSeating({
    link,
    timers,
    mirror: () => state.mirror,
    update,
    updateMirror,
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
    forgetOffer()
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
    ...seating,
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

    async answer(input: AnswerInput): Promise<Result<AnswerOutcome>> {
      const tried = testRing.answer(input.callId)
      if (tried) return success({ outcome: 'ended', call: tried, code: 'conflict', message: 'This was a test.' })
      update({ answering: input.callId })
      try {
        return await accept(input, (ask) => handleRing(input.callId, ask))
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
