// Consent under fire: a signed-in page that nobody touches hears tens of thousands of messages from a server gone bad, valid,
// spoilt and role-swapped. Nothing may be captured or sent; and afterwards a proper ring is still answered by a click.
import { randomUUID } from 'node:crypto'
import type { Locator } from 'playwright'
import type { Socket } from 'socket.io'
import {
  commands,
  eventMessageSchema,
  events,
  isCommandName,
  isEventName,
  type CommandName,
  type EventName,
} from '../../shared/protocol/contract.ts'
import { ERROR_CODES, failure, success } from '../../shared/protocol/result.ts'
import type { Dice } from '../simulation/random.ts'
import { until } from '../support/browsers.ts'
import type { OnCommand } from './middleman.ts'
import { connectionOf, renewOffers, setScene, type Scene } from './scene.ts'

export type ConsentOutcome = {
  messages: number
  seed: number
  /** Calls of `getUserMedia` and `getDisplayMedia`, without a gesture. */
  captures: number
  /** Tracks given to a connection for sending, and RTP packets that left: without a gesture. */
  tracks: number
  sent: number
  /** Commands that answer, enter or send, asked without a gesture. */
  answers: number
  gestures: 0
  /** How far the page let itself be led: rings it warmed up for, seats it opened media for, transports it connected. */
  reached: { warmUps: number; seats: number; connected: number }
  /** Messages that the contract refuses. */
  refused: number
  /** The page died, or an error went uncaught in it. */
  crashes: number
  /** Afterwards, by one click: the counters can count. Null when something got through before: then nobody is there to ring. */
  afterClick: { captures: number; sent: number } | null
}

/**
 * `messages`: how many are heard at least. What the page makes of them depends on when they come, so it goes on, up to
 * `MORE_MAX` times as many, until the page has been led as far as it can be: it may not have believed in a seat so far.
 */
export type ConsentOptions = { messages: number; seed: number; say(line: string): void }

/** What only a person may have their device ask for. */
const GESTURES: readonly CommandName[] = [
  'call.accept',
  'call.direct',
  'call.invite',
  'call.reject',
  'room.create',
  'room.join',
  'lobby.admit',
  'media.produce',
]

const MORE_MAX = 6
const BURST_MIN = 125
const BURST_MAX = 500
const BURSTS = 200
/** A page that has not worked through a burst after this is stuck. */
const BURST_MS = 60_000
/** Renewals of the real offers that may fail in a row. */
const MISSED_MAX = 10
/** A slow machine has a page, a server and an SFU to bring together. */
const WARM_MS = 60_000
const PATIENCE_MS = 60_000
/** The ids of acknowledgements that nobody waits for, or that somebody does. */
const ACKNOWLEDGEMENTS_MAX = 400

export async function fuzzConsent({ messages, seed, say }: ConsentOptions): Promise<ConsentOutcome> {
  const closers: (() => Promise<unknown>)[] = []
  try {
    const scene = await setScene({ seed, say, answerOf, closers })
    await ringWarm(scene)
    const { sent, refused } = await fire(scene, messages, say)
    const { captures, tracksGiven, packetsSent } = await scene.ben.stats()
    const answers = GESTURES.reduce((sum, name) => sum + (scene.middleman.asked.get(name) ?? 0), 0)
    const untouched = captures + tracksGiven + packetsSent + answers === 0
    const afterClick = untouched ? await answerAProperRing(scene, say) : null
    for (const error of new Set(scene.errors)) say(error)
    return {
      messages: sent,
      seed,
      captures,
      tracks: tracksGiven,
      sent: packetsSent,
      answers,
      gestures: 0,
      reached: reachOf(scene),
      refused,
      crashes: scene.errors.length,
      afterClick,
    }
  } finally {
    for (const close of closers.toReversed()) await close()
  }
}

function reachOf({ middleman: { asked } }: Scene): ConsentOutcome['reached'] {
  return {
    warmUps: asked.get('call.warmUp') ?? 0,
    seats: asked.get('media.open') ?? 0,
    connected: asked.get('media.connectTransport') ?? 0,
  }
}

type Fired = { sent: number; refused: number }

/** A real ring comes first, as a server that is still honest tells of it, and the page is given time to warm its media for it. */
async function ringWarm(scene: Scene): Promise<void> {
  await renewOffers(scene)
  const connected = () => scene.middleman.asked.get('media.connectTransport') ?? 0
  await until('media that is warm', () => connected() > 0, WARM_MS)
}

