import { beforeEach, describe, expect, test } from 'vitest'
import { ASK_DEADLINE_MS, createLink, type Link, type LinkStatus } from '../../../shared/client/link.ts'
import type { Handshake, Wire, WireHandlers } from '../../../shared/client/wire.ts'
import type { CommandMessage, ServerEvent } from '../../../shared/protocol/contract.ts'
import { failure, success, type ProtocolError, type Result } from '../../../shared/protocol/result.ts'
import { createManualTimers, type ManualTimers } from '../../support/manualTimers.ts'
import { aCall, aRing, aSync, id } from '../../support/things.ts'

type Sent = { message: CommandMessage; answer: (answer: unknown) => void }

/** A link over a wire whose far end the test plays. */
function setUp(renew: () => Promise<Result<unknown>> = async () => success({})) {
  const timers = createManualTimers()
  const opened: { handshake: Handshake; handlers: WireHandlers }[] = []
  const sent: Sent[] = []
  const statuses: LinkStatus[] = []
  const events: ServerEvent[] = []
  const signedOut: ProtocolError[] = []
  const late: string[] = []
  const refused: string[] = []
  const wire: Wire = {
    open: (_server, handshake, handlers) => void opened.push({ handshake, handlers }),
    close: () => {},
    send: (message, answer) => void sent.push({ message, answer }),
  }
  let next = 1000
  let token = 'first'
  const link = createLink({
    wire,
    timers,
    random: () => 1,
    createId: () => id(next++),
    device: { id: id(12), platform: 'linux', label: 'Laptop' },
    credentials: {
      accessToken: () => token,
      renew: async () => {
        token = 'second'
        return renew()
      },
    },
    lastSyncAt: () => undefined,
    onStatus: (status) => statuses.push(status),
    onSync: () => statuses.push('synced' as LinkStatus),
    onEvent: (event) => events.push(event),
    onLate: ({ name }) => late.push(name),
    onRefused: ({ name, commandId }, { code }) => refused.push(`${name} ${commandId} ${code}`),
    onSignedOut: (error) => signedOut.push(error),
  })
  const handlers = () => opened.at(-1)!.handlers
  /** The far end accepts the connection and answers the sync. */
  const goOnline = () => {
    handlers().opened()
    sent.at(-1)!.answer(success(aSync()))
  }
  return { timers, opened, sent, statuses, events, signedOut, late, refused, link, handlers, goOnline }
}

let far: ReturnType<typeof setUp>
let link: Link
let timers: ManualTimers
beforeEach(() => {
  far = setUp()
  link = far.link
  timers = far.timers
  link.start('http://server')
})
const last = () => far.sent.at(-1)!
const list = () => link.ask('room.list', {})

test('what was refused is told once, with the id the server knows it by', async () => {
  far.goOnline()
  const asked = list()
  const { message, answer } = last()
  answer(failure('notAllowed', 'Not you.'))
  expect(await asked).toMatchObject({ ok: false })
  const done = list()
  last().answer(success({ rooms: [] }))
  await done
  expect(far.refused).toEqual([`room.list ${message.commandId} notAllowed`])
})

