// What is written down to be told to other servers, in the same transaction as the change itself: neither is ever without the other.
import { seenBy } from '../../shared/call/call.ts'
import type { WebhookEvent } from '../../shared/protocol/integrations.ts'
import type { Call, CallStatus, Room, User } from '../../shared/protocol/things.ts'
import { findRoom } from '../storage/roomRows.ts'
import type { Work } from '../storage/store.ts'
import { insertDelivery, openWebhooks } from '../storage/webhookRows.ts'

const ENDINGS: Record<Exclude<CallStatus, 'calling'>, WebhookEvent> = {
  accepted: 'call.accepted',
  rejected: 'call.rejected',
  cancelled: 'call.cancelled',
  timeout: 'call.timeout',
  revoked: 'call.revoked',
}

/** After each change of a call: its beginning and its ending are told, its delivery is not. */
export async function noteCall(unit: Work, call: Call): Promise<void> {
  if (call.version > 1 && call.status === 'calling') return
  const webhooks = await openWebhooks(unit.db)
  if (webhooks.length === 0) return
  const room = await findRoom(unit.db, call.roomId)
  if (room === null) throw new Error(`call ${call.id} rings into room ${call.roomId}, which does not exist`)
  const names: WebhookEvent[] = [
    ...(call.version === 1 ? (['call.invited'] as const) : []),
    ...(call.status === 'calling' ? [] : [ENDINGS[call.status]]),
  ]
  for (const name of names) {
    const told = name === 'call.invited' ? ringingAgain(call) : call
    await note(unit, name, call.roomId, { call: callData(told), room: roomData(room) })
  }
}

/** A call its callee's policy declined was, for others, rung and then declined. */
const ringingAgain = ({ reason: _, endedAt: __, endedBy: ___, ...call }: Call): Call => ({ ...call, status: 'calling' })

export async function noteRoom(unit: Work, name: 'room.started' | 'room.ended', room: Room): Promise<void> {
  await note(unit, name, room.id, { room: roomData(room) })
}

/** Rooms are the unit of order: what happens in one is told one after the other. */
async function note(unit: Work, name: WebhookEvent, roomId: string, data: object): Promise<void> {
  const { db, now } = unit
  const wanted = (await openWebhooks(db)).filter(({ events }) => events.split(',').includes(name))
  if (wanted.length === 0) return
  const body = bodyOf(name, now, data)
  for (const { id: webhookId } of wanted) {
    await insertDelivery(db, { webhookId, event: name, orderKey: roomId, body, now })
  }
  unit.effects.push({ kind: 'webhooks' })
}

export const bodyOf = (type: string, now: number, data: object): string =>
  JSON.stringify({ type, timestamp: new Date(now).toISOString(), data })

const personData = ({ id, name, service, guest }: User): User => ({
  id,
  name,
  ...(service === undefined ? {} : { service }),
  ...(guest === undefined ? {} : { guest }),
})

/** What the two wrote to each other is theirs, and is not told. */
function callData(call: Call): object {
  const { id, roomId, caller, callee, media, status, reason, createdAt, expiresAt, endedAt, version } = seenBy(call, '')
  const rest = { media, status, reason, createdAt, expiresAt, endedAt, version }
  return { id, roomId, caller: personData(caller), callee: personData(callee), ...rest }
}

type ToldRoom = Pick<Room, 'id' | 'name' | 'kind' | 'ownerId' | 'createdAt'> & { endedAt?: number | null | undefined }

const roomData = ({ id, name, kind, ownerId, createdAt, endedAt }: ToldRoom): object => ({
  id,
  name,
  kind,
  ownerId,
  createdAt,
  ...(typeof endedAt === 'number' ? { endedAt } : {}),
})
