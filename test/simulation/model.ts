// An exhaustive search through everything that can happen to the rings of one room: two callees with two devices each, a caller, an
// admin, and one restart of the server at any moment. The rules are the real `step`; around it stands the least that makes a whole:
// rows, messages under way (which may be lost with the server, and arrive in any order), and what each device shows.
import { createCall, isTerminal, step, type CallCommand } from '../../shared/call/call.ts'
import type { Call } from '../../shared/protocol/things.ts'
import { ann, ben, chloe, id } from '../support/things.ts'

const TIMEOUT_MS = 30_000
const CALLEES = [ben, chloe]
const DEVICES = [0, 1] as const

/** Before the deadline, or from it on; the rest of the time makes no difference to the rules. */
type Moment = 'before' | 'after'
/** What one device of a callee knows of the ring. */
type Shown = { version: number; status: Call['status'] }
type Ring = {
  call: Call
  /** News under way to each device: versions of the call that were told, in no order. */
  underWay: Call[][]
  shown: (Shown | null)[]
  /** Which devices have been told that their answer won. */
  won: boolean[]
  /** Commands under way from each device. */
  asked: ('accept' | 'reject' | 'receive' | null)[]
}
export type Variant = {
  /** Leaves delivery (received, not yet received) out: it says nothing about endings, and multiplies the states. */
  withoutDelivery?: boolean
  /** A deliberate bug: devices believe whatever they heard last. */
  careless?: boolean
}
export type State = { moment: Moment; restarted: boolean; rings: Ring[]; variant: Variant }
export type Move = { name: string; ring: number; device?: number; command?: CallCommand }
export type Search = { states: number; transitions: number; problems: string[]; traces: Move[][] }

const NOW: Record<Moment, number> = { before: 1_000, after: TIMEOUT_MS + 5_000 }
const deviceId = (ring: number, device: number) => id(10 * (ring + 1) + device)

export function firstState(ringCount: number, variant: Variant = {}): State {
  const rings = CALLEES.slice(0, ringCount).map((callee, index): Ring => {
    const { call } = createCall(
      { id: id(100 + index), roomId: id(50), caller: ann, callee, media: 'video', timeoutMs: TIMEOUT_MS },
      0,
    )
    return { call, underWay: [[call], [call]], shown: [null, null], won: [false, false], asked: [null, null] }
  })
  return { moment: 'before', restarted: false, rings, variant }
}

const withRing = (state: State, index: number, change: (ring: Ring) => Ring): State => ({
  ...state,
  rings: state.rings.map((ring, place) => (place === index ? change(ring) : ring)),
})
const put = <Value>(list: readonly Value[], place: number, value: Value): Value[] =>
  list.map((old, index) => (index === place ? value : old))

/** The server carries out one command on one ring: one step, stored, and told to whom the step says. */
function decide(state: State, index: number, command: CallCommand): State {
  return withRing(state, index, (ring) => {
    const outcome = step(ring.call, command, NOW[state.moment])
    if (outcome.kind === 'unchanged' || outcome.call === ring.call) return ring
    const underWay = ring.underWay.map((news, device) => {
      const told = outcome.effects.some(
        ({ audiences, deviceId: handling }) =>
          audiences.includes('calleeDevices') ||
          (audiences.includes('handlingDevice') && handling === deviceId(index, device)) ||
          (audiences.includes('calleeOtherDevices') && handling !== deviceId(index, device)),
      )
      return told ? [...news, outcome.call] : news
    })
    return { ...ring, call: outcome.call, underWay }
  })
}

const show = (known: Shown | null, call: Call, careless = false): Shown =>
  !careless && known !== null && known.version >= call.version ? known : { version: call.version, status: call.status }

/** Everything that can happen next, and what it leads to. */
export function* successors(state: State): Iterable<[Move, State]> {
  if (state.moment === 'before')
    yield [
      { name: 'the deadline passes', ring: -1 },
      { ...state, moment: 'after' },
    ]
  if (!state.restarted) yield [{ name: 'the server restarts', ring: -1 }, restart(state)]
  for (const index of state.rings.keys()) {
    yield* serverMoves(state, index)
    for (const device of DEVICES) yield* deviceMoves(state, index, device)
  }
}

function* serverMoves(state: State, index: number): Iterable<[Move, State]> {
  const commands: CallCommand[] = [
    { type: 'cancel', byUserId: ann.id },
    { type: 'revoke', reason: 'byAdmin', byUserId: id(9) },
    { type: 'giveUpOnReceipt' },
    { type: 'expire' },
    { type: 'callerGone' },
  ]
  for (const command of commands) {
    if (state.variant.withoutDelivery && command.type === 'giveUpOnReceipt') continue
    const next = decide(state, index, command)
    if (next.rings[index] !== state.rings[index]) yield [{ name: command.type, ring: index, command }, next]
  }
}

