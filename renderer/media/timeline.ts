// When each step of a call happened on this device. The benchmarks, the demo and the app read the same marks.
export const TIMELINE_STEPS = [
  'invited',
  /** A device of the callee rings; at the caller. */
  'delivered',
  'shown',
  /** Media was ready to flow before the answer. */
  'warm',
  'answered',
  'joined',
  'iceConnected',
  'firstAudio',
  'firstVideo',
] as const
export type TimelineStep = (typeof TIMELINE_STEPS)[number]
export type TimelineMark = { step: TimelineStep; roomId: string; userId?: string; at: number }
export type MarkDetail = { roomId: string; userId?: string; at?: number }

type Person = { roomId: string; userId: string }
export type FirstStep = 'firstAudio' | 'firstVideo'

export interface Timeline {
  /**
   * Records a step of a room, once: later calls change nothing. `at` in ms since the epoch with fractions, default now.
   * Also a `performance.mark` named `parley:<step>`, its detail `{roomId, userId}`.
   */
  mark(step: TimelineStep, detail: MarkDetail): void
  /** Whether somebody still waits for it: it is the room's first, or this person's, who was rung and has answered. */
  wants(step: FirstStep, person: Person): boolean
  /** This person has answered a ring: `tell` hears once each when they are first heard and first seen. `at` as in a mark. */
  expect(person: Person, tell: (step: FirstStep, at: number) => void): void
  /** Calls back once: when this step of the room is marked, at once if it has been. Returns what ends the wait. */
  whenMarked(step: TimelineStep, roomId: string, tell: () => void): () => void
  /** In the order of time. */
  marks(roomId: string): TimelineMark[]
  /** A new call into the same room begins a new timeline: what was marked before `since` (ms since the epoch) goes. */
  forget(roomId: string, since: number): void
}

/** This page's clock in ms since the epoch, finer and steadier than the wall clock. */
export const absoluteNow = () => performance.timeOrigin + performance.now()

export function createTimeline(onMark: (mark: TimelineMark) => void = () => {}): Timeline {
  const rooms = new Map<string, Map<TimelineStep, TimelineMark>>()
  /** By room and user: what is still to come of whom. */
  const expected = new Map<string, { missing: Set<TimelineStep>; tell: (step: FirstStep, at: number) => void }>()
  const waiting = new Set<{ step: TimelineStep; roomId: string; tell: () => void }>()
  const nameOf = ({ roomId, userId }: Person) => `${roomId} ${userId}`
  const has = (step: TimelineStep, roomId: string) => rooms.get(roomId)?.has(step) ?? false
  return {
    mark(step, { roomId, userId, at = absoluteNow() }) {
      const wanted = userId === undefined ? undefined : expected.get(nameOf({ roomId, userId }))
      if (wanted?.missing.delete(step)) wanted.tell(step as FirstStep, at)
      const steps = rooms.get(roomId) ?? new Map<TimelineStep, TimelineMark>()
      if (steps.has(step)) return
      const mark: TimelineMark = { step, roomId, at, ...(userId === undefined ? {} : { userId }) }
      rooms.set(roomId, steps.set(step, mark))
      // A mark cannot lie before the page: what happened earlier (in another process) keeps its true time in `at` alone.
      const startTime = Math.max(0, at - performance.timeOrigin)
      performance.mark(`parley:${step}`, { startTime, detail: { roomId, userId, at } })
      onMark(mark)
      for (const one of [...waiting]) {
        if (one.step !== step || one.roomId !== roomId) continue
        waiting.delete(one)
        one.tell()
      }
    },
    wants: (step, person) => !has(step, person.roomId) || expected.get(nameOf(person))?.missing.has(step) === true,
    expect: (person, tell) =>
      void expected.set(nameOf(person), { missing: new Set(['firstAudio', 'firstVideo']), tell }),
    whenMarked(step, roomId, tell) {
      if (has(step, roomId)) {
        tell()
        return () => {}
      }
      const one = { step, roomId, tell }
      waiting.add(one)
      return () => void waiting.delete(one)
    },
    marks: (roomId) => [...(rooms.get(roomId)?.values() ?? [])].toSorted((a, b) => a.at - b.at),
    forget(roomId, since) {
      const steps = rooms.get(roomId)
      for (const { step, at } of steps?.values() ?? []) if (at < since) steps?.delete(step)
      for (const name of [...expected.keys()]) if (name.startsWith(`${roomId} `)) expected.delete(name)
    },
  }
}

