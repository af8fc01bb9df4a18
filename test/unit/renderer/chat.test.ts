// @vitest-environment happy-dom
// The chat in the page: what is grouped, what is a link, what is unread, and that nothing that was written gets lost.
import { flushPromises } from '@vue/test-utils'
import { createPinia, setActivePinia } from 'pinia'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { createApp, nextTick, shallowRef, type ShallowRef } from 'vue'
import { hostKey } from '../../../renderer/host/useHost.ts'
import { firstLine, groupMessages, partsOf } from '../../../renderer/meeting/chat.ts'
import { CATCH_UP_AGAIN_MS, useChat } from '../../../renderer/stores/chat.ts'
import { byOrder } from '../../../renderer/stores/signals.ts'
import { liveStateKey } from '../../../renderer/stores/liveState.ts'
import { emptyMirror } from '../../../shared/client/mirror.ts'
import type { HostState, TalkEvent } from '../../../shared/host.ts'
import type { ChatMessage } from '../../../shared/protocol/chat.ts'
import { failure, success, type Result } from '../../../shared/protocol/result.ts'
import { aHostState, ann, aParticipant, aRoom, ben, chloe, id } from '../../support/things.ts'

const NOON = new Date(2026, 10, 28, 12, 0, 0).getTime()
const aMessage = (seq: number, fields: Partial<ChatMessage> = {}): ChatMessage => ({
  id: id(1_000 + seq),
  roomId: id(50),
  seq,
  from: ann,
  text: `message ${seq}`,
  at: NOON + seq * 1_000,
  ...fields,
})

describe('groups', () => {
  const shape = (messages: ChatMessage[], line?: number) =>
    groupMessages(messages, line).map(({ from, messages: group }) => [from.name[0], ...group.map(({ seq }) => seq)])

  test('are what one person says to the same people within a minute', () => {
    const messages = [
      aMessage(1),
      aMessage(2),
      aMessage(3, { from: ben }),
      aMessage(4),
      aMessage(5, { to: ben }),
      aMessage(6, { to: chloe }),
      aMessage(7, { at: NOON + 61_000 }),
      aMessage(8, { at: NOON + 62_000 }),
    ]
    expect(shape(messages)).toEqual([
      ['A', 1, 2],
      ['B', 3],
      ['A', 4],
      ['A', 5],
      ['A', 6],
      ['A', 7, 8],
    ])
  })

  test('begin anew with a day, and under the line of what is new', () => {
    const nextDay = aMessage(3, { at: NOON + 24 * 3_600_000 })
    expect(groupMessages([aMessage(1), aMessage(2), nextDay]).map(({ newDay }) => newDay)).toEqual([true, true])
    expect(shape([aMessage(1), aMessage(2), aMessage(3)], 2)).toEqual([
      ['A', 1, 2],
      ['A', 3],
    ])
  })
})

describe('links', () => {
  const links = (text: string) => partsOf(text).flatMap(({ href }) => href ?? [])

  test('are web addresses, without the sentence around them', () => {
    expect(partsOf('See https://example.org/a?b=1#c, please.')).toEqual([
      { text: 'See ' },
      { text: 'https://example.org/a?b=1#c', href: 'https://example.org/a?b=1#c' },
      { text: ', please.' },
    ])
    expect(links('(https://example.org/x_(y)) and http://wiki/Home!')).toEqual([
      'https://example.org/x_(y)',
      'http://wiki/Home',
    ])
    expect(links('看这里：https://example.org/文档。谢谢')).toEqual(['https://example.org/文档'])
  })

  test('are nothing else, and all of the text stays', () => {
    for (const text of [
      'javascript:alert(1)',
      'file:///etc/passwd',
      'https://ann@example.org',
      'https://',
      'data:text/html,<b>',
      '<a href="x">y</a>',
      'parley://join/abc',
    ])
      expect(partsOf(text), text).toEqual([{ text }])
    const text = 'a https://x.org b\n<b>https://y.org</b>'
    expect(
      partsOf(text)
        .map((part) => part.text)
        .join(''),
    ).toBe(text)
  })
})

