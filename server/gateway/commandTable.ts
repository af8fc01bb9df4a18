// Every command and who carries it out. A command of the contract that is missing here does not compile.
import { isTerminal, seenBy } from '../../shared/call/call.ts'
import type { InviteResult } from '../../shared/protocol/calls.ts'
import type { CheckedInput, CommandName, CommandOutput } from '../../shared/protocol/contract.ts'
import type { OpaqueMedia } from '../../shared/protocol/media.ts'
import { failure, success, type Result } from '../../shared/protocol/result.ts'
import type { Entry, JoinAnswer } from '../../shared/protocol/rooms.ts'
import type { scheduleCommands } from '../../shared/protocol/schedule.ts'
import type { Call } from '../../shared/protocol/things.ts'
import * as callDesk from '../calls/callDesk.ts'
import { listHistory, listPending } from '../calls/callLists.ts'
import { callDirectly } from '../calls/directDesk.ts'
import type { RingTools } from '../calls/reach.ts'
import type { TimelineDesk } from '../calls/timelineDesk.ts'
import type { DeviceKey } from '../effects.ts'
import type { Entropy } from '../entropy.ts'
import type { Log } from '../log.ts'
import type { MediaDesk } from '../media/mediaDesk.ts'
import type { WarmDesk } from '../media/warmDesk.ts'
import { block, noteArrival } from '../people/blocks.ts'
import { listPeople } from '../people/directory.ts'
import { changePolicy } from '../people/policies.ts'
import type { OwnPassword } from '../people/ownDevices.ts'
import type { PresenceBoard } from '../people/presence.ts'
import type { Sessions } from '../people/sessions.ts'
import * as lobbyDesk from '../rooms/lobbyDesk.ts'
import * as moderation from '../rooms/moderation.ts'
import * as requests from '../rooms/requests.ts'
import * as roomDesk from '../rooms/roomDesk.ts'
import type { RoomPasswords } from '../rooms/roomPasswords.ts'
import * as schedule from '../rooms/schedule.ts'
import { listAttendees, listOccurrences } from '../rooms/scheduleLists.ts'
import { silencedUnseen } from '../storage/blockRows.ts'
import { findCall } from '../storage/callRows.ts'
import { seatOf, snapshotOf } from '../storage/roomRows.ts'
import type { Db, Store, Work } from '../storage/store.ts'
import { createCommandLimits } from './commandLimits.ts'
import type { WebhookTools } from '../webhooks/webhookDesk.ts'
import { keyOf, type Connection } from './connections.ts'
import { accountPart, type AccountPart } from './accountPart.ts'
import { integrationPart } from './integrationPart.ts'
import type { Once } from './once.ts'
import type { Recent } from './recent.ts'
import type { Limiter } from './rateLimit.ts'
import { reachPart, type ReachPart } from './reachPart.ts'
import { makeSync } from './sync.ts'
import { talkPart, type TalkPart } from './talkPart.ts'

export type Asking = { connection: Connection; commandId: string }

export type CommandTable = {
  [Name in CommandName]: (asking: Asking, input: CheckedInput<Name>) => Promise<Result<CommandOutput<Name>>>
}

export type CommandTableOptions = {
  store: Store
  limiter: Limiter
  ringTools: RingTools
  once: Once
  recent: Recent
  entropy: Entropy
  sessions: Sessions
  presence: PresenceBoard
  media: MediaDesk
  warm: WarmDesk
  timelines: TimelineDesk
  passwords: RoomPasswords
  ownPassword: OwnPassword
  isDeviceOnline(device: DeviceKey): boolean
  log: Log
  webhookTools: WebhookTools
  onRenewed(connection: Connection): void
}

/** What all parts of the table use. */
export type Tools = CommandTableOptions & {
  remembered<Value>(
    asking: Asking,
    name: CommandName,
    work: (unit: Work, device: DeviceKey) => Promise<Result<Value>>,
  ): Promise<Result<Value>>
  seated(asking: Asking, name: CommandName, roomId: string, rtpCapabilities: OpaqueMedia | null): Promise<Result<Entry>>
}

type Part<Topic extends string> = Pick<CommandTable, Extract<CommandName, `${Topic}.${string}`>>

export function createCommandTable(options: CommandTableOptions): CommandTable {
  const limited = createCommandLimits(options.limiter)
  const tools: Tools = {
    ...options,
    // Counted inside: a command sent again is answered from memory, and costs nothing.
    remembered: (asking, name, work) =>
      options.once({ ...keyOf(asking.connection), commandId: asking.commandId }, name, limited(asking, name, work)),
    seated: answerWithSeat(options),
  }
  return {
    ...sessionPart(tools),
    ...callPart(tools),
    ...roomPart(tools),
    ...participantPart(tools),
    ...lobbyPart(tools),
    ...schedulePart(tools),
    ...talkPart(tools),
    ...mediaPart(tools),
    ...peoplePart(tools),
    ...reachPart(tools),
    ...integrationPart(tools),
    ...accountPart(tools),
  }
}