/** Lets the page hear everything; `refused`: of that, by the contract. A burst that a lost connection swallowed is not counted. */
async function fire(scene: Scene, messages: number, say: (line: string) => void): Promise<Fired> {
  const { middleman, ben, dice } = scene
  middleman.turn('hostile')
  let refused = 0
  let bursts = 0
  let missed = 0
  let sent = 0
  const led = () => Object.values(reachOf(scene)).every((count) => count > 0)
  const size = Math.min(BURST_MAX, Math.max(BURST_MIN, Math.round(messages / BURSTS)))
  while (sent < messages || (!led() && sent < MORE_MAX * messages)) {
    // A machine with much to do may be late with that: the offers of before do as well, for a while.
    missed = await renewOffers(scene).then(
      () => 0,
      () => missed + 1,
    )
    if (missed > MISSED_MAX) throw new Error('the accomplice has gone: nothing real is offered any more')
    const socket = await connectionOf(scene, say)
    const burst = sent < messages ? Math.min(size, messages - sent) : size
    const oneByOne = dice.chance(0.1)
    let refusedNow = 0
    for (let count = 0; count < burst; count++) {
      if (sendOne(scene, socket) === 'refused') refusedNow++
      if (oneByOne) await heard(socket)
    }
    if (await heard(socket)) {
      sent += burst
      refused += refusedNow
    }
    if (++bursts % 10 === 0) {
      const { captures, tracksGiven, packetsSent, connected } = await ben.stats()
      say(`${sent} messages: ${captures} captures, ${tracksGiven} tracks, ${packetsSent} sent; ${connected} connected`)
    }
    // What it is led to by an answer takes being asked: more often, once only that is missing.
    if (sent >= messages || dice.chance(0.5)) await comeAgain(scene, socket)
  }
  return { sent, refused }
}

/** True once the page has worked through all that was sent before; false when its connection is gone, and with it the rest. */
async function heard(socket: Socket): Promise<boolean> {
  if (!socket.connected) return false
  return new Promise((resolve, reject) => {
    const gone = () => settle(() => resolve(false))
    const late = setTimeout(() => settle(() => reject(new Error('the page is stuck'))), BURST_MS)
    const settle = (how: () => void) => {
      clearTimeout(late)
      socket.off('disconnect', gone)
      how()
    }
    socket.once('disconnect', gone)
    socket.emit('event', { name: 'test.marker', payload: {} }, () => settle(() => resolve(true)))
  })
}

/** What throws off a parser, or pretends to be the connection itself. */
const ENDS = [
  '9',
  '2["event"',
  '51-["event",{"_placeholder":true,"num":0}]',
  `2${JSON.stringify(['connect'])}`,
  `2${JSON.stringify(['disconnect', 'io client disconnect'])}`,
  `2${JSON.stringify(['connect_error', { data: failure('tokenExpired', 'Again.').error }])}`,
]

/** A lost connection, or the network coming back: a sync follows, which the hostile server answers. */
async function comeAgain({ dice, ben }: Scene, socket: Socket): Promise<void> {
  const how = dice.whole(0, 9)
  if (how === 0) socket.disconnect(true)
  else if (how === 1) socket.conn.write(dice.pick(ENDS) ?? '')
  else await ben.page.evaluate(() => window.dispatchEvent(new Event('online')))
}

/** Invented tokens would only end in signing in again, which takes a person. */
const ANSWERS = Object.keys(commands).filter((name) => name !== 'session.renew')
const SIGNS_OUT: EventName = 'session.ended'
const NAMES = Object.keys(events).filter((name) => isEventName(name))

function sendOne(scene: Scene, socket: Socket): 'valid' | 'refused' {
  const { dice, maker } = scene
  const name = dice.pick(NAMES) as EventName
  const valid = { name, payload: maker.value(events[name]) }
  const roll = dice.next()
  if (roll < 0.62) return sendEvent(socket, valid)
  if (roll < 0.72) return sendEvent(socket, { name: dice.pick(NAMES), payload: valid.payload })
  if (roll < 0.88) return sendEvent(socket, maker.spoil(valid))
  if (roll < 0.97) {
    const command = dice.pick(ANSWERS) as keyof typeof commands
    const answer = success(maker.value(commands[command].output))
    socket.conn.write(`3${dice.whole(0, ACKNOWLEDGEMENTS_MAX)}${JSON.stringify([answer])}`)
    return 'refused'
  }
  sendOdd(socket, dice, name === SIGNS_OUT ? {} : valid)
  return 'refused'
}

function sendEvent(socket: Socket, message: unknown): 'valid' | 'refused' {
  const checked = eventMessageSchema.safeParse(message)
  const fits =
    checked.success &&
    isEventName(checked.data.name) &&
    events[checked.data.name].safeParse(checked.data.payload).success
  // It signs the page out, and only a person signs in.
  if (fits && checked.data.name === SIGNS_OUT) return 'refused'
  socket.emit('event', message)
  return fits ? 'valid' : 'refused'
}

