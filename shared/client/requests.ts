// The requests of the meeting this device is in: what it was told of them, and which of them concern its person now.
import type { MeetingRequest } from '../protocol/requests.ts'
import type { RoomSnapshot, User } from '../protocol/things.ts'

/** By id, open and over. */
export type Requests = Readonly<Record<string, MeetingRequest>>

/** Those that are over stay known as long as the seat, so that late news opens none of them again. */
export function requestsOfSync(known: Requests, told: readonly MeetingRequest[]): Requests {
  const over = Object.entries(known).filter(([, { status }]) => status !== 'open')
  return told.reduce(withNewer, Object.fromEntries(over))
}

const withNewer = (known: Requests, request: MeetingRequest): Requests =>
  (known[request.id]?.version ?? 0) >= request.version ? known : { ...known, [request.id]: request }

export function withRequest<State extends { requests: Requests }>(state: State, request: MeetingRequest): State {
  const requests = withNewer(state.requests, request)
  return requests === state.requests ? state : { ...state, requests }
}

export type OpenRequests = {
  /** What this person is asked, oldest first. */
  toAnswer: MeetingRequest[]
  /** What this person has asked, oldest first. */
  asked: MeetingRequest[]
}

type Known = { me: User | null; seat: RoomSnapshot | null; requests: Requests }

/** `at` on the server's clock, ms. */
export function openRequests({ me, seat, requests }: Known, at: number): OpenRequests {
  const role = seat?.participants.find(({ user }) => user.id === me?.id)?.role
  if (!me || !role) return { toAnswer: [], asked: [] }
  const open = Object.values(requests)
    .filter(({ status, expiresAt }) => status === 'open' && expiresAt > at)
    .sort((one, other) => one.createdAt - other.createdAt || (one.id < other.id ? -1 : 1))
  const asksMe = ({ kind, from, to }: MeetingRequest) =>
    kind === 'turnOn' ? to?.id === me.id : role !== 'member' && from.id !== me.id
  return { toAnswer: open.filter(asksMe), asked: open.filter(({ from }) => from.id === me.id) }
}