/**
 * The seat is taken and stored by now; the SFU comes after, and may be missing for a while. Asked again under the same id, the
 * media is that of the first answer (which may be the one in use), and the room is told as it is by then.
 */
function answerWithSeat({ store, recent, media }: CommandTableOptions): Tools['seated'] {
  return async ({ connection, commandId }, name, roomId, rtpCapabilities) => {
    const device = keyOf(connection)
    const offer = await recent({ ...device, commandId }, `${name} media`, async () =>
      success(await media.offerFor(device, roomId, rtpCapabilities)),
    )
    return store.read(async (db) => {
      const seat = await seatOf(db, device.userId)
      if (seat === null || seat.roomId !== roomId || seat.deviceId !== device.deviceId) {
        return failure('notInRoom', 'You are not in this meeting on this device any more.')
      }
      return success({ snapshot: await snapshotOf(db, roomId), media: offer.ok ? offer.value : null })
    })
  }
}

/** What a command without a value answers. */
async function done(result: Promise<Result<object>>): Promise<Result<Record<string, never>>> {
  const settled = await result
  return settled.ok ? success({}) : settled
}

function sessionPart({
  store,
  ringTools,
  presence,
  sessions,
  onRenewed,
}: Tools): Omit<Part<'session'>, keyof AccountPart> {
  return {
    'session.sync': async ({ connection }, input) => {
      const { id } = connection.user
      const { sync, unseen } = await store.read(async (db, now) => ({
        sync: await makeSync(db, now, connection, presence, input.lastSyncAt),
        unseen: await silencedUnseen(db, id),
      }))
      if (unseen.length > 0) await store.write((unit) => noteArrival(unit, id, ringTools))
      return success(sync)
    },
    'session.renew': async ({ connection }, { refreshToken }) => {
      const renewed = await sessions.renew({ refreshToken, ...keyOf(connection) })
      if (!renewed.ok) return renewed
      connection.accessExpiresAt = renewed.value.tokens.accessExpiresAt
      onRenewed(connection)
      return renewed
    },
  }
}

/** When what happened to an answered call, in ms since it was made, for the log. */
function timelineOf({ id, roomId, createdAt, receivedAt, endedAt }: Call, warm: boolean): object {
  const since = (at: number | undefined) => (at === undefined ? null : at - createdAt)
  return { callId: id, roomId, deliveredAfterMs: since(receivedAt), answeredAfterMs: since(endedAt), warm }
}

/** An answer may be one given again, much later: a ring in it is told as it is by now, since nobody tells of its ending twice. */
const asItIs = async (db: Db, call: Call, userId: string): Promise<Call> =>
  seenBy(isTerminal(call.status) ? call : ((await findCall(db, call.id)) ?? call), userId)

function callPart(tools: Tools): Part<'call'> {
  const { store, recent, warm, timelines, log, remembered, seated } = tools
  const ringTools = ({ connection: { address } }: Asking): RingTools => ({ ...tools.ringTools, address })
  return {
    'call.invite': async (asking, input) => {
      const invited = await remembered(asking, 'call.invite', (unit, device) =>
        callDesk.invite(unit, device, input, ringTools(asking)),
      )
      if (!invited.ok) return invited
      return store.read(async (db) => {
        const results: InviteResult[] = []
        for (const one of invited.value.results)
          results.push('call' in one ? { ...one, call: await asItIs(db, one.call, asking.connection.user.id) } : one)
        return success({ results })
      })
    },
    'call.cancel': (asking, input) =>
      remembered(asking, 'call.cancel', (unit, device) => callDesk.cancel(unit, device, input)),
    'call.cancelAll': (asking, input) =>
      remembered(asking, 'call.cancelAll', (unit, device) => callDesk.cancelAll(unit, device, input)),
    'call.direct': async (asking, input) => {
      const decided = await remembered(asking, 'call.direct', (unit, device) =>
        callDirectly(unit, device, input, ringTools(asking)),
      )
      if (!decided.ok) return decided
      const decision = decided.value
      if (decision.outcome === 'declined') {
        return success({ ...decision, call: seenBy(decision.call, asking.connection.user.id) })
      }
      const entered = await seated(asking, 'call.direct', decision.call.roomId, input.rtpCapabilities)
      if (!entered.ok) return entered
      const call = await store.read((db) => asItIs(db, decision.call, asking.connection.user.id))
      return success({ ...decision, ...entered.value, call })
    },
    'call.accept': async (asking, input) => {
      const decided = await remembered(asking, 'call.accept', (unit, device) => callDesk.accept(unit, device, input))
      if (!decided.ok) return decided
      const decision = decided.value
      if (decision.outcome === 'ended') return success(decision)
      const entered = await seated(asking, 'call.accept', decision.call.roomId, input.rtpCapabilities)
      if (!entered.ok) return entered
      timelines.answered(decision.call)
      log.info(timelineOf(decision.call, entered.value.media?.warm === true), 'call answered')
      return success({ ...decision, ...entered.value })
    },
    'call.warmUp': ({ connection, commandId }, input) => {
      const device = keyOf(connection)
      return recent({ ...device, commandId }, 'call.warmUp', () => warm.warmUp(device, input))
    },
    'call.reject': (asking, input) =>
      remembered(asking, 'call.reject', (unit, device) => callDesk.reject(unit, device, input)),
    'call.received': (asking, input) =>
      done(
        remembered(asking, 'call.received', (unit, device) => callDesk.received(unit, device, input, tools.ringTools)),
      ),
    'call.timeline': ({ connection }, input) => done(timelines.report(keyOf(connection), input)),
    'call.listPending': ({ connection }, input) =>
      store.read((db, now) => listPending(db, now, connection.user.id, input)),
    'call.history': ({ connection }, input) => store.read((db) => listHistory(db, connection.user.id, input)),
  }
}

