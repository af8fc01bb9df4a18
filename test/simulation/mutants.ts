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

/** Everything that rings into a room is cancelled, and nobody is told. */
function cancelAllNotTold(): Mutant {
  let asked = false
  return {
    name: 'cancelAllNotTold',
    command(message) {
      asked ||= message.name === 'call.cancelAll'
      return message
    },
    effects(effects) {
      const endings = effects.filter((effect) => isSending('call.cancelled')(effect) || isByAdmin(effect))
      if (!asked || endings.length === 0) return
      asked = false
      without((effect) => endings.includes(effect))(effects)
    },
  }
}

/** What a command answered once is said again word for word, however long ago that was. */
function answersOfOld(): Mutant {
  const given = new Map<string, Answer>()
  return {
    name: 'answersOfOld',
    answer({ commandId, name }, answer) {
      if (!answer.ok || (name !== 'call.invite' && name !== 'call.direct')) return answer
      const first = given.get(commandId) ?? answer
      given.set(commandId, first)
      return first
    },
  }
}

/** A decline by policy, as the callee may see it, in an answer to the caller. */
const unmasked = (call: Call): Call =>
  call.status === 'rejected' && call.reason === 'rejected' && call.handledBy === undefined
    ? { ...call, reason: 'doNotDisturb' }
    : call

const without = (fits: (effect: Effect) => boolean) => (effects: Effect[]) => {
  const kept = effects.filter((effect) => !fits(effect))
  effects.splice(0, effects.length, ...kept)
}
const isSending = (name: string) => (effect: Effect) => effect.kind === 'send' && effect.event.name === name

const isByAdmin = (effect: Effect) =>
  effect.kind === 'send' &&
  effect.event.name === 'call.revokedByAdmin' &&
  effect.event.payload.call.reason === 'byAdmin'

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
  cancelAllNotTold,
  answersOfOld,
  () => ({
    name: 'directRoomGoesOn',
    beforeCommit: async ({ db, now }) =>
      void (await db
        .updateTable('rooms')
        .set({ status: 'running', endedAt: null })
        .where('kind', '=', 'direct')
        .where('endedAt', '=', now)
        .execute()),
  }),
  () => ({
    name: 'doNotDisturbRevealed',
    answer(message, answer) {
      if (message.name !== 'call.invite' || !answer.ok) return answer
      const results = answer.value['results'] as { call?: Call }[]
      const seen = results.map((one) => (one.call ? { ...one, call: unmasked(one.call) } : one))
      return { ...answer, value: { ...answer.value, results: seen } }
    },
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
