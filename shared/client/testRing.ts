// A ring of one's own, to see and hear what a ring is like here: it is laid over the mirror, so that every surface shows it like any
// other, and it ends like any other. No server hears of it, and answering it opens nothing.
import { failure, success, type Result } from '../protocol/result.ts'
import type { Call, Ring } from '../protocol/things.ts'
import type { Timers } from '../time.ts'
import { serverNow, type MirrorState } from './mirror.ts'

export const TEST_RING_MS = 20_000

/** What stands where a ring names the meeting, and what goes with it. */
export type TestRingWords = { title: string; message: string }

/** A server lets nobody call themselves, so that this tells a test ring from every other. */
export const isTestRing = (call: Pick<Call, 'caller' | 'callee'> | undefined): boolean =>
  call !== undefined && call.caller.id === call.callee.id

type Ending = Pick<Call, 'status' | 'reason' | 'response'>

const ENDINGS = {
  answered: { status: 'accepted', reason: 'answered' },
  declined: { status: 'rejected', reason: 'rejected' },
  rungOut: { status: 'timeout', reason: 'noAnswer' },
  /** Something real came instead. */
  withdrawn: { status: 'cancelled', reason: 'byCaller' },
} as const satisfies Record<string, Ending>

/** The state with this ring in it; the very state when it is there already. Pure. */
export function withTestRing(state: MirrorState, ring: Ring): MirrorState {
  const { call } = ring
  if (state.calls[call.id] === call) return state
  return { ...state, calls: { ...state.calls, [call.id]: call }, rings: { ...state.rings, [call.id]: ring } }
}

/** Somebody really rings here, or this device has a seat: no time to practise. Pure. */
export const isTaken = (state: MirrorState): boolean =>
  state.seat !== null || Object.values(state.calls).some((call) => isRealRing(state, call))

const isRealRing = ({ me }: MirrorState, call: Call) =>
  call.status === 'calling' && call.callee.id === me?.id && !isTestRing(call)

export function createTestRing(options: {
  timers: Timers
  createId(): string
  mirror(): MirrorState
  /** Looks at `over` anew. */
  changed(): void
}) {
  const { timers, createId } = options
  let ring: Ring | null = null
  let callOff = () => {}

  /** Ended by this device, so that no surface has anything more to say of it. */
  function ended({ call, ...rest }: Ring, ending: Ending, { deviceId, clockOffsetMs }: MirrorState): Ring {
    callOff()
    const endedAt = timers.now() + clockOffsetMs
    const handledBy = deviceId ?? undefined
    return { ...rest, call: { ...call, ...ending, handledBy, endedAt, version: call.version + 1 } }
  }

  function end(ending: Ending): Call | null {
    if (!ring) return null
    const over = ended(ring, ending, options.mirror())
    ring = over
    options.changed()
    return over.call
  }

  return {
    /** Rings now, for `TEST_RING_MS`. `conflict` while this device has something real to do. */
    begin({ title, message }: TestRingWords): Result<{ callId: string }> {
      const mirror = options.mirror()
      const { me } = mirror
      if (!me || isTaken(mirror)) return failure('conflict', 'A call is going on here already. Try it afterwards.')
      end(ENDINGS.withdrawn)
      const now = serverNow(mirror, timers.now())
      const call: Call = {
        id: createId(),
        roomId: createId(),
        caller: me,
        callee: me,
        media: 'video',
        status: 'calling',
        delivery: 'received',
        extension: message,
        createdAt: now,
        expiresAt: now + TEST_RING_MS,
        version: 1,
      }
      ring = { call, roomName: title, roomKind: 'meeting', inside: [], insideCount: 0 }
      callOff = timers.after(TEST_RING_MS, () => end(ENDINGS.rungOut))
      options.changed()
      return success({ callId: call.id })
    },

    /** The call as it ended; null when this is no test ring, or it is over. */
    answer: (callId: string) => (ring?.call.id === callId ? end(ENDINGS.answered) : null),
    decline: (callId: string, response?: string) =>
      ring?.call.id === callId ? end({ ...ENDINGS.declined, ...(response ? { response } : {}) }) : null,

    /** What is shown for what is known: the ring on top while it lasts, and its ending once. Ends it when something real comes. */
    over(mirror: MirrorState): MirrorState {
      if (!ring) return mirror
      // Signed out, or somebody else is in.
      if (mirror.me?.id !== ring.call.callee.id) {
        callOff()
        ring = null
        return mirror
      }
      if (ring.call.status === 'calling' && isTaken(mirror)) ring = ended(ring, ENDINGS.withdrawn, mirror)
      const shown = withTestRing(mirror, ring)
      if (ring.call.status !== 'calling') ring = null
      return shown
    },
  }
}
