// The meetings this device asks to be seated in, and gives back: one after the other, and sure of what became of each.
import type { AnswerOutcome, DirectOutcome, Entry, HostState, JoinOutcome } from '../host.ts'
import type { CommandInput, CommandOutput } from '../protocol/contract.ts'
import type { MediaOffer, OpaqueMedia } from '../protocol/media.ts'
import { failure, success, type Failure, type Result } from '../protocol/result.ts'
import type { CallMedia, RoomSnapshot } from '../protocol/things.ts'
import type { Timers } from '../time.ts'
import type { Link } from './link.ts'
import { beginWaiting, stopWaiting } from './lobby.ts'
import { applyCalls, enterRoom, leaveRoom, withNews, type MirrorState } from './mirror.ts'

const SEATING = ['room.create', 'room.join', 'room.leave', 'lobby.leave', 'call.direct', 'call.accept'] as const
type SeatingCommand = (typeof SEATING)[number]
/** What was known to be lost when a seat was asked for. */
type LostBefore = { lostBefore: MirrorState['seatLost'] }

/** Whether this command gives this device a seat, or gives one back. */
export const isSeating = (name: string): boolean => SEATING.some((one) => one === name)

export type EnterInput = { microphone: boolean; camera: boolean; leaveOther?: boolean | undefined }
export type AnswerInput = { callId: string; camera: boolean; leaveOther?: boolean | undefined }

/** The part of the host's state that a seat brings or ends. */
type Shown = Pick<HostState, 'mirror' | 'entry' | 'wish'>

export type SeatingOptions = {
  link: Pick<Link, 'ask' | 'wakeUp'>
  timers: Pick<Timers, 'now'>
  mirror(): MirrorState
  update(change: Partial<Shown>): void
  /** An entry goes with its seat. */
  updateMirror(mirror: MirrorState, more?: Partial<Shown>): void
}

export function createSeating({ link, timers, mirror, update, updateMirror }: SeatingOptions) {
  let offer: MediaOffer | null = null
  let rtpCapabilities: OpaqueMedia | null = null
  let seating: Promise<void> | null = null

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
      const lostBefore = mirror().seatLost
      return { ...(await link.ask(name, input)), lostBefore }
    })

  const giveBack = (roomId: string) => inTurn(() => link.ask('room.leave', { roomId }))

  /**
   * A command that seats this device may have done so though it got no answer in time, or been undone before it was answered:
   * a new connection and its sync tell. Nobody else tells it of the seat it left for this one.
   */
  function unsure({ error }: Failure): Failure {
    if (error.code === 'unavailable' || error.code === 'notInRoom') link.wakeUp()
    return { ok: false, error }
  }

  /** `notInRoom` when the seat went before the answer that brings it came. */
  function entered(
    snapshot: RoomSnapshot,
    media: MediaOffer | null,
    entry: Pick<Entry, 'how' | 'microphone' | 'camera' | 'callId' | 'startedAt'>,
    { lostBefore }: LostBefore,
  ): Result<{ roomId: string }> {
    const roomId = snapshot.room.id
    const next = enterRoom(mirror(), snapshot, lostBefore)
    if (next.seat?.room.id !== roomId) {
      updateMirror(next)
      return failure('notInRoom', 'You are not in this meeting any more.')
    }
    offer = media
    update({ mirror: next, wish: null, entry: { ...entry, roomId, enteredAt: timers.now() } })
    return success({ roomId })
  }

  function left(roomId: string | undefined): void {
    if (roomId === undefined) return
    if (offer?.roomId === roomId) offer = null
    updateMirror(leaveRoom(mirror(), roomId))
  }

  return {
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
      updateMirror(applyCalls(mirror(), [result.value.call], timers.now()))
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
        left(mirror().seat?.room.id)
        update({ wish: { roomId, microphone, camera, startedAt } })
        updateMirror(withNews(beginWaiting(mirror(), value.waiting)))
        return success({ outcome: 'waiting', roomId })
      }
      const inside = entered(value.snapshot, value.media, { how: 'joined', microphone, camera, startedAt }, result)
      return inside.ok ? success({ outcome: 'joined', ...inside.value }) : inside
    },

    /** `through`: tells every surface why it was refused, before anything else is done about it. */
    async answer(
      { callId, camera, leaveOther = false }: AnswerInput,
      through: <Answer extends Result<unknown>>(ask: () => Promise<Answer>) => Promise<Answer>,
    ): Promise<Result<AnswerOutcome>> {
      const startedAt = timers.now()
      const result = await through(() => seat('call.accept', { callId, leaveOther, rtpCapabilities }))
      if (!result.ok) return unsure(result)
      updateMirror(applyCalls(mirror(), [result.value.call], timers.now()))
      if (result.value.outcome === 'ended') return success(result.value)
      const { snapshot, media } = result.value
      const entry = { how: 'answered' as const, microphone: true, camera, callId, startedAt }
      const inside = entered(snapshot, media, entry, result)
      return inside.ok ? success({ outcome: 'joined', ...inside.value }) : inside
    },

    async leaveLobby(roomId: string): Promise<Result<object>> {
      const stop = () => updateMirror(stopWaiting(mirror()), { wish: null })
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

    takeMediaOffer(roomId: string): MediaOffer | null {
      const taken = offer?.roomId === roomId ? offer : null
      if (taken) offer = null
      return taken
    },

    setMediaCapabilities(capabilities: OpaqueMedia): void {
      rtpCapabilities = capabilities
    },

    /** Somebody else may be signed in next. */
    forget(): void {
      offer = null
    },
  }
}
