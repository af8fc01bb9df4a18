// Every pair of status and command, as a table: what a ring does before its deadline, after it, and once it has ended.
import { describe, expect, test } from 'vitest'
import {
  createCall,
  step,
  type Audience,
  type CallCommand,
  type CallCommandType,
  type StepOutcome,
} from '../../../shared/call/call.ts'
import { RECEIPT_WAIT_MS, utf8Bytes } from '../../../shared/call/limits.ts'
import type { Call, CallStatus } from '../../../shared/protocol/things.ts'
import { aCall, ann, ben, chloe, id } from '../../support/things.ts'

const DEVICE = id(21)
const BEFORE = 10_000
const DEADLINE = aCall().expiresAt

const COMMANDS: { [Type in CallCommandType]: Extract<CallCommand, { type: Type }> } = {
  receive: { type: 'receive' },
  giveUpOnReceipt: { type: 'giveUpOnReceipt' },
  accept: { type: 'accept', deviceId: DEVICE, response: 'coming' },
  join: { type: 'join', deviceId: DEVICE },
  reject: { type: 'reject', deviceId: DEVICE, reason: 'rejected', response: 'later' },
  cancel: { type: 'cancel', byUserId: ann.id },
  callerGone: { type: 'callerGone' },
  expire: { type: 'expire' },
  revoke: { type: 'revoke', reason: 'byAdmin', byUserId: chloe.id },
}
const TYPES = Object.keys(COMMANDS) as CallCommandType[]

type Expected = { kind: StepOutcome['kind']; fields: Partial<Call>; told: string[] }
const changed = (fields: Partial<Call>, ...told: string[]): Expected => ({
  kind: 'changed',
  fields: { ...fields, version: 2 },
  told,
})
const everybody = 'participants callerDevices'

/** A ring that no device has acknowledged yet, well before its deadline. */
const WHILE_CALLING: Record<CallCommandType, Expected> = {
  receive: changed({ status: 'calling', delivery: 'received', receivedAt: BEFORE }, `call.updated to ${everybody}`),
  giveUpOnReceipt: changed({ status: 'calling', delivery: 'notYetReceived' }, `call.updated to ${everybody}`),
  accept: changed(
    { status: 'accepted', reason: 'answered', response: 'coming', endedBy: ben.id, handledBy: DEVICE, endedAt: BEFORE },
    `call.accepted to ${everybody}`,
    'call.handledByOtherDevice to calleeOtherDevices',
  ),
  join: changed(
    { status: 'accepted', reason: 'joined', endedBy: ben.id, handledBy: DEVICE, endedAt: BEFORE },
    `call.accepted to ${everybody}`,
    'call.handledByOtherDevice to calleeOtherDevices',
  ),
  reject: changed(
    { status: 'rejected', reason: 'rejected', response: 'later', endedBy: ben.id, handledBy: DEVICE, endedAt: BEFORE },
    `call.rejected to ${everybody} handlingDevice`,
    'call.handledByOtherDevice to calleeOtherDevices',
  ),
  cancel: changed(
    { status: 'cancelled', reason: 'byCaller', endedBy: ann.id, endedAt: BEFORE },
    `call.cancelled to calleeDevices ${everybody}`,
  ),
  callerGone: changed(
    { status: 'cancelled', reason: 'callerGone', endedAt: BEFORE },
    `call.cancelled to calleeDevices ${everybody}`,
  ),
  expire: { kind: 'unchanged', fields: { status: 'calling', version: 1 }, told: [] },
  revoke: changed(
    { status: 'revoked', reason: 'byAdmin', endedBy: chloe.id, endedAt: BEFORE },
    'call.revokedByAdmin to calleeDevices callerDevices participants',
  ),
}

const toldBy = (outcome: StepOutcome): string[] =>
  outcome.kind === 'unchanged'
    ? []
    : outcome.effects.map(({ event, audiences }) => `${event} to ${audiences.join(' ')}`)

