// How long it takes to get into a room that others are in, and what each of them costs in memory: the whole server in a process of its
// own, real signaling, everybody with camera and microphone. Media is set up as far as the server goes; no packet flows.
import { randomUUID } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { systemEntropy } from '../../server/entropy.ts'
import { addAccount } from '../../server/people/accounts.ts'
import { databaseFile } from '../../server/server.ts'
import { openStore } from '../../server/storage/store.ts'
import { systemTimers } from '../../server/timers.ts'
import type { CommandOutput } from '../../shared/protocol/contract.ts'
import type { OpaqueMedia } from '../../shared/protocol/media.ts'
import { dtlsParameters } from '../support/media/engine.ts'
import { AudioStream, VideoStream } from '../support/rtp/streams.ts'
import { startServer, type ServerProcess } from '../support/serverProcess.ts'
import { TestDevice } from '../support/testDevice.ts'
import { median, rounded } from './figures.ts'
import { unlimited } from './unlimited.ts'

const SIZES = [2, 10, 50] as const
const LARGEST = 50
/** The last one in leaves and comes back this often at each size. */
const JOINS = 9
/** Nobody guesses these passwords. */
const PASSWORD_COST = 4
/** Two clients' worth of commands would come within the limit of a connection. */
const SETTLE_MS = 300

export type JoinFigures = { joinMs: Record<string, number>; bytesPerParticipant: number }

export async function benchJoins(options: { say(line: string): void; workers: number }): Promise<JoinFigures> {
  const { say, workers } = options
  const server = await startServer({
    args: ['--media-workers', String(workers), '--log-level', 'error'],
    env: unlimited,
    prepare: addPeople,
  })
  const people: Person[] = []
  try {
    for (let number = 1; number <= LARGEST; number++) people.push(await openPerson(server.url, number))
    const room = await openRoom(people[0]!)
    const joinMs: Record<string, number> = {}
    const memory = new Map<number, Memory>()
    for (let inside = 1; inside < LARGEST; inside++) {
      const next = people[inside]!
      await comesIn(next, room)
      const size = SIZES.find((one) => one === inside + 1)
      if (size === undefined) continue
      await settled()
      memory.set(size, readMemory(server))
      joinMs[size] = rounded(median(await timesOf(next, room)))
      say(`join as number ${size}: ${joinMs[size]} ms`)
    }
    return { joinMs, bytesPerParticipant: perParticipant(memory, say) }
  } finally {
    for (const { device } of people) device.disconnects()
    await server.stop()
  }
}

/** Put into the database before the server opens it. */
async function addPeople(dataFolder: string) {
  const store = await openStore({ file: databaseFile(dataFolder), now: systemTimers.now, perform: () => {} })
  const options = { store, entropy: systemEntropy, passwordCost: PASSWORD_COST }
  for (let number = 1; number <= LARGEST; number++) {
    const added = await addAccount(options, { login: `guest${number}`, name: `Guest ${number}`, password: 'parley' })
    if (!added.ok) throw new Error(added.error.message)
  }
  await store.close()
}

type Person = { device: TestDevice; roomId: string | null }

async function openPerson(url: string, number: number): Promise<Person> {
  const device = new TestDevice(() => url, `guest${number}`, `guest ${number}`)
  await device.signsIn()
  await device.connects()
  const person: Person = { device, roomId: null }
  // As every client does: whoever begins to send is received at once.
  device.socket!.on('event', (message: { name: string; payload: { roomId: string; consumers: { id: string }[] } }) => {
    if (message.name !== 'media.newConsumers') return
    const { roomId, consumers } = message.payload
    void device.ask('media.resumeConsumers', { roomId, consumerIds: consumers.map(({ id }) => id) })
  })
  return person
}

type Room = { id: string; rtpCapabilities: OpaqueMedia }
type Offer = NonNullable<CommandOutput<'room.create'>['media']>

async function openRoom({ device }: Person): Promise<Room> {
  const { routerRtpCapabilities: rtpCapabilities } = await device.does('media.routerCapabilities', {})
  const { snapshot, media } = await device.does('room.create', { name: 'Everybody', rtpCapabilities })
  const room = { id: snapshot.room.id, rtpCapabilities }
  await sends(device, room, media!)
  return room
}

/** From the wish to be in to everybody's pictures and voices being let through, as far as the server goes. */
async function comesIn({ device }: Person, room: Room): Promise<number> {
  const startedAt = performance.now()
  const { media } = await device.enters({ room: { id: room.id }, rtpCapabilities: room.rtpCapabilities })
  if (!media) throw new Error('there was no media to join with')
  await device.does('media.connectTransport', {
    roomId: room.id,
    transportId: media.receive.id,
    dtlsParameters: dtlsParameters(),
  })
  const consumerIds = media.consumers.map(({ id }) => id)
  await device.does('media.resumeConsumers', { roomId: room.id, consumerIds })
  const took = performance.now() - startedAt
  await sends(device, room, media)
  return took
}

async function sends(device: TestDevice, room: Room, { send }: Offer) {
  for (const stream of [new AudioStream(), new VideoStream()]) {
    await device.does('media.produce', {
      roomId: room.id,
      transportId: send.id,
      producerId: randomUUID(),
      source: stream.kind === 'audio' ? 'microphone' : 'camera',
      kind: stream.kind,
      rtpParameters: stream.rtpParameters as OpaqueMedia,
      paused: false,
    })
  }
}

async function timesOf(person: Person, room: Room): Promise<number[]> {
  const times: number[] = []
  for (let join = 0; join < JOINS; join++) {
    await person.device.does('room.leave', { roomId: room.id })
    await settled()
    times.push(await comesIn(person, room))
    await settled()
  }
  return times
}

const settled = () => new Promise((resolve) => setTimeout(resolve, SETTLE_MS))

type Memory = { node: number; worker: number }

/** Resident bytes of the server's process and of its workers, as the system counts them. */
function readMemory({ pid }: ServerProcess): Memory {
  const workerPids = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim().split(' ')
  const resident = (of: string | number) => {
    const kilobytes = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${of}/status`, 'utf8'))?.[1]
    if (kilobytes === undefined) throw new Error(`no resident memory of process ${of}`)
    return Number(kilobytes) * 1024
  }
  return { node: resident(pid), worker: workerPids.reduce((sum, one) => sum + resident(one), 0) }
}

function perParticipant(memory: ReadonlyMap<number, Memory>, say: (line: string) => void): number {
  const few = memory.get(SIZES[0])!
  const many = memory.get(LARGEST)!
  const each = (part: keyof Memory) => Math.round((many[part] - few[part]) / (LARGEST - SIZES[0]))
  const kilobytes = (bytes: number) => Math.round(bytes / 1024)
  say(
    `each of ${LARGEST} takes ${kilobytes(each('node'))} kB of the server and ${kilobytes(each('worker'))} kB of its worker`,
  )
  return each('node') + each('worker')
}
