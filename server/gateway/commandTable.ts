// Every command and who carries it out. A command of the contract that is missing here does not compile.
import { seenBy } from '../../shared/call/call.ts'
import type { CheckedInput, CommandName, CommandOutput } from '../../shared/protocol/contract.ts'
import type { OpaqueMedia } from '../../shared/protocol/media.ts'
import { success, type Result } from '../../shared/protocol/result.ts'
import type { RoomSnapshot } from '../../shared/protocol/things.ts'
import * as callDesk from '../calls/callDesk.ts'
import type { Entropy } from '../entropy.ts'
import type { MediaDesk } from '../media/mediaDesk.ts'
import { listPeople } from '../people/directory.ts'
import type { PresenceBoard } from '../people/presence.ts'
import type { Sessions } from '../people/sessions.ts'
import * as roomDesk from '../rooms/roomDesk.ts'
import type { Store, Work } from '../storage/store.ts'
import { keyOf, type Connection } from './connections.ts'
import type { Once } from './once.ts'
import { makeSync } from './sync.ts'

export type Asking = { connection: Connection; commandId: string }

export type CommandTable = {
  [Name in CommandName]: (asking: Asking, input: CheckedInput<Name>) => Promise<Result<CommandOutput<Name>>>
}

export type CommandTableOptions = {
  store: Store
  once: Once
  entropy: Entropy
  sessions: Sessions
  presence: PresenceBoard
  media: MediaDesk
  onRenewed(connection: Connection): void
}

export function createCommandTable(options: CommandTableOptions): CommandTable {
  const { store, entropy, media, presence } = options

  const once = <Value>({ connection, commandId }: Asking, name: CommandName, work: (unit: Work) => Promise<Result<Value>>) =>
    options.once({ ...keyOf(connection), commandId }, name, work)

  /** The seat is taken and stored by now; the SFU comes after, and may be missing for a while. */
  async function withMedia(asking: Asking, entered: Result<RoomSnapshot>, rtpCapabilities: OpaqueMedia | null) {
    if (!entered.ok) return entered
    const snapshot = entered.value
    const offer = await media.offerFor(keyOf(asking.connection), snapshot.room.id, rtpCapabilities)
    return success({ snapshot, media: offer })
  }

  /** What a command without a value answers. */
  const done = async (result: Promise<Result<object>>): Promise<Result<Record<string, never>>> => {
    const settled = await result
    return settled.ok ? success({}) : settled
  }

  return {
    'session.sync': async ({ connection }, input) =>
      success(await store.read((db, now) => makeSync(db, now, connection, presence, input.lastSyncAt))),
    'session.renew': async ({ connection }, { refreshToken }) => {
      const renewed = await options.sessions.renew({ refreshToken, ...keyOf(connection) })
      if (!renewed.ok) return renewed
      connection.accessExpiresAt = renewed.value.tokens.accessExpiresAt
      options.onRenewed(connection)
      return renewed
    },

    'call.invite': (asking, input) =>
      once(asking, 'call.invite', (unit) => callDesk.invite(unit, keyOf(asking.connection), input, entropy)),
    'call.cancel': (asking, input) => once(asking, 'call.cancel', (unit) => callDesk.cancel(unit, keyOf(asking.connection), input)),
    'call.accept': async (asking, input) => {
      const decided = await once(asking, 'call.accept', (unit) => callDesk.accept(unit, keyOf(asking.connection), input))
      if (!decided.ok || decided.value.outcome === 'ended') return decided as Result<CommandOutput<'call.accept'>>
      const { call, snapshot } = decided.value
      const offer = await media.offerFor(keyOf(asking.connection), snapshot.room.id, input.rtpCapabilities)
      return success({ outcome: 'joined' as const, call, snapshot, media: offer })
    },
    'call.reject': (asking, input) => once(asking, 'call.reject', (unit) => callDesk.reject(unit, keyOf(asking.connection), input)),
    'call.received': (asking, input) =>
      done(once(asking, 'call.received', (unit) => callDesk.received(unit, keyOf(asking.connection), input))),
    'call.listPending': async ({ connection }, input) => {
      const userId = connection.user.id
      const listed = await store.read((db, now) => callDesk.listPending(db, now, userId, input))
      if (!listed.ok) return listed
      return success({ ...listed.value, calls: listed.value.calls.map((call) => seenBy(call, userId)) })
    },

    'room.create': async (asking, input) => {
      const made = await once(asking, 'room.create', (unit) => roomDesk.createRoom(unit, keyOf(asking.connection), input, entropy))
      return withMedia(asking, made, input.rtpCapabilities)
    },
    'room.join': async (asking, input) => {
      const joined = await once(asking, 'room.join', (unit) => roomDesk.joinRoom(unit, keyOf(asking.connection), input))
      return withMedia(asking, joined, input.rtpCapabilities)
    },
    'room.leave': (asking, input) =>
      done(once(asking, 'room.leave', (unit) => roomDesk.leaveRoom(unit, keyOf(asking.connection), input))),
    'room.end': (asking, input) =>
      done(once(asking, 'room.end', (unit) => roomDesk.endRoomByOwner(unit, keyOf(asking.connection), input))),
    'room.get': ({ connection }, { roomId }) => store.read((db) => roomDesk.getRoom(db, connection.user.id, roomId)),
    'room.list': ({ connection }) => store.read((db) => roomDesk.listRooms(db, connection.user.id)),
    'participant.setRole': (asking, input) =>
      once(asking, 'participant.setRole', (unit) => roomDesk.setRole(unit, keyOf(asking.connection), input)),

    'media.routerCapabilities': async () => success({ routerRtpCapabilities: media.routerRtpCapabilities() }),
    'media.open': ({ connection }, input) => media.open(keyOf(connection), input),
    'media.consume': ({ connection }, input) => media.consume(keyOf(connection), input),
    'media.connectTransport': ({ connection }, input) => done(media.connectTransport(keyOf(connection), input)),
    'media.restartIce': ({ connection }, input) => media.restartIce(keyOf(connection), input),
    'media.produce': ({ connection }, input) => media.produce(keyOf(connection), input),
    'media.setProducerPaused': ({ connection }, input) => done(media.setProducerPaused(keyOf(connection), input)),
    'media.closeProducer': ({ connection }, input) => done(media.closeProducer(keyOf(connection), input)),
    'media.resumeConsumers': ({ connection }, input) => done(media.setConsumersPaused(keyOf(connection), input, false)),
    'media.pauseConsumers': ({ connection }, input) => done(media.setConsumersPaused(keyOf(connection), input, true)),

    'people.list': ({ connection }, input) => store.read((db) => listPeople(db, presence, connection.user.id, input)),
  }
}
