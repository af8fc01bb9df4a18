// Can a caller tell a ring that is silenced, by a block or by whom the callee lets ring, from one that nobody answers? Real server
// process, real sockets; both kinds in random order. Two samples of each time that can be measured, and all that the caller is told.
import { systemEntropy } from '../../server/entropy.ts'
import { addAccount } from '../../server/people/accounts.ts'
import { databaseFile } from '../../server/server.ts'
import { openStore } from '../../server/storage/store.ts'
import type { Call } from '../../shared/protocol/things.ts'
import { createDice, type Dice } from '../simulation/random.ts'
import { startServer } from '../support/serverProcess.ts'
import { TestDevice } from '../support/testDevice.ts'
import { percentile, rounded } from './figures.ts'
import { kolmogorovSmirnov, permutationOfMeans } from './twoSamples.ts'
import { unlimited } from './unlimited.ts'

/** Pairs at once: each ring takes its full five seconds. */
const PAIRS = 20
const TIMEOUT_SECONDS = 5
type Step = 'answerMs' | 'receivedMs' | 'timeoutMs'
type Sample = Record<Step, number> & { told: string }

export type BlockedFigures = {
  n: number
  seed: number
  contentEqual: boolean
  steps: Record<Step, { silenced: number[]; unanswered: number[]; ks: number; ksP: number; meanP: number }>
}

type Pair = { caller: TestDevice; callee: TestDevice; roomId: string; silent: 'block' | 'choice' | null }

export async function benchBlocked(options: {
  n?: number
  seed?: number
  say(line: string): void
}): Promise<BlockedFigures> {
  const { n = 500, seed = 1, say } = options
  const dice = createDice(seed)
  const server = await startServer({ env: unlimited, prepare: addPeople })
  const samples = { silenced: [] as Sample[], unanswered: [] as Sample[] }
  const pairs: Pair[] = []
  try {
    for (let number = 0; number < PAIRS; number++) pairs.push(await openPair(server.url, number))
    const kinds = shuffled(
      dice,
      Array.from({ length: 2 * n }, (_, index) => index < n),
    )
    const take = async (pair: Pair) => {
      // Before any device has shown a ring, the server can only guess how quick they are.
      await oneRing(pair, false, dice.whole(30, 90))
      for (let silent = kinds.pop(); silent !== undefined; silent = kinds.pop()) {
        await become(pair, silent, dice.chance(0.5))
        await pause(20 + dice.next() * 200)
        const sample = await oneRing(pair, silent, dice.whole(30, 90))
        samples[silent ? 'silenced' : 'unanswered'].push(sample)
        const done = samples.silenced.length + samples.unanswered.length
        if (done % 100 === 0) say(`${done} of ${2 * n} rings`)
      }
    }
    await Promise.all(pairs.map(take))
  } finally {
    for (const { caller, callee } of pairs) for (const device of [caller, callee]) device.disconnects()
    await server.stop()
  }
  return figuresOf(samples, { n, seed, dice, say })
}

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms))

function shuffled<Value>(dice: Dice, values: Value[]): Value[] {
  for (let last = values.length - 1; last > 0; last--) {
    const other = dice.whole(0, last)
    ;[values[last], values[other]] = [values[other]!, values[last]!]
  }
  return values
}

const loginOf = (number: number) => `pair${number}`

/** Two people for each pair. */
async function addPeople(dataFolder: string): Promise<void> {
  const store = await openStore({ file: databaseFile(dataFolder), now: Date.now, perform: () => {} })
  for (let number = 0; number < 2 * PAIRS; number++) {
    const account = { login: loginOf(number), name: `Person ${number}`, password: 'parley parley' }
    const added = await addAccount({ store, entropy: systemEntropy, passwordCost: 4 }, account)
    if (!added.ok) throw new Error(added.error.message)
  }
  await store.close()
}

