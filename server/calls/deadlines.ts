// Everything that happens by itself after a while, read from stored rows: so a restart forgets nothing. One timer, for the earliest.
import { CALLER_GONE_MS, RECEIPT_WAIT_MS, SEAT_KEEP_MS } from '../../shared/call/limits.ts'
import type { Timers } from '../../shared/time.ts'
import { settleGuests } from '../people/guests.ts'
import { AUDIT_DAYS_DEFAULT, shortenAudit } from '../people/auditLog.ts'
import { endPoliciesInTime } from '../people/policies.ts'
import { endRoom } from '../rooms/endRoom.ts'
import { endWaitsOfAbsentees } from '../rooms/lobby.ts'
import { settleRequests } from '../rooms/requestNews.ts'
import { settleSchedules } from '../rooms/schedule.ts'
import { loseSeat } from '../rooms/seats.ts'
import { takeSilencedReceipts } from '../storage/blockRows.ts'
import { findCall, ringsExpiredAt, ringsWithoutReceiptSince } from '../storage/callRows.ts'
import { emptyRoomsAt, nextDueTimes, seatsDroppedSince } from '../storage/dueRows.ts'
import { forgetOldOutcomes } from '../storage/outcomeRows.ts'
import type { Store, Work } from '../storage/store.ts'
import { forgetDenials } from '../storage/waitingRows.ts'
import { settleRingGroups } from './ringGroups.ts'
import type { RingTools } from './reach.ts'
import { applyToRing, endRingsOfDesertedRoom } from './ringing.ts'
import { endDirectRoomWithoutRing, settleRing } from './settling.ts'

export interface Deadlines {
  /** Something is due at this time (ms since the epoch). */
  noteDue(at: number): void
  /** Does what is due now, and sets the timer for what comes next. Resolves when it is done. */
  sweep(): Promise<void>
  stop(): void
}

export type DeadlinesOptions = {
  timers: Timers
  store: () => Store
  /** For rings that start by themselves. */
  ringTools: RingTools
  /** How long the audit log is kept. */
  auditDays?: number | undefined
  onError: (error: unknown) => void
}

/** How long to wait before trying again after a sweep failed (the disk is full, say). */
const RETRY_MS = 1_000

export function createDeadlines(options: DeadlinesOptions): Deadlines {
  const { timers, store, ringTools, auditDays = AUDIT_DAYS_DEFAULT, onError } = options
  let next = Infinity
  let callOff = () => {}
  let stopped = false

  function noteDue(at: number) {
    if (stopped || at >= next) return
    next = at
    callOff()
    callOff = timers.after(Math.max(0, at - timers.now()), () => void sweep())
  }

  async function sweep() {
    callOff()
    next = Infinity
    try {
      // On their own: all else that is looked at would make them later than a device's.
      await store().write((unit) => giveSilencedReceipts(unit, ringTools))
      const dueTimes = await store().write(async (unit) => {
        await settle(unit, ringTools)
        const shortenAt = await shortenAudit(unit, auditDays)
        return [...(await nextDueTimes(unit.db, unit.now)), ...(shortenAt === null ? [] : [shortenAt])]
      })
      for (const at of dueTimes) noteDue(at)
    } catch (error) {
      if (stopped) return
      onError(error)
      noteDue(timers.now() + RETRY_MS)
    }
  }

  return {
    noteDue,
    sweep,
    stop() {
      stopped = true
      callOff()
    },
  }
}

async function giveSilencedReceipts(unit: Work, { timing }: RingTools): Promise<void> {
  for (const { callId, at } of await takeSilencedReceipts(unit.db, unit.now)) {
    const call = await findCall(unit.db, callId)
    timing.noteLate(unit.now - at)
    // Come to late, say by a server that was down, it still counts from when a device would have shown the ring.
    const moment = call === null || unit.now < call.expiresAt ? unit.now : at
    if (call !== null) await settleRing({ ...unit, now: moment }, call, { type: 'receive' })
  }
}

/** All else that is due, in the order in which it would have happened had the timers been exact. */
async function settle(unit: Work, ringTools: RingTools): Promise<void> {
  const { db, now } = unit
  for (const call of await ringsExpiredAt(db, now)) await settleRing(unit, call, { type: 'expire' })
  for (const call of await ringsWithoutReceiptSince(db, now - RECEIPT_WAIT_MS)) {
    await applyToRing(unit, call, { type: 'giveUpOnReceipt' })
  }
  const dropped = await seatsDroppedSince(db, now - CALLER_GONE_MS)
  for (const roomId of new Set(dropped.map((seat) => seat.roomId))) {
    await endRingsOfDesertedRoom(unit, roomId)
    await endDirectRoomWithoutRing(unit, roomId)
  }
  for (const seat of dropped) {
    if (seat.droppedAt !== null && seat.droppedAt <= now - SEAT_KEEP_MS)
      await loseSeat(unit, seat, { seatLost: 'gone' })
  }
  await settleRingGroups(unit, ringTools)
  for (const room of await emptyRoomsAt(db, now)) await endRoom(unit, room)
  await settleGuests(unit)
  await settleRequests(unit)
  await endWaitsOfAbsentees(unit)
  await settleSchedules(unit, ringTools.limiter)
  await endPoliciesInTime(unit)
  await forgetOldOutcomes(db, now)
  await forgetDenials(db, now)
}
