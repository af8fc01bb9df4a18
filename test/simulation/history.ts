// One history from its seed: people and misfortunes, then a good network, then rest; and what was violated on the way.
import type { Call, User } from '../../shared/protocol/things.ts'
import { createAuditor } from './auditor.ts'
import { createClock, eventLoopTurn, settled } from './clock.ts'
import { createDevice, type SimDevice } from './device.ts'
import type { Mutant } from './mutants.ts'
import { rowsOf } from './look.ts'
import { createNetwork } from './network.ts'
import { optionsFor, type Options } from './options.ts'
import { createDice, partSeed } from './random.ts'
import { createServerSide, type Account, type ServerSide } from './serverSide.ts'
import { act, drawStory, type Action, type Cast } from './story.ts'

const STARTED_AT = Date.UTC(2026, 10, 21, 9, 0, 0)
/** From the end of the chaos: reconnecting waits up to 15 s, and opening a connection up to 8. */
const CALM_MS = 30_000
/** The longest ring, and every wait after it. */
const REST_MS = 130_000
const NAMES = ['Ann', 'Ben', 'Chloe', 'Dan', 'Emil']

export type Outcome = {
  seed: number
  violations: string[]
  commands: number
  crashes: number
  partitions: number
  fingerprint: string
}
export type HistoryRequest = { seed: number; onDisk?: boolean; mutant?: Mutant | null; actions?: readonly Action[] }

export async function runHistory({ seed, onDisk = false, mutant = null, actions }: HistoryRequest): Promise<Outcome> {
  const options = optionsFor(seed, onDisk)
  const story = actions ?? drawStory(options)
  const clock = createClock(STARTED_AT)
  const auditor = createAuditor(options, clock.now)
  const network = createNetwork(clock, createDice(partSeed(seed, 2)), options)
  const accounts = people(options)
  const server = await createServerSide({ clock, network, options, auditor, mutant, accounts })
  let number = 0
  const cast: Cast = {
    clock,
    network,
    server,
    counts: { crashes: 0, partitions: 0 },
    people: accounts.map(({ userId, name, devices }) =>
      devices.map((device) => {
        const skewMs = options.skewMs[number] ?? 0
        const user: User = { id: userId, name }
        return createDevice({ clock, network, auditor, mutant, seed, number: number++, user, device, skewMs })
      }),
    ),
  }
  const devices = cast.people.flat()
  // Everybody's first device is on; the others come in the course of the story.
  cast.people.forEach(([first], person) => clock.after(person * 20, () => first?.start()))
  for (const action of story) clock.at(STARTED_AT + action.at, () => act(cast, options, action))
  try {
    await play(cast, options, devices, auditor)
    const text =
      JSON.stringify([...storedCalls(server).values()]) + JSON.stringify(auditor.asks.map(({ result }) => result?.ok))
    const { crashes, partitions } = cast.counts
    return {
      seed,
      violations: auditor.violations,
      commands: auditor.counts.commands,
      crashes,
      partitions,
      fingerprint: hash(text),
    }
  } finally {
    for (const device of devices) device.crash()
    await server.close()
    await eventLoopTurn()
  }
}

async function play(
  { clock, network, server }: Cast,
  options: Options,
  devices: SimDevice[],
  auditor: ReturnType<typeof createAuditor>,
) {
  const healAt = STARTED_AT + options.chaosMs
  const tickUntil = async (until: number, everyMs = 1_000) => {
    while (clock.now() < until) {
      await clock.runUntil(Math.min(until, clock.now() + everyMs))
      auditor.tick(devices, server.disk.look, server.up ? server.bootedAt : null)
    }
  }
  await tickUntil(healAt)
  network.heal()
  server.callOffCrash()
  for (const device of devices) device.port.partitionedUntil = 0
  const up = server.up
  await server.restart()
  const pending = up ? auditor.pendingAtHeal().map((ask) => ({ ask, link: ask.device.port.link })) : []
  await tickUntil(healAt + 7_000)
  auditor.answeredInTime(pending)
  // Whoever is still switched off by then comes back now.
  for (const device of devices) if (device.run > 0) device.start()
  await tickUntil(healAt + CALM_MS)
  auditor.calm(devices, server.disk.look)
  await tickUntil(healAt + REST_MS, 5_000)
  await settled()
  auditor.quiet(devices, storedCalls(server), server.disk.look)
}

function people(options: Options): Account[] {
  return options.devicesPerPerson.map((count, person) => {
    const name = NAMES[person] ?? `Person ${person}`
    const userId = `0000000${person + 1}-0000-4000-8000-000000000000`
    const devices = Array.from({ length: count }, (_, number) => ({
      id: `0000000${person + 1}-0000-4000-8000-00000000000${number + 1}`,
      platform: 'linux' as const,
      label: `${name}'s device ${number}`,
    }))
    return { userId, name, devices }
  })
}

/** All calls as they are stored. */
function storedCalls(server: ServerSide): Map<string, Call> {
  const rows = rowsOf(server.disk.look, 'select * from calls order by id') as Record<string, never>[]
  return new Map(
    rows.map((row) => {
      const { callerId, calleeId, ...rest } = row
      const call = {
        ...rest,
        caller: { id: callerId, name: '' },
        callee: { id: calleeId, name: '' },
      } as unknown as Call
      return [call.id, Object.fromEntries(Object.entries(call).filter(([, value]) => value !== null)) as Call]
    }),
  )
}

function hash(text: string): string {
  let value = 0
  for (let place = 0; place < text.length; place++) value = (Math.imul(value, 31) + text.charCodeAt(place)) | 0
  return (value >>> 0).toString(16)
}