/** Packets that are none of Parley's. */
function sendOdd(socket: Socket, dice: Dice, valid: object): void {
  const packet = dice.pick([
    `2${JSON.stringify(['command', valid])}`,
    `2${JSON.stringify(['event', ...Array.from({ length: 50 }, () => valid)])}`,
    `2${JSON.stringify(['event', 'x'.repeat(200_000)])}`,
    `2${JSON.stringify(['answer', { callId: 'x' }])}`,
    `217${JSON.stringify(['event', valid])}`,
  ])
  socket.conn.write(packet ?? '')
}

/** What the hostile server answers to a command that the page asked of itself. */
async function answerOf(
  { dice, maker, accomplice, roomId, offer }: Scene,
  { name, input }: Parameters<OnCommand>[0],
  forward: () => Promise<unknown>,
): ReturnType<OnCommand> {
  if (!isCommandName(name)) throw new Error(`the page asked ${name}`)
  if (name === 'session.renew') return { answer: failure('unavailable', 'Not now.') }
  const roll = dice.next()
  if (roll < 0.2 || (name === 'call.warmUp' && roll < 0.6)) return { answer: await forward() }
  // The page thinks it is seated: it is given a transport that works, so that it could send.
  if (name === 'media.open' && roll < 0.8) {
    const given = success({ ...offer.current, roomId: (input as { roomId: string }).roomId })
    return { answer: roll < 0.6 ? given : maker.spoil(given) }
  }
  if (name.startsWith('media.') && roll < 0.8) {
    const message = { commandId: randomUUID(), name, input: { ...(input as object), roomId } }
    return { answer: await accomplice.sends(message).catch(() => failure('unavailable', 'Late.')) }
  }
  if (roll < 0.8) return { answer: success(maker.value(commands[name].output)) }
  if (name === 'session.sync') return roll < 0.97 ? { answer: await forward() } : { answer: maker.spoil(success({})) }
  if (roll < 0.88) {
    const other = dice.pick(ANSWERS) as keyof typeof commands
    return { answer: success(maker.value(commands[other].output)) }
  }
  if (roll < 0.94) return { answer: maker.spoil(success(maker.value(commands[name].output))) }
  if (roll < 0.96) return 'silence'
  const code = dice.pick(Object.keys(ERROR_CODES)) as keyof typeof ERROR_CODES
  return { answer: failure(code, 'No.', { retryAfterMs: 10 }) }
}

/** The server is good again. The page was not reloaded: it shows the ring, and a click answers it. */
async function answerAProperRing(
  scene: Scene,
  say: (line: string) => void,
): Promise<{ captures: number; sent: number }> {
  const { middleman, accomplice, ben, benId, roomId } = scene
  middleman.turn('honest')
  const socket = await connectionOf(scene, say)
  // Signed in anew on the way, the page would be at the mercy of the bad one again.
  middleman.turn('honest')
  socket.disconnect(true)
  const calleeIds = [benId]
  await accomplice.ask('call.cancel', { roomId, calleeIds })
  await comesTo(ben.page.getByRole('button', { name: 'New meeting' }), scene)
  const { results } = await accomplice.does('call.invite', { roomId, calleeIds, media: 'video', timeoutSeconds: 600 })
  if (results[0]?.outcome !== 'success') throw new Error(`Ben is not rung: ${results[0]?.outcome}`)
  await comesTo(ben.page.locator(`[data-call="${results[0].call.id}"][data-state="ringing"]`), scene)
  await ben.answer('Video').catch((error: unknown) => tellScreen(error, scene))
  await until('Ben sending', async () => (await ben.stats()).packetsSent > 0)
  const { captures, packetsSent } = await ben.stats()
  return { captures, sent: packetsSent }
}

/** What the page was told to show until somebody puts it away, its person puts away, and signs in again where that is asked for. */
async function comesTo(goal: Locator, scene: Scene): Promise<void> {
  const { page } = scene.ben
  const ways = [
    page.getByRole('button', { name: 'Back', exact: true }).first(),
    page.getByRole('button', { name: 'Sign in', exact: true }).first(),
  ]
  const isThere = async () => {
    if (await goal.isVisible()) return true
    for (const way of ways) if (await way.isVisible()) await way.click({ timeout: 5_000 }).catch(() => {})
    return false
  }
  await until(String(goal), isThere, PATIENCE_MS).catch((error: unknown) => tellScreen(error, scene))
}

async function tellScreen(error: unknown, { ben: { page }, errors }: Scene): Promise<never> {
  const shown = await page.locator('body').ariaSnapshot()
  throw new Error(`The page shows: ${shown}\n${[...new Set(errors)].join('\n')}`, { cause: error })
}