describe('connecting', () => {
  test('it is online only after the sync', () => {
    far.handlers().opened()
    expect(last().message.name).toBe('session.sync')
    expect(far.statuses).toEqual(['connecting'])
    last().answer(success(aSync()))
    expect(far.statuses).toEqual(['connecting', 'synced', 'online'])
  })

  test('an event that arrives before the sync is applied after it', () => {
    far.handlers().opened()
    far.handlers().event({ name: 'call.received', payload: { ring: aRing(aCall()) } })
    expect(far.events).toEqual([])
    last().answer(success(aSync()))
    expect(far.events.map((event) => event.name)).toEqual(['call.received'])
  })

  test('it backs off from half a second to fifteen, and tries for ever', async () => {
    const waits: number[] = []
    for (let attempt = 0; attempt < 8; attempt++) {
      const before = far.opened.length
      const from = timers.now()
      far.handlers().closed()
      while (far.opened.length === before) await timers.advance(50)
      waits.push(timers.now() - from)
    }
    expect(waits).toEqual([500, 1000, 2000, 4000, 8000, 15000, 15000, 15000])
  })

  test('waking up connects at once, whatever the backoff', async () => {
    far.handlers().closed()
    const before = far.opened.length
    link.wakeUp()
    expect(far.opened.length).toBe(before + 1)
    far.goOnline()
    expect(far.statuses.at(-1)).toBe('online')
  })

  test('a server that never answers the opening counts as lost', async () => {
    await timers.advance(8_000)
    expect(far.statuses.at(-1)).toBe('reconnecting')
  })

  test('an expired token is renewed and the connection made again', async () => {
    far.handlers().refused(failure('tokenExpired', '').error)
    await timers.advance(0)
    expect(far.opened.at(-1)!.handshake.accessToken).toBe('second')
  })

  test('a session that cannot be renewed signs out and stops trying', async () => {
    far = setUp(async () => failure('unauthenticated', 'signed out elsewhere'))
    far.link.start('http://server')
    far.handlers().refused(failure('tokenExpired', '').error)
    await far.timers.advance(60_000)
    expect(far.signedOut.map((error) => error.code)).toEqual(['unauthenticated'])
    expect(far.opened).toHaveLength(1)
    expect(far.timers.waiting()).toBe(0)
  })

  test('handlers of an earlier connection no longer count', () => {
    const old = far.handlers()
    link.wakeUp()
    far.goOnline()
    old.closed()
    expect(far.statuses.at(-1)).toBe('online')
  })

  test('events of unknown name or shape are passed over', () => {
    far.goOnline()
    far.handlers().event({ name: 'call.invented', payload: {} })
    far.handlers().event({ name: 'call.received', payload: { ring: 'no' } })
    far.handlers().event('junk')
    expect(far.events).toEqual([])
  })
})

describe('asking', () => {
  test('a lost acknowledgement: the same command goes again under the same id', async () => {
    far.goOnline()
    const asked = list()
    const first = last().message
    await timers.advance(3_000)
    expect(last().message).toEqual(first)
    expect(far.sent.filter((sent) => sent.message.commandId === first.commandId)).toHaveLength(2)
    last().answer(success({ rooms: [] }))
    expect(await asked).toEqual(success({ rooms: [] }))
    expect(timers.waiting()).toBe(0)
  })

  test('asked while the connection is lost: it goes after the next sync', async () => {
    far.goOnline()
    far.handlers().closed()
    const asked = list()
    await timers.advance(500)
    far.handlers().opened()
    expect(last().message.name).toBe('session.sync')
    last().answer(success(aSync()))
    expect(last().message.name).toBe('room.list')
    last().answer(success({ rooms: [] }))
    expect((await asked).ok).toBe(true)
  })

  test('nobody waits for ever: at the deadline it is unavailable, in words', async () => {
    far.goOnline()
    const asked = list()
    await timers.advance(ASK_DEADLINE_MS)
    const result = await asked
    expect(result.ok ? null : [result.error.code, result.error.retryable]).toEqual(['unavailable', true])
  })

  test('an answer after the deadline changes nothing for the asker, and is handed on once', async () => {
    far.goOnline()
    const asked = list()
    const late = last().answer
    await timers.advance(ASK_DEADLINE_MS)
    late(success({ rooms: [] }))
    late(success({ rooms: [] }))
    expect((await asked).ok).toBe(false)
    expect(far.late).toEqual(['room.list'])
  })

  test('too many at once: it waits as long as the server says and asks again', async () => {
    far.goOnline()
    const asked = list()
    const before = far.sent.length
    last().answer(failure('rateLimited', 'slow down', { retryAfterMs: 700 }))
    await timers.advance(699)
    expect(far.sent.length).toBe(before)
    await timers.advance(1)
    last().answer(success({ rooms: [] }))
    expect((await asked).ok).toBe(true)
  })

  test('rate limited for longer than anybody waits: told at once, and not tried again', async () => {
    far.goOnline()
    const asked = list()
    const before = far.sent.length
    last().answer(failure('rateLimited', 'wait', { retryAfterMs: 60_000 }))
    expect(await asked).toMatchObject({ ok: false, error: { code: 'rateLimited', retryAfterMs: 60_000 } })
    await timers.advance(60_000)
    expect(far.sent.length).toBe(before)
  })

  test('a token that ran out on the open connection: renewed, connected again, and the command goes again', async () => {
    far.goOnline()
    const asked = list()
    const { commandId } = last().message
    last().answer(failure('tokenExpired', ''))
    await timers.advance(0)
    far.goOnline()
    expect(last().message.commandId).toBe(commandId)
    last().answer(success({ rooms: [] }))
    expect((await asked).ok).toBe(true)
  })

  test('an answer of another shape is never taken for a success', async () => {
    far.goOnline()
    const asked = list()
    last().answer(success({ rooms: 'many' }))
    const result = await asked
    expect(result.ok ? null : result.error.code).toBe('unavailable')
  })

  test('stopping fails what is pending and leaves no timer behind', async () => {
    far.goOnline()
    const asked = list()
    link.stop()
    expect((await asked).ok).toBe(false)
    expect(timers.waiting()).toBe(0)
  })
})

