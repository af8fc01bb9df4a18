// When each step of a call happened on this device. The benchmarks, the demo and the app read the same marks.
export const TIMELINE_STEPS = [
  'invited',
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

export interface Timeline {
  /**
   * Records a step of a room, once: later calls change nothing. `at` in ms since the epoch with fractions, default now.
   * Also a `performance.mark` named `parley:<step>`, its detail `{roomId, userId}`.
   */
  mark(step: TimelineStep, detail: MarkDetail): void
  has(step: TimelineStep, roomId: string): boolean
  /** In the order of time. */
  marks(roomId: string): TimelineMark[]
  /** A new call into the same room begins a new timeline: what was marked before `since` (ms since the epoch) goes. */
  forget(roomId: string, since: number): void
}

/** This page's clock in ms since the epoch, finer and steadier than the wall clock. */
export const absoluteNow = () => performance.timeOrigin + performance.now()

export function createTimeline(onMark: (mark: TimelineMark) => void = () => {}): Timeline {
  const rooms = new Map<string, Map<TimelineStep, TimelineMark>>()
  return {
    mark(step, { roomId, userId, at = absoluteNow() }) {
      const steps = rooms.get(roomId) ?? new Map<TimelineStep, TimelineMark>()
      if (steps.has(step)) return
      const mark: TimelineMark = { step, roomId, at, ...(userId === undefined ? {} : { userId }) }
      rooms.set(roomId, steps.set(step, mark))
      // A mark cannot lie before the page: what happened earlier (in another process) keeps its true time in `at` alone.
      const startTime = Math.max(0, at - performance.timeOrigin)
      performance.mark(`parley:${step}`, { startTime, detail: { roomId, userId, at } })
      onMark(mark)
    },
    has: (step, roomId) => rooms.get(roomId)?.has(step) ?? false,
    marks: (roomId) => [...(rooms.get(roomId)?.values() ?? [])].toSorted((a, b) => a.at - b.at),
    forget(roomId, since) {
      const steps = rooms.get(roomId)
      for (const { step, at } of steps?.values() ?? []) if (at < since) steps?.delete(step)
    },
  }
}

/** From the press of Answer, in ms: until this person was in, and until the first picture was on screen. */
export type AnswerTimes = { joinedMs: number; pictureMs: number | null }

/** Null when these marks are not those of an answered call. */
export function answerTimes(marks: readonly TimelineMark[]): AnswerTimes | null {
  const at = (step: TimelineStep) => marks.find((mark) => mark.step === step)?.at
  const [answered, joined, picture] = [at('answered'), at('joined'), at('firstVideo')]
  if (answered === undefined || joined === undefined) return null
  const since = (time: number) => Math.max(0, time - answered)
  return { joinedMs: since(joined), pictureMs: picture === undefined ? null : since(picture) }
}

/** Steps of rings rather than rooms: one `performance.mark` per call, its detail `{callId}`. `at` on `performance.now()`'s clock. */
export function markCalls(step: 'invited' | 'shown' | 'answered', callIds: readonly string[], at = performance.now()) {
  for (const callId of callIds) performance.mark(`parley:${step}`, { startTime: at, detail: { callId } })
}

export const markInvited = (callIds: readonly string[], pressedAt: number) => markCalls('invited', callIds, pressedAt)

/** Marks `firstVideo` when the element has really put a picture of this person on screen. Returns what ends the watch. */
export function watchFirstFrame(
  timeline: Timeline,
  video: HTMLVideoElement,
  detail: { roomId: string; userId: string },
): () => void {
  if (timeline.has('firstVideo', detail.roomId)) return () => {}
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
    if (ended || timeline.has('firstAudio', detail.roomId)) return
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
