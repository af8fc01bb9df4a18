// The chat of a meeting: `chat.*`. Who may write and read is decided here, whatever a client shows.
import { utf8Bytes } from '../../shared/call/limits.ts'
import { CHAT_PAGE_BYTES_MAX } from '../../shared/chat/limits.ts'
import type { ChatMessage } from '../../shared/protocol/chat.ts'
import type { CheckedInput, CommandOutput } from '../../shared/protocol/contract.ts'
import { failure, success, type Result } from '../../shared/protocol/result.ts'
import { maySend } from '../../shared/rights.ts'
import type { DeviceKey } from '../effects.ts'
import { findPresentHere, type Present } from '../rooms/present.ts'
import { findMessage, insertMessage, messagesSeenBy, nextSeq } from '../storage/chatRows.ts'
import { membersMayOf } from '../storage/rightRows.ts'
import { seatDevices, seatOf, seatsIn, type SeatRow } from '../storage/roomRows.ts'
import type { Db, Work } from '../storage/store.ts'

/** The same message sent again, by a person who pressed "Try again" say, is answered with the one that is stored. */
export async function send(
  unit: Work,
  device: DeviceKey,
  input: CheckedInput<'chat.send'>,
): Promise<Result<{ message: ChatMessage }>> {
  const present = await findPresentHere(unit.db, input.roomId, device)
  if (!present.ok) return present
  const known = await findMessage(unit.db, input.id)
  if (known !== null) {
    return known.from.id === device.userId && known.roomId === input.roomId
      ? success({ message: known })
      : failure('conflict', 'This message id is in use.', { field: 'id' })
  }
  const { room, participant } = present.value
  if (!maySend(membersMayOf(room), participant, 'chat'))
    return failure('notAllowed', 'The owner and admins have turned off the chat for members.')
  const listeners = await listenersOf(unit.db, present.value, input.to)
  if (!listeners.ok) return listeners
  const seq = await nextSeq(unit.db, room.id)
  const { id, roomId, text, to = null } = input
  await insertMessage(unit.db, { id, roomId, seq, fromId: device.userId, toId: to, text, at: unit.now })
  const message = await findMessage(unit.db, id)
  if (message === null) throw new Error('a message that was just stored is gone')
  const devices = seatDevices(listeners.value)
  unit.effects.push({ kind: 'send', to: { devices }, event: { name: 'chat.message', payload: { message } } })
  return success({ message })
}

/** Whose devices inside hear of a message, the sender's too. `unknownUser` when the one it is for is not inside. */
async function listenersOf(db: Db, { room, participant }: Present, to: string | undefined): Promise<Result<SeatRow[]>> {
  if (to === undefined) return success(await seatsIn(db, room.id))
  if (to === participant.user.id)
    return failure('notAllowed', 'A private message is for somebody else.', { field: 'to' })
  const [own, theirs] = [await seatOf(db, participant.user.id), await seatOf(db, to)]
  if (theirs?.roomId !== room.id)
    return failure('unknownUser', 'This person is not in the meeting any more.', { field: 'to' })
  return success([own, theirs].filter((seat) => seat !== null))
}

export async function list(
  db: Db,
  device: DeviceKey,
  { roomId, before = Number.MAX_SAFE_INTEGER, after = 0, limit }: CheckedInput<'chat.list'>,
): Promise<Result<CommandOutput<'chat.list'>>> {
  const present = await findPresentHere(db, roomId, device)
  if (!present.ok) return present
  // One more than asked for tells whether there are more.
  const found = await messagesSeenBy(db, { roomId, userId: device.userId, before, after, limit: limit + 1 })
  const messages = withinBytes(found.slice(0, limit))
  const last = messages.at(-1)
  return success({ messages, nextBefore: last !== undefined && messages.length < found.length ? last.seq : null })
}

/** As many from the front as one answer may carry; at least one. */
function withinBytes(messages: readonly ChatMessage[]): ChatMessage[] {
  let bytes = 0
  return messages.filter((message, index) => {
    bytes += utf8Bytes(JSON.stringify(message))
    return index === 0 || bytes <= CHAT_PAGE_BYTES_MAX
  })
}
