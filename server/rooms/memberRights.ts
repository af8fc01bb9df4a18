// What members may do in a meeting, and what follows when that, or somebody's role, has changed.
import { maySend, RIGHTS, SOURCES_OF } from '../../shared/rights.ts'
import type { MembersMay, Right } from '../../shared/protocol/things.ts'
import { openRequestsIn } from '../storage/requestRows.ts'
import { membersMayOf, namesOf, rightsIn } from '../storage/rightRows.ts'
import { participantsIn, seatsIn, type RoomRow } from '../storage/roomRows.ts'
import type { Work } from '../storage/store.ts'
import { endRequest } from './requestNews.ts'
import { changeSeat } from './seats.ts'

type Change = { [Name in Right]?: boolean | undefined }
type Lack = Pick<RoomRow, 'membersLack' | 'membersLackBy' | 'membersLackVersion'>

/** The room's columns once this change is made; who made it is told when something has changed by it. */
export function lackAfter(room: RoomRow, byUserId: string, change: Change | undefined): Partial<Lack> {
  const before: MembersMay = membersMayOf(room)
  const membersLack = namesOf(RIGHTS.filter((right) => !(change?.[right] ?? before[right])))
  if (membersLack === namesOf(rightsIn(room.membersLack))) return {}
  return { membersLack, membersLackBy: byUserId, membersLackVersion: room.version + 1 }
}

/** Turned off for members is turned off for all of them: nobody keeps what they were allowed before. */
export async function takeBackAllowances(unit: Work, roomId: string, change: Change | undefined): Promise<void> {
  for (const seat of await seatsIn(unit.db, roomId)) {
    const kept = rightsIn(seat.allowed).filter((right) => change?.[right] !== false)
    if (kept.length < rightsIn(seat.allowed).length) await changeSeat(unit, seat, { allowed: namesOf(kept) })
  }
}

/** After rights have changed: what somebody may not send any more stops, and who asked for what they may now has it. */
export async function enforceRights(unit: Work, room: RoomRow, byUserId: string): Promise<void> {
  const membersMay = membersMayOf(room)
  const inside = await participantsIn(unit.db, room.id)
  for (const participant of inside) {
    const { roomId, deviceId, user } = participant
    const lacking = RIGHTS.filter((right) => !maySend(membersMay, participant, right))
    const sources = lacking.flatMap((right) => SOURCES_OF[right])
    if (sources.length === 0) continue
    unit.effects.push({ kind: 'stopSources', seat: { roomId, userId: user.id, deviceId }, sources })
  }
  for (const request of await openRequestsIn(unit.db, room.id)) {
    const asker = inside.find(({ user }) => user.id === request.from.id)
    if (asker === undefined) continue
    if (request.kind === 'turnOn' && asker.role === 'member') await endRequest(unit, request, { status: 'ended' })
    if (request.kind === 'permission' && maySend(membersMay, asker, request.source))
      await endRequest(unit, request, { status: 'accepted', byUserId })
  }
}