/** From the press of Answer, in ms: until this person was in, media was connected, and the others were first heard and seen. */
export type AnswerTimes = {
  joinedMs: number
  connectedMs: number | null
  soundMs: number | null
  pictureMs: number | null
}

/** Null when these marks are not those of an answered call. */
export function answerTimes(marks: readonly TimelineMark[]): AnswerTimes | null {
  const at = (step: TimelineStep) => marks.find((mark) => mark.step === step)?.at
  const [answered, joined] = [at('answered'), at('joined')]
  if (answered === undefined || joined === undefined) return null
  const since = (time: number | undefined) => (time === undefined ? null : Math.max(0, time - answered))
  return {
    joinedMs: Math.max(0, joined - answered),
    connectedMs: since(at('iceConnected')),
    soundMs: since(at('firstAudio')),
    pictureMs: since(at('firstVideo')),
  }
}

/** Steps of rings rather than rooms: one `performance.mark` per call, its detail `{callId}`. `at` on `performance.now()`'s clock. */
export function markCalls(
  step: 'invited' | 'delivered' | 'shown' | 'answered',
  callIds: readonly string[],
  at = performance.now(),
) {
  for (const callId of callIds) performance.mark(`parley:${step}`, { startTime: at, detail: { callId } })
}

export const markInvited = (callIds: readonly string[], pressedAt: number) => markCalls('invited', callIds, pressedAt)

/** Marks `firstVideo` when the element has really put a picture of this person on screen. Returns what ends the watch. */
export function watchFirstFrame(
  timeline: Timeline,
  video: HTMLVideoElement,
  detail: { roomId: string; userId: string },
): () => void {
  const handle = video.requestVideoFrameCallback((_, frame) =>
    timeline.mark('firstVideo', { ...detail, at: performance.timeOrigin + frame.presentationTime }),
  )
  return () => video.cancelVideoFrameCallback(handle)
}

/** An audio packet holds this much sound. */
const PACKET_MS = 20
const AUDIO_POLL_MS = 20
/** Nobody may be speaking: then it is looked less often. */
const AUDIO_POLL_IDLE_MS = 200
const AUDIO_POLL_FAST_MAX = 250

/** Marks `firstAudio` when the first packet of this receiver has come in, by its own statistics. Returns what ends the watch. */
export function watchFirstAudio(
  timeline: Timeline,
  receiver: RTCRtpReceiver,
  detail: { roomId: string; userId: string },
): () => void {
  let ended = false
  let polls = 0
  async function poll() {
    if (ended || !timeline.wants('firstAudio', detail)) return
    const stats = await receiver.getStats().catch(() => null)
    if (ended || !stats) return
    for (const report of stats.values()) {
      const { packetsReceived = 0, lastPacketReceivedTimestamp } = report as RTCInboundRtpStreamStats
      if (report.type !== 'inbound-rtp' || packetsReceived === 0 || !lastPacketReceivedTimestamp) continue
      const at = lastPacketReceivedTimestamp - (packetsReceived - 1) * PACKET_MS
      return timeline.mark('firstAudio', { ...detail, at })
    }
    setTimeout(() => void poll(), polls++ < AUDIO_POLL_FAST_MAX ? AUDIO_POLL_MS : AUDIO_POLL_IDLE_MS)
  }
  void poll()
  return () => (ended = true)
}