type SchedulePart = Pick<CommandTable, keyof typeof scheduleCommands>

function schedulePart({ store, entropy, remembered }: Tools): SchedulePart {
  return {
    'room.schedule': (asking, input) =>
      remembered(asking, 'room.schedule', (unit, device) => schedule.scheduleRoom(unit, device, input, entropy)),
    'room.reschedule': (asking, input) =>
      remembered(asking, 'room.reschedule', (unit, device) => schedule.reschedule(unit, device, input)),
    'room.cancelSchedule': (asking, input) =>
      remembered(asking, 'room.cancelSchedule', (unit, device) => schedule.cancelSchedule(unit, device, input)),
    'room.listScheduled': ({ connection }, input) =>
      store.read((db) => schedule.listScheduled(db, connection.user.id, input)),
    'room.listOccurrences': ({ connection }, input) =>
      store.read((db) => listOccurrences(db, connection.user.id, input)),
    'room.listAttendees': ({ connection }, input) => store.read((db) => listAttendees(db, connection.user.id, input)),
  }
}

type RoomPart = Omit<Part<'room'>, keyof SchedulePart | keyof TalkPart>

function roomPart({ store, entropy, passwords, remembered, seated }: Tools): RoomPart {
  return {
    'room.create': async (asking, input) => {
      const made = await remembered(asking, 'room.create', (unit, device) =>
        roomDesk.createRoom(unit, device, input, entropy),
      )
      return made.ok ? seated(asking, 'room.create', made.value.room.id, input.rtpCapabilities) : made
    },
    'room.join': async (asking, input) => {
      const { user, guestOf } = asking.connection
      const proven = await passwords.prove({ userId: user.id, guestOf }, input)
      if (!proven.ok) return proven
      const joined = await remembered(asking, 'room.join', (unit, device) =>
        roomDesk.joinRoom(unit, device, input, proven.value),
      )
      if (!joined.ok) return joined
      const { roomId } = joined.value
      // Answered again, a wait may go on, have led to a seat, or be over.
      const waiting = await store.read((db) => roomDesk.findWaiting(db, roomId, keyOf(asking.connection)))
      if (waiting !== null) return success<JoinAnswer>({ outcome: 'waiting', waiting })
      const entered = await seated(asking, 'room.join', roomId, input.rtpCapabilities)
      return entered.ok ? success<JoinAnswer>({ outcome: 'seated', ...entered.value }) : entered
    },
    'room.leave': (asking, input) =>
      done(remembered(asking, 'room.leave', (unit, device) => roomDesk.leaveRoom(unit, device, input))),
    'room.end': (asking, input) =>
      done(remembered(asking, 'room.end', (unit, device) => roomDesk.endRoomByOwner(unit, device, input))),
    'room.update': async (asking, input) => {
      const hash = await passwords.forChange(keyOf(asking.connection), input)
      return remembered(asking, 'room.update', (unit, device) => roomDesk.updateRoomByAdmin(unit, device, input, hash))
    },
    'room.get': ({ connection }, { roomId }) => store.read((db) => roomDesk.getRoom(db, connection.user.id, roomId)),
    'room.list': ({ connection }) => store.read((db) => roomDesk.listRooms(db, connection.user.id)),
  }
}