async function openPair(url: string, number: number): Promise<Pair> {
  const open = async (login: string) => {
    const device = new TestDevice(() => url, login, login)
    await device.signsIn('parley parley')
    await device.connects()
    return device
  }
  const caller = await open(loginOf(2 * number))
  const callee = await open(loginOf(2 * number + 1))
  const { room } = await caller.opensMeeting()
  return { caller, callee, roomId: room.id, silent: null }
}

/** Silent by a block or by the callee's choice, by turns. */
async function become(pair: Pair, silent: boolean, byBlock: boolean): Promise<void> {
  const kind = silent ? (byBlock ? 'block' : 'choice') : null
  if (pair.silent === kind) return
  pair.silent = kind
  const { caller, callee } = pair
  await callee.does('people.block', { userId: caller.id, blocked: kind === 'block' })
  await callee.does('people.setPolicy', { whoMayRing: kind === 'choice' ? 'nobody' : 'everyone' })
}

async function oneRing({ caller, callee, roomId }: Pair, silent: boolean, showMs: number): Promise<Sample> {
  caller.told.length = 0
  callee.told.length = 0
  const startedAt = performance.now()
  const since = () => performance.now() - startedAt
  const call = await caller.rings(callee, roomId, { timeoutSeconds: TIMEOUT_SECONDS })
  const answerMs = since()
  const shows = async () => {
    await callee.hearsRing(call.id)
    await pause(showMs)
    await callee.does('call.received', { callIds: [call.id] })
  }
  const [receivedMs] = await Promise.all([
    caller.hears('call.updated', ({ call: one }) => one.id === call.id && one.delivery === 'received').then(since),
    silent ? null : shows(),
  ])
  await pause(TIMEOUT_SECONDS * 1000 - 1_500 - since())
  const timeoutMs = await caller.hears('call.timeout', (payload) => payload.call.id === call.id).then(since)
  if (silent && callee.told.some(({ name }) => name.startsWith('call.'))) throw new Error('a silenced ring was heard')
  const told = caller.told.flatMap(({ name, payload }) =>
    'call' in payload && payload.call.id === call.id ? [{ name, ...shapeOf(payload.call) }] : [],
  )
  return { answerMs, receivedMs, timeoutMs, told: JSON.stringify([shapeOf(call), ...told]) }
}

/** What is not this very ring's own: ids of it, people and times are taken out, that there are any stays. */
const shapeOf = (call: Call): object => ({
  ...call,
  id: 'call',
  roomId: 'room',
  caller: 'caller',
  callee: 'callee',
  createdAt: 'at',
  expiresAt: call.expiresAt - call.createdAt,
  ...(call.receivedAt === undefined ? {} : { receivedAt: 'at' }),
  ...(call.endedAt === undefined ? {} : { endedAt: 'at' }),
})

function figuresOf(
  { silenced, unanswered }: Record<'silenced' | 'unanswered', Sample[]>,
  { n, seed, dice, say }: { n: number; seed: number; dice: Dice; say(line: string): void },
): BlockedFigures {
  const contents = new Set([...silenced, ...unanswered].map(({ told }) => told))
  const of = (step: Step) => {
    const [a, b] = [silenced.map((sample) => sample[step]), unanswered.map((sample) => sample[step])]
    const { distance, p } = kolmogorovSmirnov(a, b)
    const meanP = permutationOfMeans(a, b, dice)
    const spread = (times: number[]) => [0.1, 0.5, 0.9].map((share) => rounded(percentile(times, share)))
    say(`${step}: silenced ${spread(a).join(' ')}, unanswered ${spread(b).join(' ')} ms (10, 50, 90 %)`)
    say(`  Kolmogorov-Smirnov p = ${p.toFixed(4)}, means p = ${meanP.toFixed(4)}`)
    return { silenced: spread(a), unanswered: spread(b), ks: distance, ksP: p, meanP }
  }
  say(`content ${contents.size === 1 ? 'equal' : `of ${contents.size} kinds`}`)
  const steps = { answerMs: of('answerMs'), receivedMs: of('receivedMs'), timeoutMs: of('timeoutMs') }
  return { n, seed, contentEqual: contents.size === 1, steps }
}