describe('while a ring is calling', () => {
  test.each(TYPES)('%s', (type) => {
    const outcome = step(aCall(), COMMANDS[type], BEFORE)
    const { kind, fields, told } = WHILE_CALLING[type]
    expect(outcome.kind).toBe(kind)
    expect(outcome.call).toEqual({ ...aCall(), ...fields })
    expect(toldBy(outcome)).toEqual(told)
  })

  test('at the deadline whatever comes finds the ring run out', () => {
    for (const type of TYPES) {
      const outcome = step(aCall(), COMMANDS[type], DEADLINE)
      expect(outcome.kind).toBe(type === 'expire' ? 'changed' : 'ended')
      expect(outcome.call).toEqual({
        ...aCall(),
        status: 'timeout',
        reason: 'unreachable',
        endedAt: DEADLINE,
        version: 2,
      })
      expect(toldBy(outcome)).toEqual(['call.timeout to participants callerDevices calleeDevices'])
    }
  })

  test('one millisecond before the deadline an answer still counts', () => {
    expect(step(aCall(), COMMANDS.accept, DEADLINE - 1).call.status).toBe('accepted')
  })

  test('a receipt counts once, and giving up comes too late after it', () => {
    const received = aCall({ delivery: 'received', receivedAt: 2_000 })
    expect(step(received, COMMANDS.receive, BEFORE)).toEqual({ kind: 'unchanged', call: received })
    expect(step(received, COMMANDS.giveUpOnReceipt, BEFORE)).toEqual({ kind: 'unchanged', call: received })
    const missing = aCall({ delivery: 'notYetReceived' })
    expect(step(missing, COMMANDS.giveUpOnReceipt, BEFORE)).toEqual({ kind: 'unchanged', call: missing })
    expect(step(missing, COMMANDS.receive, BEFORE).call.delivery).toBe('received')
  })

  test('the other devices are told which device it was', () => {
    for (const type of ['accept', 'join', 'reject'] as const) {
      const outcome = step(aCall(), COMMANDS[type], BEFORE)
      if (outcome.kind !== 'changed') throw new Error(`${type} changed nothing`)
      expect(outcome.effects.map((effect) => effect.deviceId)).toEqual([DEVICE, DEVICE])
    }
  })
})

describe('once a ring has ended', () => {
  const endings: Exclude<CallStatus, 'calling'>[] = ['accepted', 'rejected', 'cancelled', 'timeout', 'revoked']
  test.each(endings.flatMap((status) => TYPES.map((type) => [status, type] as const)))(
    '%s stays what it is on %s',
    (status, type) => {
      const call = aCall({ status, endedAt: 5_000, version: 4 })
      for (const now of [BEFORE, DEADLINE + 1]) {
        expect(step(call, COMMANDS[type], now)).toEqual({ kind: 'ended', call, effects: [] })
      }
    },
  )
})

describe('a new ring', () => {
  test('starts at version 1 with its deadline, rings the callee and is told to those inside', () => {
    const { call, effects } = createCall(
      { id: id(100), roomId: id(50), caller: ann, callee: ben, media: 'audio', extension: 'hello', timeoutMs: 5_000 },
      1_000,
    )
    expect(call).toEqual(aCall({ media: 'audio', extension: 'hello', expiresAt: 6_000 }))
    const audiences: readonly Audience[][] = effects.map((effect) => [...effect.audiences])
    expect(effects.map((effect) => effect.event)).toEqual(['call.received', 'call.updated'])
    expect(audiences).toEqual([['calleeDevices'], ['participants', 'callerDevices']])
    expect(RECEIPT_WAIT_MS).toBeLessThanOrEqual(5_000)
  })
})

test('payloads are measured in bytes of UTF-8', () => {
  for (const text of ['', 'abc', 'Kovač', '王小明', '😀', 'a\u0301'])
    expect(utf8Bytes(text)).toBe(new TextEncoder().encode(text).length)
})
