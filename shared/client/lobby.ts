// The part of the mirror about the lobby: who waits for the room this device is in, and the room this device itself waits for.
// Versions of the room's own counter order everything, so that what ended a wait may come before the answer that began it.
import type { EventPayload, ServerEvent } from '../protocol/contract.ts'
import type { Denial, Lobby, Waiting } from '../protocol/lobby.ts'
import type { Sync } from '../protocol/session.ts'
import type { RoomSnapshot } from '../protocol/things.ts'

export type WaitEnd = EventPayload<'lobby.ended'> & { roomName: string }

export type LobbyState = {
  /** As told to owner and admins of the seat's room. */
  lobby: Lobby | null
  waiting: Waiting | null
  /** How the last wait ended without a seat and not by this person's doing; null once another has begun. */
  waitEnd: WaitEnd | null
  /** The newest word on how a wait of this device ended: it may have overtaken the answer that began it. */
  lastWord: Extract<ServerEvent, { name: 'lobby.admitted' | 'lobby.ended' }> | null
}

export const emptyLobby: LobbyState = { lobby: null, waiting: null, waitEnd: null, lastWord: null }

export type LobbyNews<State> =
  | { kind: 'state'; state: State }
  /** A seat: whoever holds the mirror enters this room. */
  | { kind: 'admitted'; state: State; snapshot: RoomSnapshot }

/** An answer said that this device waits. */
export function beginWaiting<State extends LobbyState>(state: State, waiting: Waiting): LobbyNews<State> {
  const known = state.waiting
  if (known?.roomId === waiting.roomId && known.version > waiting.version) return { kind: 'state', state }
  const begun = { ...state, waiting, waitEnd: null }
  return state.lastWord ? endOfWait(begun, state.lastWord) : { kind: 'state', state: begun }
}

/** This person waits no longer: they have left, or are inside. */
export const stopWaiting = <State extends LobbyState>(state: State): State =>
  state.waiting === null && state.waitEnd === null ? state : { ...state, waiting: null, waitEnd: null }

export function withLobbyEvent<State extends LobbyState>(state: State, event: ServerEvent): LobbyNews<State> | null {
  switch (event.name) {
    case 'lobby.waiting': {
      const { waiting } = event.payload
      const newer = state.waiting?.roomId === waiting.roomId && waiting.version > state.waiting.version
      return { kind: 'state', state: newer ? { ...state, waiting } : state }
    }
    case 'lobby.admitted':
    case 'lobby.ended':
      return endOfWait({ ...state, lastWord: event }, event)
    default:
      return null
  }
}

type LastWord = NonNullable<LobbyState['lastWord']>
const roomOf = ({ name, payload }: LastWord): string =>
  name === 'lobby.admitted' ? payload.snapshot.room.id : payload.roomId

/** Only the wait that it is about: a wait begun afterwards has a greater version. */
function endOfWait<State extends LobbyState>(state: State, word: LastWord): LobbyNews<State> {
  const { waiting } = state
  if (waiting === null || waiting.roomId !== roomOf(word) || waiting.version >= word.payload.version)
    return { kind: 'state', state }
  const over = { ...state, waiting: null }
  if (word.name === 'lobby.admitted') return { kind: 'admitted', state: over, snapshot: word.payload.snapshot }
  return { kind: 'state', state: { ...over, waitEnd: { ...word.payload, roomName: waiting.roomName } } }
}

/** The list with what an event of the seat's room brings. */
export const withLobby = <State extends LobbyState>(state: State, lobby: Lobby): State =>
  state.lobby?.roomId === lobby.roomId && state.lobby.version >= lobby.version ? state : { ...state, lobby }

/** A sync replaces what the device had. Whoever waited before, and neither waits nor sits there now, is told why as far as it is known. */
export function syncLobby(
  state: LobbyState,
  sync: Pick<Sync, 'waiting' | 'lobby' | 'denied' | 'seat' | 'elsewhere'>,
): LobbyState {
  const { waiting: before } = state
  const ended = before !== null && sync.waiting === null && sync.seat === null
  return {
    lobby: sync.lobby,
    waiting: sync.waiting,
    waitEnd: (sync.waiting ?? sync.seat) ? null : ended ? endedMeanwhile(before, sync) : state.waitEnd,
    lastWord: state.lastWord,
  }
}

function endedMeanwhile(
  { roomId, roomName, version }: Waiting,
  { denied, elsewhere }: { denied: readonly Denial[]; elsewhere: Sync['elsewhere'] },
): WaitEnd {
  const denial = denied.find((one) => one.roomId === roomId)
  if (denial) return { roomId, roomName, reason: 'denied', denial, version }
  return { roomId, roomName, reason: elsewhere ? 'elsewhere' : 'gone', version }
}