describe('renewing', () => {
  const expired = failure('tokenExpired', '')
  /** A link whose renewals the test answers one by one. */
  function setUpSlow() {
    const renewals: ((result: Result<unknown>) => void)[] = []
    const slow = setUp(() => new Promise((resolve) => void renewals.push(resolve)))
    slow.link.start('http://server')
    return { ...slow, renewals }
  }

  test('waking up during a renewal: the new connection waits for that same renewal and not for a timeout', async () => {
    const slow = setUpSlow()
    slow.handlers().refused(expired.error)
    slow.link.wakeUp()
    slow.handlers().refused(expired.error)
    expect(slow.renewals).toHaveLength(1)
    const before = slow.opened.length
    slow.renewals[0]?.(success({}))
    await slow.timers.advance(0)
    expect(slow.opened).toHaveLength(before + 1)
    slow.goOnline()
    expect(slow.statuses.at(-1)).toBe('online')
  })

  test('started anew during a renewal: the old renewal decides nothing', async () => {
    const slow = setUpSlow()
    slow.handlers().refused(expired.error)
    slow.link.stop()
    slow.link.start('http://other')
    slow.handlers().refused(expired.error)
    expect(slow.renewals).toHaveLength(2)
    slow.renewals[0]?.(failure('unauthenticated', 'the former person'))
    await slow.timers.advance(0)
    expect(slow.signedOut).toEqual([])
    slow.renewals[1]?.(success({}))
    await slow.timers.advance(0)
    slow.goOnline()
    expect(slow.statuses.at(-1)).toBe('online')
  })

  test('renewals that do not help back off like everything else', async () => {
    for (let second = 0; second < 20; second++) {
      const before = far.opened.length
      far.handlers().refused(expired.error)
      await timers.advance(0)
      if (far.opened.length === before) await timers.advance(1_000)
    }
    expect(far.opened.length).toBeLessThan(12)
    expect(far.signedOut).toEqual([])
  })

  test('while it connects anew with its new token it is not online: events wait for the sync, commands too', async () => {
    far.goOnline()
    void list()
    last().answer(expired)
    await timers.advance(0)
    expect(far.statuses.at(-1)).toBe('reconnecting')
    const sentBefore = far.sent.length
    far.handlers().event({ name: 'call.received', payload: { ring: aRing(aCall()) } })
    void list()
    expect(far.events).toEqual([])
    expect(far.sent).toHaveLength(sentBefore)
    far.goOnline()
    expect(far.events).toHaveLength(1)
    link.stop()
  })
})
