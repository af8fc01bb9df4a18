// Whatever order events and lists come in, and however often: a device ends up with the same list, each message once.
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { emptyLog, newestSeq, unreadIn, withMessages, withPage, type ChatLog } from '../../shared/client/chatLog.ts'
import type { ChatMessage } from '../../shared/protocol/chat.ts'
import { ann, ben, id } from '../support/things.ts'

const aMessage = (seq: number, from = ann, roomId = id(50)): ChatMessage => ({
  id: id(1_000 + seq),
  roomId,
  seq,
  from,
  text: `message ${seq}`,
  at: 1_000 * seq,
})

/** What this person may see of the room: private messages of others leave gaps. */
const visible = fc.uniqueArray(fc.integer({ min: 1, max: 60 }), { minLength: 1, maxLength: 40 })
/** News, each a few messages by place in what is visible: an event, a page, a page asked for twice. */
const deliveries = fc.array(fc.array(fc.nat(), { minLength: 1, maxLength: 8 }), { maxLength: 30 })

test('events and lists in any order, doubled or late, make the list that one sync makes', () => {
  fc.assert(
    fc.property(visible, deliveries, fc.nat(), (seqs, news, seed) => {
      const all = seqs.map((seq) => aMessage(seq, seq % 3 === 0 ? ben : ann))
      const pick = (index: number) => all[index % all.length]!
      const told = news.map((indexes) => indexes.map(pick))
      const rest = [...all].sort((one, other) => ((one.seq * seed) % 61) - ((other.seq * seed) % 61))
      const log = [...told, rest, ...told].reduce<ChatLog>(withMessages, emptyLog(id(50)))
      const byOneList = withMessages(emptyLog(id(50)), all)
      expect(log).toEqual(byOneList)
      expect(log.messages.map(({ seq }) => seq)).toEqual([...seqs].sort((one, other) => one - other))
      // What is known already is no change at all: nothing is drawn anew.
      for (const known of told) expect(withMessages(log, known)).toBe(log)
      expect(withMessages(log, [aMessage(99, ann, id(51))]), 'another room').toBe(log)
      expect(newestSeq(log)).toBe(Math.max(...seqs))
    }),
  )
})

test('pages of any size, with events in between, bring the whole history', () => {
  fc.assert(
    fc.property(visible, fc.integer({ min: 1, max: 9 }), fc.nat({ max: 40 }), (seqs, limit, live) => {
      const all = [...seqs].sort((one, other) => one - other).map((seq) => aMessage(seq))
      const page = (before: number) => {
        const older = all.filter(({ seq }) => seq < before).reverse()
        const messages = older.slice(0, limit)
        return { messages, nextBefore: older.length > limit ? (messages.at(-1)?.seq ?? null) : null }
      }
      let log = withMessages(emptyLog(id(50)), all.slice(-live))
      log = withPage(log, page(Number.MAX_SAFE_INTEGER))
      while (log.older !== null) log = withPage(withMessages(log, all.slice(-1)), page(log.older))
      expect(log.messages).toEqual(all)
    }),
  )
})

test('unread is what others wrote after what was read', () => {
  fc.assert(
    fc.property(visible, fc.nat({ max: 60 }), (seqs, readTo) => {
      const log = withMessages(
        emptyLog(id(50)),
        seqs.map((seq) => aMessage(seq, seq % 2 === 0 ? ben : ann)),
      )
      const expected = seqs.filter((seq) => seq > readTo && seq % 2 === 1).length
      expect(unreadIn(log, readTo, ben.id)).toBe(expected)
      expect(unreadIn(log, newestSeq(log), ben.id)).toBe(0)
    }),
  )
})