test('a notice shows the first line, cut when it is long', () => {
  expect(firstLine('Short')).toBe('Short')
  expect(firstLine('One\ntwo')).toBe('One…')
  expect(firstLine('🎉'.repeat(90), 80)).toBe(`${'🎉'.repeat(80)}…`)
})

test('hands stand in the order of the room’s counter, whatever the clock says', () => {
  const raised = (user: typeof ann, order: number) => aParticipant({ user, hand: { raisedAt: 10_000 - order, order } })
  expect(byOrder([raised(ann, 9), aParticipant({ user: ben }), raised(chloe, 4)]).map(({ user }) => user)).toEqual([
    chloe,
    ann,
  ])
})

describe('the store', () => {
  let stored: ChatMessage[]
  let answerSend: (input: { id: string; text: string; to?: string }) => Promise<Result<{ message: ChatMessage }>>
  let tell: (message: ChatMessage) => void
  let live: ShallowRef<HostState>
  const seat = {
    room: aRoom(),
    participants: [aParticipant(), aParticipant({ user: ben, role: 'member', deviceId: id(12) })],
  }
  const sit = (fields: Partial<HostState> = {}) =>
    (live.value = aHostState({ mirror: { ...emptyMirror, me: ben, deviceId: id(12), seat }, ...fields }))

  const ask = vi.fn(async (name: string, input: Record<string, unknown>): Promise<Result<unknown>> => {
    if (name === 'chat.send') return answerSend(input as never)
    const { after = 0, before = Infinity, limit } = input as { after?: number; before?: number; limit: number }
    const found = stored.filter(({ seq }) => seq > after && seq < before).reverse()
    const messages = found.slice(0, limit)
    return success({ messages, nextBefore: found.length > limit ? (messages.at(-1)?.seq ?? null) : null })
  })

  function open() {
    const listeners: ((event: TalkEvent) => void)[] = []
    tell = (message) => listeners.forEach((listener) => listener({ name: 'chat.message', payload: { message } }))
    const host = { ask, onTalkEvent: (listener: (event: TalkEvent) => void) => void listeners.push(listener) }
    const pinia = createPinia()
    const app = createApp({})
      .use(pinia)
      .provide(hostKey, host as never)
      .provide(liveStateKey, live)
    setActivePinia(pinia)
    return app.runWithContext(() => useChat())
  }
  afterEach(() => vi.useRealTimers())
  const seqs = (chat: ReturnType<typeof useChat>) => chat.log.messages.map(({ seq }) => seq)

  beforeEach(() => {
    sessionStorage.clear()
    ask.mockClear()
    // The stores of the tests before look at theirs.
    live = shallowRef(aHostState())
    stored = [1, 2, 3].map((seq) => aMessage(seq))
    answerSend = async ({ id: messageId, text }) => {
      const message = aMessage(stored.length + 1, { id: messageId, text, from: ben })
      stored.push(message)
      return success({ message })
    }
    sit()
  })

  test('has the history upon entering, which is not unread; what comes then is', async () => {
    const chat = open()
    await flushPromises()
    expect(seqs(chat)).toEqual([1, 2, 3])
    expect(chat.unread).toBe(0)
    tell(aMessage(4))
    tell(aMessage(4))
    tell(aMessage(5, { from: ben }))
    expect(seqs(chat)).toEqual([1, 2, 3, 4, 5])
    expect(chat.unread, 'one’s own is not').toBe(1)
    expect(chat.arrived?.seq).toBe(4)
    chat.markRead()
    expect(chat.unread).toBe(0)
  })

  test('fetches after a reconnection what it has missed, all pages of it, and nothing twice', async () => {
    const chat = open()
    await flushPromises()
    sit({ status: 'reconnecting' })
    stored.push(...Array.from({ length: 230 }, (_, index) => aMessage(4 + index)))
    sit()
    // Told on the new connection, before what was missed has come.
    tell(aMessage(233))
    await flushPromises()
    expect(seqs(chat)).toEqual(stored.map(({ seq }) => seq))
    expect(chat.unread).toBe(230)
    const asked = ask.mock.calls.map(([, input]) => [input['after'], input['before']])
    expect(asked).toEqual([
      [undefined, undefined],
      [3, undefined],
      [3, 134],
      [3, 34],
    ])
  })

  test('a connection that is lost while it catches up begins there anew', async () => {
    const chat = open()
    await flushPromises()
    sit({ status: 'reconnecting' })
    stored.push(aMessage(4), aMessage(5))
    ask.mockImplementationOnce(async () => failure('unavailable', 'lost'))
    sit()
    tell(aMessage(5))
    sit({ status: 'reconnecting' })
    await flushPromises()
    sit()
    await flushPromises()
    expect(seqs(chat)).toEqual([1, 2, 3, 4, 5])
  })

  test('asks again by itself when the server was too busy to answer, until it has the messages', async () => {
    vi.useFakeTimers()
    ask.mockImplementationOnce(async () => failure('unavailable', 'busy'))
    const chat = open()
    await flushPromises()
    expect(chat.failed, 'it is said at once').toBe(true)
    await vi.advanceTimersByTimeAsync(CATCH_UP_AGAIN_MS)
    expect(chat.failed).toBe(false)
    expect(seqs(chat)).toEqual([1, 2, 3])
    // What no waiting mends is asked for once.
    ask.mockImplementationOnce(async () => failure('notInRoom', 'elsewhere'))
    await chat.catchUp()
    ask.mockClear()
    await vi.advanceTimersByTimeAsync(10 * CATCH_UP_AGAIN_MS)
    expect(ask).not.toHaveBeenCalled()
  })

  test('a reloaded page still knows what was read; another meeting begins anew', async () => {
    open()
    await flushPromises()
    tell(aMessage(4))
    stored.push(aMessage(4))
    const chat = open()
    await flushPromises()
    expect(chat.unread).toBe(1)
    chat.draft = 'Half a sen'
    live.value = aHostState({
      mirror: { ...emptyMirror, me: ben, seat: { ...seat, room: aRoom({ id: id(51) }) } },
    })
    await flushPromises()
    expect(chat.draft).toBe('')
    expect(seqs(chat)).toEqual([])
  })

  test('sends in order, one after the other, and keeps what could not be sent', async () => {
    const chat = open()
    await flushPromises()
    let refuse: (result: Result<{ message: ChatMessage }>) => void = () => {}
    const works = answerSend
    answerSend = () => new Promise((resolve) => (refuse = resolve))
    for (const text of ['one', ' two ']) {
      chat.draft = text
      chat.send()
    }
    expect(chat.draft).toBe('')
    expect(ask.mock.calls.filter(([name]) => name === 'chat.send')).toHaveLength(1)
    refuse(failure('unavailable', 'not now'))
    await flushPromises()
    expect(chat.outgoing.map(({ text, error }) => [text, error?.code])).toEqual([
      ['one', 'unavailable'],
      ['two', 'unavailable'],
    ])
    // It had arrived all the same: the event says so, and "Try again" does not send it twice.
    const [first, second] = chat.outgoing
    tell(aMessage(4, { id: first?.id ?? '', text: 'one', from: ben }))
    stored.push(aMessage(4, { id: first?.id ?? '', text: 'one', from: ben }))
    expect(chat.outgoing.map(({ text }) => text)).toEqual(['two'])
    answerSend = works
    chat.sendAgain()
    await flushPromises()
    expect(chat.outgoing).toEqual([])
    expect(chat.log.messages.at(-1)).toMatchObject({ text: 'two', id: second?.id })
  })

  test('what is only wrong in itself does not hold up the others', async () => {
    const chat = open()
    await flushPromises()
    const works = answerSend
    answerSend = async (input) => (input.to ? failure('unknownUser', 'gone') : works(input))
    chat.recipient = chloe
    chat.draft = 'secret'
    chat.send()
    chat.recipient = null
    chat.draft = 'open'
    chat.send()
    chat.draft = '   '
    chat.send()
    await flushPromises()
    await nextTick()
    expect(chat.outgoing.map(({ text, to }) => [text, to?.id])).toEqual([['secret', chloe.id]])
    expect(chat.log.messages.at(-1)?.text).toBe('open')
    chat.discard(chat.outgoing[0]?.id ?? '')
    expect(chat.outgoing).toEqual([])
  })
})