function* deviceMoves(state: State, index: number, device: number): Iterable<[Move, State]> {
  const ring = state.rings[index]!
  for (const [place, call] of ring.underWay[device]!.entries()) {
    const underWay = put(
      ring.underWay,
      device,
      ring.underWay[device]!.filter((_, other) => other !== place),
    )
    const shown = put(ring.shown, device, show(ring.shown[device] ?? null, call, state.variant.careless))
    yield [{ name: 'hears', ring: index, device }, withRing(state, index, () => ({ ...ring, underWay, shown }))]
  }
  const asked = ring.asked[device]
  const rings = ring.shown[device]?.status === 'calling' && state.moment === 'before'
  if (rings && asked === null) {
    for (const ask of state.variant.withoutDelivery
      ? (['accept', 'reject'] as const)
      : (['accept', 'reject', 'receive'] as const))
      yield [
        { name: `presses ${ask}`, ring: index, device },
        withRing(state, index, () => ({ ...ring, asked: put(ring.asked, device, ask) })),
      ]
  }
  if (asked) yield arrival(state, index, device, asked)
}

/** A command arrives: it is decided, and its answer (which brings the call) is heard at once, as the versions make its delay harmless. */
function arrival(state: State, index: number, device: number, ask: 'accept' | 'reject' | 'receive'): [Move, State] {
  const from = deviceId(index, device)
  const command: CallCommand =
    ask === 'receive'
      ? { type: 'receive' }
      : ask === 'accept'
        ? { type: 'accept', deviceId: from }
        : { type: 'reject', deviceId: from, reason: 'rejected' }
  const decided = withRing(decide(state, index, command), index, (ring) => ({
    ...ring,
    asked: put(ring.asked, device, null),
    shown: ask === 'receive' ? ring.shown : put(ring.shown, device, show(ring.shown[device] ?? null, ring.call)),
    won: put(
      ring.won,
      device,
      ring.won[device]! || (ask === 'accept' && ring.call.status === 'accepted' && ring.call.handledBy === from),
    ),
  }))
  return [{ name: `${ask} arrives`, ring: index, device, command }, decided]
}

/** Rows stay, whatever is under way is lost; timers are rebuilt, and every device syncs: what rings, rings; what it had has ended. */
function restart(state: State): State {
  const restarted = { ...state, restarted: true }
  const swept = state.rings.reduce(
    (known, _ring, index) => decide(known, index, { type: 'expire' }),
    restarted as State,
  )
  return {
    ...swept,
    rings: swept.rings.map((ring) => ({
      ...ring,
      underWay: ring.underWay.map(() => []),
      shown: ring.shown.map((known) => show(known, ring.call)),
    })),
  }
}

const problemsOf = (before: State, after: State): string[] =>
  after.rings.flatMap((ring, index) => {
    const was = before.rings[index]!
    const found: string[] = []
    if (isTerminal(was.call.status) && ring.call !== was.call) found.push('an ended call changed')
    if (ring.call.version < was.call.version) found.push('a version went down')
    if (ring.won.filter(Boolean).length > 1) found.push('two devices answered')
    ring.shown.forEach((shown, device) => {
      const known = was.shown[device]
      if (known && isTerminal(known.status) && shown?.status !== known.status)
        found.push('a device changed its mind about an ending')
      if (shown && isTerminal(shown.status) && shown.status !== ring.call.status)
        found.push('a device shows an ending that is not stored')
    })
    return found
  })

/** Nothing is under way any more, and the deadline has been seen to: everybody has to agree. */
function problemsAtRest(state: State): string[] {
  const atRest = state.rings.every(
    (ring) =>
      isTerminal(ring.call.status) && ring.underWay.flat().length === 0 && ring.asked.every((ask) => ask === null),
  )
  if (!atRest) return []
  return state.rings.flatMap((ring) =>
    ring.shown.flatMap((shown) =>
      shown && shown.status !== ring.call.status
        ? [`a device shows ${shown.status}, stored is ${ring.call.status}`]
        : [],
    ),
  )
}

/** Devices of one callee are alike, and so are the callees: states that differ by who is who count as one. */
const keyOf = (state: State): string =>
  [
    state.moment,
    state.restarted,
    ...state.rings
      .map(({ call, underWay, shown, won, asked }, index) => {
        const devices = DEVICES.map((device) => {
          const news = underWay[device]!.map(({ version }) => version).sort()
          const one = shown[device]
          const handled = call.handledBy === deviceId(index, device)
          return `${news.join('')} ${one ? `${one.version}${one.status}` : ''} ${won[device]} ${asked[device]} ${handled}`
        })
        return `${call.status} ${call.delivery} ${call.version} ${devices.sort().join('|')}`
      })
      .sort(),
  ].join('\n')

/** Visits every state that can be reached; `keepTraces`: how many ways to a state are kept, for telling them again. */
export function search(first: State, keepTraces = 0): Search {
  const seen = new Map<string, { from: string | null; move: Move | null }>([[keyOf(first), { from: null, move: null }]])
  const problems = new Set<string>()
  const traces: Move[][] = []
  let frontier = [first]
  let transitions = 0
  const traceTo = (key: string): Move[] => {
    const { from, move } = seen.get(key)!
    return from === null || move === null ? [] : [...traceTo(from), move]
  }
  while (frontier.length > 0) {
    const next: State[] = []
    for (const state of frontier) {
      const from = keyOf(state)
      for (const [move, after] of successors(state)) {
        transitions++
        for (const problem of [...problemsOf(state, after), ...problemsAtRest(after)]) problems.add(problem)
        const key = keyOf(after)
        if (seen.has(key)) continue
        seen.set(key, { from, move })
        next.push(after)
        if (traces.length < keepTraces && seen.size % 97 === 0) traces.push(traceTo(key))
      }
    }
    frontier = next
  }
  return { states: seen.size, transitions, problems: [...problems], traces }
}
