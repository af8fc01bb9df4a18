// Deliberate bugs, put in at the seams of the real code: a simulation that does not notice them proves nothing.
import type { DatabaseSync } from 'node:sqlite'
import type { Effect } from '../../server/effects.ts'
import type { Work } from '../../server/storage/store.ts'
import type { MirrorState } from '../../shared/client/mirror.ts'
import type { Wire } from '../../shared/client/wire.ts'
import type { CommandMessage } from '../../shared/protocol/contract.ts'
import type { Result } from '../../shared/protocol/result.ts'
import type { Call } from '../../shared/protocol/things.ts'

type Client = { state: () => MirrorState; now: () => number }
type Answer = Result<Record<string, unknown>>

export type Mutant = {
  name: string
  /** Changes how a transaction begins. */
  unit?(unit: Work): Promise<Work>
  /** Changes what a transaction leaves to be done. */
  effects?(effects: Effect[]): void
  effectsBeforeCommit?: boolean
  /** Changes rows behind the back of the command. */
  beforeCommit?(unit: Work): Promise<void>
  noBootSweep?: boolean
  database?(look: DatabaseSync): void
  /** Changes a command as it arrives. */
  command?(message: CommandMessage, createId: () => string): CommandMessage
  /** Changes an answer as it leaves. */
  answer?(message: CommandMessage, answer: Answer): Answer
  wire?(real: Wire, client: Client): Wire
}

/** Changes every event that carries a call on its way into a device. */
const hearing =
  (change: (call: Call, client: Client) => Call) =>
  (real: Wire, client: Client): Wire => ({
    ...real,
    open: (server, handshake, handlers) =>
      real.open(server, handshake, {
        ...handlers,
        event(raw) {
          const message = raw as { name: string; payload: { call?: Call } }
          const { call } = message.payload
          handlers.event(call ? { ...message, payload: { ...message.payload, call: change(call, client) } } : raw)
        },
      }),
  })

/** Changes the answer of every sync on its way into a device. */
const syncing =
  (change: (value: Record<string, unknown>, client: Client) => object) =>
  (real: Wire, client: Client): Wire => ({
    ...real,
    send: (message, onAnswer) =>
      real.send(message, (raw) => {
        const answer = raw as Answer
        const isSync = message.name === 'session.sync' && answer.ok
        onAnswer(isSync ? { ...answer, value: change(answer.value, client) } : raw)
      }),
  })

function acceptIgnoresDeadline(): Mutant {
  let callId: string | null = null
  return {
    name: 'acceptIgnoresDeadline',
    command(message) {
      callId = message.name === 'call.accept' ? (message.input as { callId: string }).callId : null
      return message
    },
    async unit(unit) {
      if (callId === null) return unit
      const call = await unit.db.selectFrom('calls').select('expiresAt').where('id', '=', callId).executeTakeFirst()
      callId = null
      return call === undefined ? unit : { ...unit, now: Math.min(unit.now, call.expiresAt - 1) }
    },
  }
}

function noRetry(): Mutant {
  const sent = new Set<string>()
  return {
    name: 'noRetryInTheLink',
    wire: (real) => ({
      ...real,
      send(message, onAnswer) {
        if (sent.has(message.commandId)) return
        sent.add(message.commandId)
        real.send(message, onAnswer)
      },
    }),
  }
}

const without = (fits: (effect: Effect) => boolean) => (effects: Effect[]) => {
  const kept = effects.filter((effect) => !fits(effect))
  effects.splice(0, effects.length, ...kept)
}
const isSending = (name: string) => (effect: Effect) => effect.kind === 'send' && effect.event.name === name

/** Fresh ones for each history: some remember. */
export const mutants: readonly (() => Mutant)[] = [
  acceptIgnoresDeadline,
  () => ({
    name: 'eventsWithoutVersionCheck',
    wire: hearing((call, { state }) => {
      const known = state().calls[call.id]
      return known && known.version >= call.version ? { ...call, version: known.version + 1 } : call
    }),
  }),
  () => ({ name: 'effectsBeforeTheCommit', effectsBeforeCommit: true }),
  () => ({ name: 'uniqueIndexDropped', database: (look) => look.exec('drop index oneRingPerCallee') }),
  noRetry,
  () => ({
    name: 'syncForgetsRings',
    answer: (message, answer) =>
      message.name === 'session.sync' && answer.ok ? { ...answer, value: { ...answer.value, rings: [] } } : answer,
  }),
  () => ({ name: 'handledByOtherDeviceNotSent', effects: without(isSending('call.handledByOtherDevice')) }),
  () => ({ name: 'timersNotRebuiltAtBoot', noBootSweep: true }),
  () => ({ name: 'commandMemoryOff', command: (message, createId) => ({ ...message, commandId: createId() }) }),
  () => ({
    name: 'clockOffsetIgnored',
    wire: syncing((value, { now }) => ({ ...value, serverNow: now() })),
  }),
  () => ({
    name: 'acceptWithoutTheSeat',
    beforeCommit: async ({ db, effects }) => {
      for (const effect of effects)
        if (effect.kind === 'send' && effect.event.name === 'call.accepted')
          await db.deleteFrom('seats').where('userId', '=', effect.event.payload.call.callee.id).execute()
    },
  }),
  () => ({
    name: 'outcomesNotStored',
    beforeCommit: async ({ db }) => void (await db.deleteFrom('commandOutcomes').execute()),
  }),
]
