// The commands of the lobby. Two who decide at once: the first wins, and the other is told that there was nothing left to decide.
import { DENIED_FOR_MS } from '../../shared/entry.ts'
import type { CheckedInput, CommandOutput } from '../../shared/protocol/contract.ts'
import { failure, success, type Result } from '../../shared/protocol/result.ts'
import type { DeviceKey } from '../effects.ts'
import { findRoom, seatOf } from '../storage/roomRows.ts'
import type { Work } from '../storage/store.ts'
import { putDenial, waitingIn, waitOf, type WaitingRow } from '../storage/waitingRows.ts'
import { letIn } from './entry.ts'
import { endWait } from './lobby.ts'
import { findModerator } from './moderation.ts'
import { loseSeat } from './seats.ts'

type Results = CommandOutput<'lobby.admit'>

async function waitingOf(unit: Work, roomId: string, userIds: readonly string[]): Promise<WaitingRow[]> {
  return (await waitingIn(unit.db, roomId)).filter(({ userId }) => userIds.includes(userId))
}

/** In the order in which they were named. */
async function tellResults(
  unit: Work,
  roomId: string,
  userIds: readonly string[],
  done: ReadonlySet<string>,
): Promise<Results> {
  const results: Results['results'] = []
  for (const userId of new Set(userIds)) {
    const inside = (await seatOf(unit.db, userId))?.roomId === roomId
    results.push({ userId, outcome: done.has(userId) ? 'done' : inside ? 'inside' : 'notWaiting' })
  }
  return { results }
}

export async function admit(
  unit: Work,
  device: DeviceKey,
  { roomId, userIds }: CheckedInput<'lobby.admit'>,
): Promise<Result<Results>> {
  const moderator = await findModerator(unit, roomId, device)
  if (!moderator.ok) return moderator
  const { room, participant } = moderator.value
  if (room.locked === 1) return failure('roomLocked', 'The meeting is locked. Unlock it to let people in.')
  const done = await letIn(unit, room, await waitingOf(unit, roomId, userIds), participant.user)
  return success(await tellResults(unit, roomId, userIds, done))
}

export async function deny(
  unit: Work,
  device: DeviceKey,
  { roomId, userIds }: CheckedInput<'lobby.deny'>,
): Promise<Result<Results>> {
  const moderator = await findModerator(unit, roomId, device)
  if (!moderator.ok) return moderator
  const { user: by } = moderator.value.participant
  const rows = await waitingOf(unit, roomId, userIds)
  const until = unit.now + DENIED_FOR_MS
  for (const row of rows) {
    await putDenial(unit.db, { roomId, userId: row.userId, byUserId: by.id, until })
    await endWait(unit, row, 'denied', { roomId, by, until })
  }
  return success(await tellResults(unit, roomId, userIds, new Set(rows.map(({ userId }) => userId))))
}

/** Whoever is let in at the very moment they leave has left. */
export async function leaveLobby(
  unit: Work,
  { userId, deviceId }: DeviceKey,
  { roomId }: CheckedInput<'lobby.leave'>,
): Promise<Result<object>> {
  if ((await findRoom(unit.db, roomId)) === null) return failure('unknownRoom', 'There is no such meeting.')
  const row = await waitOf(unit.db, userId)
  if (row?.roomId === roomId && row.deviceId === deviceId) {
    await endWait(unit, row, 'gone')
    return success({})
  }
  const seat = await seatOf(unit.db, userId)
  if (seat?.roomId === roomId && seat.deviceId === deviceId) await loseSeat(unit, seat)
  return success({})
}
