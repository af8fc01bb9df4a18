// Rooms that a program made: nobody looks after them until the first person comes in, and then that one does.
import { findRoom, putMember, updateRoom, type RoomRow } from '../storage/roomRows.ts'
import type { Work } from '../storage/store.ts'
import { findUser, hasAccount } from '../storage/userRows.ts'

/** Who owns the room once this user takes a seat in it. The program that had it until then keeps its say as an admin. */
export async function ownerAfter(unit: Work, { id: roomId, ownerId }: RoomRow, userId: string): Promise<string> {
  if (ownerId === userId) return ownerId
  const owner = await findUser(unit.db, ownerId)
  if (owner?.kind !== 'service') return ownerId
  const [user, room] = [await findUser(unit.db, userId), await findRoom(unit.db, roomId)]
  if (user === null || !hasAccount(user) || room === null) return ownerId
  await updateRoom(unit.db, roomId, { ownerId: userId, version: room.version + 1 })
  await putMember(unit.db, { roomId, userId: ownerId, role: 'admin', firstJoinedAt: unit.now })
  return userId
}