function lobbyPart({ remembered }: Tools): Part<'lobby'> {
  return {
    'lobby.admit': (asking, input) =>
      remembered(asking, 'lobby.admit', (unit, device) => lobbyDesk.admit(unit, device, input)),
    'lobby.deny': (asking, input) =>
      remembered(asking, 'lobby.deny', (unit, device) => lobbyDesk.deny(unit, device, input)),
    'lobby.leave': (asking, input) =>
      done(remembered(asking, 'lobby.leave', (unit, device) => lobbyDesk.leaveLobby(unit, device, input))),
  }
}

function participantPart({ remembered, entropy }: Tools): Omit<Part<'participant'>, keyof TalkPart> {
  return {
    'participant.setRole': (asking, input) =>
      remembered(asking, 'participant.setRole', (unit, device) => moderation.setRole(unit, device, input)),
    'participant.mute': (asking, input) =>
      done(remembered(asking, 'participant.mute', (unit, device) => moderation.mute(unit, device, input))),
    'participant.muteAll': (asking, input) =>
      done(remembered(asking, 'participant.muteAll', (unit, device) => moderation.muteAll(unit, device, input))),
    'participant.stopSource': (asking, input) =>
      done(remembered(asking, 'participant.stopSource', (unit, device) => moderation.stopSource(unit, device, input))),
    'participant.allow': (asking, input) =>
      remembered(asking, 'participant.allow', (unit, device) => moderation.allow(unit, device, input)),
    'participant.askToTurnOn': (asking, input) =>
      remembered(asking, 'participant.askToTurnOn', (unit, device) =>
        requests.askToTurnOn(unit, device, input, entropy),
      ),
    'participant.askPermission': (asking, input) =>
      remembered(asking, 'participant.askPermission', (unit, device) =>
        requests.askPermission(unit, device, input, entropy),
      ),
    'participant.answerRequest': (asking, input) =>
      remembered(asking, 'participant.answerRequest', (unit, device) => requests.answerRequest(unit, device, input)),
    'participant.cancelRequest': (asking, input) =>
      remembered(asking, 'participant.cancelRequest', (unit, device) => requests.cancelRequest(unit, device, input)),
    'participant.remove': (asking, input) =>
      done(remembered(asking, 'participant.remove', (unit, device) => moderation.remove(unit, device, input))),
    'participant.transferOwner': (asking, input) =>
      remembered(asking, 'participant.transferOwner', (unit, device) => moderation.transferOwner(unit, device, input)),
  }
}

function mediaPart({ media, recent }: Tools): Part<'media'> {
  /** These would fail, or do harm, when carried out twice. */
  const once = <Value>(
    { connection, commandId }: Asking,
    name: CommandName,
    work: (device: DeviceKey) => Promise<Result<Value>>,
  ) => recent({ ...keyOf(connection), commandId }, name, () => work(keyOf(connection)))
  return {
    'media.routerCapabilities': async () => success({ routerRtpCapabilities: media.routerRtpCapabilities() }),
    'media.open': (asking, input) => once(asking, 'media.open', (device) => media.open(device, input)),
    'media.consume': ({ connection }, input) => media.consume(keyOf(connection), input),
    'media.connectTransport': (asking, input) =>
      done(once(asking, 'media.connectTransport', (device) => media.connectTransport(device, input))),
    'media.restartIce': ({ connection }, input) => media.restartIce(keyOf(connection), input),
    'media.produce': (asking, input) => once(asking, 'media.produce', (device) => media.produce(device, input)),
    'media.setProducerPaused': ({ connection }, input) => done(media.setProducerPaused(keyOf(connection), input)),
    'media.closeProducer': (asking, input) =>
      done(once(asking, 'media.closeProducer', (device) => media.closeProducer(device, input))),
    'media.resumeConsumers': ({ connection }, input) => done(media.setConsumersPaused(keyOf(connection), input, false)),
    'media.pauseConsumers': ({ connection }, input) => done(media.setConsumersPaused(keyOf(connection), input, true)),
    'media.setViews': ({ connection }, input) => media.setViews(keyOf(connection), input),
  }
}

function peoplePart({ store, presence, remembered }: Tools): Omit<Part<'people'>, keyof ReachPart> {
  return {
    'people.list': ({ connection }, input) =>
      store.read((db, now) => listPeople(db, now, presence, connection.user.id, input)),
    'people.setPolicy': (asking, input) =>
      remembered(asking, 'people.setPolicy', (unit, device) => changePolicy(unit, device, input)),
    'people.block': (asking, input) => remembered(asking, 'people.block', (unit, device) => block(unit, device, input)),
  }
}
