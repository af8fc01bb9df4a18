// Rings at a steady pace, whether the server keeps up or not: who comes late waits in nobody's loop.
import type { Member } from './crowd.ts'
import type { Memory } from '../support/serverProcess.ts'
import { median, percentile, rounded } from './figures.ts'

/** One in five rings the others. */
const CALLERS_SHARE = 0.2
/** A ring nobody has heard of by then is lost. */
const LOST_AFTER_MS = 10_000
const DECLINES_AFTER_MS = 300
/** A process that starts to work takes its memory first. */
const WARM_SHARE = 0.2

export type LoadFigures = {
  ringsPerSecond: number
  rings: number
  /** Rings of which the callee, or endings of which the caller, was told nothing. */
  lost: number
  refused: number
  p50: number
  p99: number
  max: number
  /** What the server holds on to at the end, against that after the first fifth: resident, and of its heap. */
  memoryGrowthRatio: number
  heapGrowthRatio: number
}

export type LoadOptions = {
  crowd: readonly Member[]
  /** Of the server, without garbage. */
  memory(): Promise<Memory>
  ringsPerSecond: number
  minutes: number
  say(line: string): void
}

type Ringing = { invitedAt: number; heard: boolean; ended: boolean }

export async function ringAllTheTime({
  crowd,
  memory,
  ringsPerSecond,
  minutes,
  say,
}: LoadOptions): Promise<LoadFigures> {
  const callers = crowd.slice(0, Math.ceil(crowd.length * CALLERS_SHARE))
  const callees = crowd.slice(callers.length)
  const rooms = new Map<Member, string>()
  for (const caller of callers) {
    const { snapshot } = await caller.ask('room.create', { name: 'Load', rtpCapabilities: null, leaveOther: true })
    rooms.set(caller, snapshot.room.id)
  }
  const ringing = new Map<Member, Ringing>()
  const endingOf = new Map<string, Ringing>()
  const times: number[] = []
  let [lost, refused, rings] = [0, 0, 0]

  for (const callee of callees) {
    callee.onEvent = (event) => {
      if (event.name !== 'call.received') return
      const mine = ringing.get(callee)
      if (mine === undefined || mine.heard) return
      mine.heard = true
      times.push(performance.now() - mine.invitedAt)
      const { id: callId } = event.payload.ring.call
      endingOf.set(callId, mine)
      void callee.ask('call.received', { callIds: [callId] }).catch(() => refused++)
      setTimeout(() => {
        callee.ask('call.reject', { callId, reason: 'rejected' }).then(
          () => ringing.delete(callee),
          () => refused++,
        )
      }, DECLINES_AFTER_MS)
    }
  }
  for (const caller of callers) {
    caller.onEvent = (event) => {
      if (event.name !== 'call.rejected') return
      const mine = endingOf.get(event.payload.call.id)
      if (mine) mine.ended = true
      endingOf.delete(event.payload.call.id)
    }
  }

  function ringOne(number: number) {
    const caller = callers[number % callers.length]!
    const free = (offset: number) => callees[(number * 7 + offset) % callees.length]!
    let callee = free(0)
    for (let offset = 1; ringing.has(callee) && offset < callees.length; offset++) callee = free(offset)
    const mine: Ringing = { invitedAt: performance.now(), heard: false, ended: false }
    ringing.set(callee, mine)
    rings++
    setTimeout(() => {
      if (!mine.heard || !mine.ended) lost++
    }, LOST_AFTER_MS)
    const input = { roomId: rooms.get(caller)!, calleeIds: [callee.userId], media: 'audio' as const }
    caller.ask('call.invite', input).then(
      ({ results }) => results[0]?.outcome === 'success' || refused++,
      () => refused++,
    )
  }

  let early: Promise<Memory> | null = null
  const startedAt = performance.now()
  const total = Math.round(ringsPerSecond * minutes * 60)
  while (rings < total) {
    const due = Math.min(total, Math.floor(((performance.now() - startedAt) / 1000) * ringsPerSecond))
    while (rings < due) ringOne(rings)
    if (rings >= total * WARM_SHARE) early ??= memory()
    await new Promise((resolve) => setTimeout(resolve, 1000 / ringsPerSecond / 2))
  }
  await new Promise((resolve) => setTimeout(resolve, LOST_AFTER_MS + 1_000))
  const [warm, late] = [await (early ?? memory()), await memory()]
  const figures = {
    ringsPerSecond,
    rings,
    lost,
    refused,
    p50: rounded(median(times)),
    p99: rounded(percentile(times, 0.99)),
    max: rounded(Math.max(...times)),
    memoryGrowthRatio: ratio(late.resident, warm.resident),
    heapGrowthRatio: ratio(late.heapUsed, warm.heapUsed),
  }
  say(
    `${rings} rings, ${ringsPerSecond}/s: told after ${figures.p50} ms, 99 % within ${figures.p99} ms; ${lost} lost, ${refused} refused`,
  )
  return figures
}

const ratio = (late: number, early: number): number => Math.round((late / early) * 1000) / 1000
