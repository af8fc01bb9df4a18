// The messages of a room as one device has them: events and lists come in any order and more than once, and make the same list.
import type { ChatMessage } from '../protocol/chat.ts'

export type ChatLog = {
  readonly roomId: string
  /** By `seq`, each once. */
  readonly messages: readonly ChatMessage[]
  /** Where the next page of older ones begins (`before`); null when there are none, or none have been asked for. */
  readonly older: number | null
}
type Page = { messages: readonly ChatMessage[]; nextBefore: number | null }

export const emptyLog = (roomId: string): ChatLog => ({ roomId, messages: [], older: null })

/** What is known already, or is of another room, changes nothing: then it is the very same log. */
export function withMessages(log: ChatLog, more: readonly ChatMessage[]): ChatLog {
  const known = new Set(log.messages.map(({ seq }) => seq))
  const news = new Map<number, ChatMessage>()
  for (const message of more)
    if (message.roomId === log.roomId && !known.has(message.seq)) news.set(message.seq, message)
  if (news.size === 0) return log
  const messages = [...log.messages, ...news.values()].sort((one, other) => one.seq - other.seq)
  return { ...log, messages }
}

/** The newest page, or the next older one: its end is where older ones go on. */
export const withPage = (log: ChatLog, { messages, nextBefore }: Page): ChatLog => ({
  ...withMessages(log, messages),
  older: nextBefore,
})

/** 0 when there are none. */
export const newestSeq = ({ messages }: ChatLog): number => messages.at(-1)?.seq ?? 0

/** What others have written after what has been read up to here. */
export const unreadIn = ({ messages }: ChatLog, readTo: number, userId: string | undefined): number =>
  messages.filter((message) => message.seq > readTo && message.from.id !== userId).length
