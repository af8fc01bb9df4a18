// What holds for every ring, whatever happens to it and in whatever order.
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  createCall,
  isRinging,
  isTerminal,
  seenBy,
  step,
  type CallCommand,
  type CallCommandType,
  type CallEventName,
} from '../../shared/call/call.ts'
import type { Call, CallReason, CallStatus } from '../../shared/protocol/things.ts'
import { ann, ben, chloe, id } from '../support/things.ts'

const CREATED_AT = 1_000_000
const TIMEOUT_MS = 30_000

const payload = fc.option(fc.string({ maxLength: 20 }), { nil: undefined })
const deviceId = fc.constantFrom(id(11), id(12), id(13))
const byUserId = fc.constantFrom(ann.id, chloe.id)

/** One arbitrary for every command type: a new type does not compile until it is listed here. */
const byType: { [Type in CallCommandType]: fc.Arbitrary<Extract<CallCommand, { type: Type }>> } = {
  receive: fc.constant({ type: 'receive' }),
  giveUpOnReceipt: fc.constant({ type: 'giveUpOnReceipt' }),
  accept: fc.record({ type: fc.constant('accept'), deviceId, response: payload }),
  join: fc.record({ type: fc.constant('join'), deviceId }),
  reject: fc.record({
    type: fc.constant('reject'),
    deviceId,
    reason: fc.constantFrom('rejected', 'inOtherRoom', 'doNotDisturb'),
    response: payload,
  }),
  cancel: fc.record({ type: fc.constant('cancel'), byUserId }),
  callerGone: fc.constant({ type: 'callerGone' }),
  expire: fc.constant({ type: 'expire' }),
  revoke: fc.record({
    type: fc.constant('revoke'),
    reason: fc.constantFrom('byAdmin', 'roomEnded', 'permissionLost'),
    byUserId: fc.option(byUserId, { nil: undefined }),
  }),
}
const command: fc.Arbitrary<CallCommand> = fc.oneof(...Object.values(byType))
/** Commands with the time that passes before each; long enough in all to run past the deadline often. */
const history = fc.array(fc.tuple(fc.integer({ min: 0, max: 9_000 }), command), { maxLength: 20 })

/** calls.md, section 3: which reasons go with which ending. */
const REASONS: Record<Exclude<CallStatus, 'calling'>, readonly CallReason[]> = {
  accepted: ['answered', 'joined'],
  rejected: ['rejected', 'inOtherRoom', 'doNotDisturb'],
  cancelled: ['byCaller', 'callerGone'],
  revoked: ['byAdmin', 'roomEnded', 'permissionLost'],
  timeout: ['noAnswer', 'unreachable'],
}
const ENDING_EVENTS: readonly CallEventName[] = [
  'call.accepted',
  'call.rejected',
  'call.timeout',
  'call.cancelled',
  'call.revokedByAdmin',
]

const freshCall = (): Call =>
  createCall(
    { id: id(100), roomId: id(50), caller: ann, callee: ben, media: 'video', timeoutMs: TIMEOUT_MS },
    CREATED_AT,
  ).call

type Moment = { before: Call; command: CallCommand; now: number; after: Call; events: CallEventName[]; kind: string }

/** Runs a history; every step that stores something feeds the next. */
function run(steps: readonly (readonly [number, CallCommand])[]): Moment[] {
  let call = freshCall()
  let now = CREATED_AT
  return steps.map(([waitMs, next]) => {
    now += waitMs
    const outcome = step(call, next, now)
    const events = outcome.kind === 'unchanged' ? [] : outcome.effects.map((effect) => effect.event)
    const moment = { before: call, command: next, now, after: outcome.call, events, kind: outcome.kind }
    call = outcome.call
    return moment
  })
}

const always = (check: (moments: Moment[]) => void) =>
  fc.assert(
    fc.property(history, (steps) => check(run(steps))),
    { numRuns: 2_000 },
  )

describe('any history of a ring', () => {
  test('ends at most once, and is told as ended exactly once', () => {
    always((moments) => {
      const endings = moments.filter((moment) => !isTerminal(moment.before.status) && isTerminal(moment.after.status))
      expect(endings.length).toBeLessThanOrEqual(1)
      const told = moments.flatMap((moment) => moment.events).filter((event) => ENDING_EVENTS.includes(event))
      expect(told).toHaveLength(endings.length)
    })
  })

  test('never changes a call that has ended, and tells nobody', () => {
    always((moments) => {
      for (const { before, after, events, kind } of moments.filter((moment) => isTerminal(moment.before.status))) {
        expect(after).toBe(before)
        expect(events).toEqual([])
        expect(kind).toBe('ended')
      }
    })
  })

  test('grows the version by one on every change, and only then', () => {
    always((moments) => {
      for (const { before, after, events } of moments) {
        expect(after.version - before.version).toBe(after === before ? 0 : 1)
        expect(events.length > 0).toBe(after !== before)
      }
    })
  })

  test('lets nothing but the deadline win from the deadline on', () => {
    always((moments) => {
      for (const { before, after, now } of moments) {
        if (isTerminal(before.status) || now < before.expiresAt) continue
        expect(after.status).toBe('timeout')
        expect(after.endedAt).toBe(now)
      }
    })
  })

  test('does not run out before the deadline', () => {
    always((moments) => {
      for (const { after } of moments)
        if (after.status === 'timeout') expect(after.endedAt).toBeGreaterThanOrEqual(after.expiresAt)
    })
  })

  test('ends with a reason that belongs to the ending, and with who and when', () => {
    always((moments) => {
      for (const { after } of moments) {
        if (after.status === 'calling') {
          expect([after.reason, after.endedAt, after.endedBy, after.handledBy]).toEqual([
            undefined,
            undefined,
            undefined,
            undefined,
          ])
          continue
        }
        expect(REASONS[after.status]).toContain(after.reason)
        expect(after.endedAt).toBeGreaterThanOrEqual(after.createdAt)
        const byCallee = after.status === 'accepted' || after.status === 'rejected'
        expect(after.handledBy === undefined).toBe(!byCallee)
        if (byCallee) expect(after.endedBy).toBe(ben.id)
      }
    })
  })

  test('never forgets a receipt, and never touches what was agreed at the start', () => {
    always((moments) => {
      for (const { before, after } of moments) {
        if (before.delivery === 'received') expect(after.delivery).toBe('received')
        const { id: callId, roomId, caller, callee, media, createdAt, expiresAt } = freshCall()
        expect(after).toMatchObject({ id: callId, roomId, caller, callee, media, createdAt, expiresAt })
      }
    })
  })

  test('runs out as unreachable exactly when no device ever had it', () => {
    always((moments) => {
      const received = moments.some(
        ({ command: { type }, now, before }) =>
          type === 'receive' && !isTerminal(before.status) && now < before.expiresAt,
      )
      const last = moments.at(-1)?.after
      if (last?.status === 'timeout') expect(last.reason).toBe(received ? 'noAnswer' : 'unreachable')
    })
  })

  test('rings exactly while it is calling and before its deadline', () => {
    always((moments) => {
      for (const { after, now } of moments)
        expect(isRinging(after, now)).toBe(!isTerminal(after.status) && now < after.expiresAt)
    })
  })

  test('shows nobody but the callee that they were not to be disturbed', () => {
    always((moments) => {
      for (const { after } of moments) {
        expect(JSON.stringify(seenBy(after, ann.id))).not.toContain('doNotDisturb')
        expect(seenBy(after, ben.id)).toBe(after)
      }
    })
  })
})
