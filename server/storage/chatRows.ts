// Queries about the messages of a room.
import { sql } from 'kysely'
import type { ChatMessage } from '../../shared/protocol/chat.ts'
import { atMost } from './literal.ts'
import { prepared, wholeRow, type Values } from './prepared.ts'
import type { Db } from './store.ts'
import type { Tables } from './tables.ts'
import { toUser } from './userRows.ts'

export type ChatRow = Tables['chatMessages']

type MessageRow = ChatRow & {
  fromName: string
  fromGuestOf: string | null
  toName: string | null
  toGuestOf: string | null
}

const toMessage = ({ id, roomId, seq, fromId, toId, toName, text, at, ...names }: MessageRow): ChatMessage => ({
  id,
  roomId,
  seq,
  from: toUser({ id: fromId, name: names.fromName, guestOf: names.fromGuestOf }),
  ...(toId === null || toName === null ? {} : { to: toUser({ id: toId, name: toName, guestOf: names.toGuestOf }) }),
  text,
  at,
})

const messages = (db: Db) =>
  db
    .selectFrom('chatMessages')
    .innerJoin('users as senders', 'senders.id', 'chatMessages.fromId')
    .leftJoin('users as receivers', 'receivers.id', 'chatMessages.toId')
    .selectAll('chatMessages')
    .select(['senders.name as fromName', 'receivers.name as toName'])
    .select(['senders.guestOf as fromGuestOf', 'receivers.guestOf as toGuestOf'])

const messageById = prepared((db, value: Values<{ id: string }>) =>
  messages(db).where('chatMessages.id', '=', value('id')),
)

export async function findMessage(db: Db, id: string): Promise<ChatMessage | null> {
  const row = await messageById.first(db, { id })
  return row === null ? null : toMessage(row)
}

const lastSeq = prepared((db, value: Values<{ roomId: string }>) =>
  db
    .selectFrom('chatMessages')
    .select(({ fn }) => fn.max('seq').as('seq'))
    .where('roomId', '=', value('roomId')),
)

/** The next number of the room's own counter of messages; none is ever deleted. */
export async function nextSeq(db: Db, roomId: string): Promise<number> {
  const row: { seq: number | null } | null = await lastSeq.first(db, { roomId })
  return (row?.seq ?? 0) + 1
}

const messageInsert = prepared((db, value: Values<ChatRow>) =>
  db
    .insertInto('chatMessages')
    .values(wholeRow(value, { roomId: true, seq: true, id: true, fromId: true, toId: true, text: true, at: true })),
)

export async function insertMessage(db: Db, row: ChatRow): Promise<void> {
  await messageInsert.all(db, row)
}

type Page = { roomId: string; userId: string; before: number; after: number; limit: number }

const messagesFor = prepared((db, value: Values<Page>) =>
  messages(db)
    .where('chatMessages.roomId', '=', value('roomId'))
    .where('seq', '<', value('before'))
    .where('seq', '>', value('after'))
    .where(({ eb, or }) =>
      or([eb('toId', 'is', null), eb('toId', '=', value('userId')), eb('fromId', '=', value('userId'))]),
    )
    .orderBy(sql`chatMessages.seq`, 'desc')
    .limit(atMost(value('limit'))),
)

/** What this person may see of the room, newest first. */
export async function messagesSeenBy(db: Db, page: Page): Promise<ChatMessage[]> {
  return (await messagesFor.all(db, page)).map(toMessage)
}
