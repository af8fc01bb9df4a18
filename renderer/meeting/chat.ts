// How messages are put on screen: who said what in one breath, on which day, and what in a text is a link.
import type { ChatMessage } from '../../shared/protocol/chat.ts'
import { isSameDay } from '../ui/time.ts'

/** What one person has said to the same people within one minute. */
export type ChatGroup = {
  /** Of the first message. */
  key: number
  from: ChatMessage['from']
  to: ChatMessage['to']
  at: number
  /** It is the first of its day here. */
  newDay: boolean
  messages: readonly ChatMessage[]
}

const MINUTE_MS = 60_000
const minuteOf = ({ at }: ChatMessage) => Math.floor(at / MINUTE_MS)

/** `messages` by seq. `line`: whatever comes after this seq begins anew, under the line that says it is new. */
export function groupMessages(messages: readonly ChatMessage[], line: number | null = null): ChatGroup[] {
  const groups: ChatGroup[] = []
  let last: ChatMessage | undefined
  for (const message of messages) {
    const newDay = last === undefined || !isSameDay(last.at, message.at)
    const crosses = line !== null && last !== undefined && last.seq <= line && message.seq > line
    const group = groups.at(-1)
    const goesOn =
      group !== undefined &&
      last !== undefined &&
      !newDay &&
      !crosses &&
      last.from.id === message.from.id &&
      last.to?.id === message.to?.id &&
      minuteOf(last) === minuteOf(message)
    if (goesOn) groups[groups.length - 1] = { ...group, messages: [...group.messages, message] }
    else {
      const { seq: key, from, to, at } = message
      groups.push({ key, from, to, at, newDay, messages: [message] })
    }
    last = message
  }
  return groups
}

/** `href`: it is a link, to there. */
export type TextPart = { text: string; href?: string }

const ADDRESS = /\bhttps?:\/\/[^\s<>"“”。，、；！？（）【】《》]+/giu
/** What ends a sentence rather than an address. */
const TRAILING = /[.,:;!?'’*_~]+$/

/** Links to web pages, and nothing else, are recognised; all of the text is in the parts, in order. */
export function partsOf(text: string): TextPart[] {
  const parts: TextPart[] = []
  let done = 0
  for (const match of text.matchAll(ADDRESS)) {
    const address = withoutEnd(match[0])
    if (!isWebAddress(address)) continue
    if (match.index > done) parts.push({ text: text.slice(done, match.index) })
    parts.push({ text: address, href: address })
    done = match.index + address.length
  }
  if (done < text.length) parts.push({ text: text.slice(done) })
  return parts
}

/** Without the sentence's own signs behind it; a bracket stays when it was opened inside. */
function withoutEnd(address: string): string {
  const bare = address.replace(TRAILING, '')
  const last = bare.at(-1)
  const opening = last === ')' ? '(' : last === ']' ? '[' : null
  if (opening === null || last === undefined) return bare
  const count = (sign: string) => bare.split(sign).length
  return count(last) > count(opening) ? withoutEnd(bare.slice(0, -1)) : bare
}

/** A name before the @ makes a link look like another place: such a thing is left as text. */
function isWebAddress(address: string): boolean {
  if (!URL.canParse(address)) return false
  const { protocol, username, password, hostname } = new URL(address)
  return (protocol === 'http:' || protocol === 'https:') && hostname !== '' && username === '' && password === ''
}

/** The first line of a message, short enough for a notice. */
export function firstLine(text: string, lettersMax = 80): string {
  const letters = [...(text.split('\n', 1)[0] ?? '')]
  const short = letters.length > lettersMax || text.includes('\n')
  return letters.slice(0, lettersMax).join('').trimEnd() + (short ? '…' : '')
}
