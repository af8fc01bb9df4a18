// What the server can take: thousands of people online and rings all the time, next to a socket.io server that only acknowledges, in
// the same run on the same machine.
import { spawn } from 'node:child_process'
import { join } from 'node:path'
import type { Socket } from 'socket.io-client'
import { startServer } from '../support/serverProcess.ts'
import { addCrowd, connectCrowd, openSocket, residentBytes, type Member } from './crowd.ts'
import { median, percentile, rounded } from './figures.ts'
import { ringAllTheTime, type LoadFigures } from './ringLoad.ts'
import { unlimited } from './unlimited.ts'

const CLOSED_LOOP_MS = 10_000
const CLOSED_LOOPS = 100
const SETTLE_MS = 3_000

export type SignalingOptions = {
  connections: number
  ringsPerSecond: number
  minutes: number
  say(line: string): void
}

export type SignalingFigures = {
  invitesPerSecond: number
  rawAcksPerSecond: number
  ratio: number
  p50: number
  p99: number
  rawP50: number
  rawP99: number
  bytesPerConnection: number
  rawBytesPerConnection: number
  connectMs: number
  load: LoadFigures & { connections: number; minutes: number }
}

/** Latencies in ms from the invitation leaving its caller until the callee's device is told; bytes of resident memory of the server. */
export async function benchSignaling(options: SignalingOptions): Promise<SignalingFigures> {
  const raw = await benchRaw(options)
  const { connections, minutes, say } = options
  const server = await startServer({
    args: ['--media-workers', '1', '--log-level', 'error'],
    env: unlimited,
    prepare: addCrowd(connections),
  })
  let crowd: Member[] = []
  try {
    await settled()
    const before = residentBytes(server.pid)
    const startedAt = performance.now()
    crowd = await connectCrowd(server.url, connections)
    const connectMs = performance.now() - startedAt
    await settled()
    const bytesPerConnection = Math.round((residentBytes(server.pid) - before) / connections)
    say(`${connections} signed in and connected in ${rounded(connectMs / 1000)} s, ${bytesPerConnection} bytes each`)
    const invitesPerSecond = await closedLoop(inviteLoops(crowd, await openRooms(crowd)))
    say(`${rounded(invitesPerSecond)} invitations/s in a closed loop, bare ${rounded(raw.acksPerSecond)} answers/s`)
    await settled()
    const load = await ringAllTheTime({ ...options, crowd, memory: server.memory })
    return {
      invitesPerSecond: rounded(invitesPerSecond),
      rawAcksPerSecond: rounded(raw.acksPerSecond),
      ratio: Math.round((invitesPerSecond / raw.acksPerSecond) * 1000) / 1000,
      p50: load.p50,
      p99: load.p99,
      rawP50: raw.p50,
      rawP99: raw.p99,
      bytesPerConnection,
      rawBytesPerConnection: raw.bytesPerConnection,
      connectMs: Math.round(connectMs),
      load: { ...load, connections, minutes },
    }
  } finally {
    for (const { socket } of crowd) socket.disconnect()
    await server.stop()
  }
}

const settled = () => new Promise((resolve) => setTimeout(resolve, SETTLE_MS))

/** As many in a row as go, in all loops at once; how many a second. */
async function closedLoop(steps: readonly (() => Promise<unknown>)[]): Promise<number> {
  const startedAt = performance.now()
  const over = () => performance.now() - startedAt > CLOSED_LOOP_MS
  let done = 0
  await Promise.all(
    steps.map(async (step) => {
      while (!over()) {
        await step()
        done++
      }
    }),
  )
  return (done / (performance.now() - startedAt)) * 1000
}

async function openRooms(crowd: readonly Member[]): Promise<string[]> {
  const rooms: string[] = []
  for (const owner of crowd.slice(0, Math.min(CLOSED_LOOPS, crowd.length / 2))) {
    rooms.push((await owner.ask('room.create', { name: 'Loop', rtpCapabilities: null })).snapshot.room.id)
  }
  return rooms
}

/** Each rings somebody of its own and takes it back: no ring is left over for the next. */
function inviteLoops(crowd: readonly Member[], rooms: readonly string[]): (() => Promise<void>)[] {
  return rooms.map((roomId, index) => async () => {
    const [caller, callee] = [crowd[index]!, crowd[index + rooms.length]!]
    const { results } = await caller.ask('call.invite', { roomId, calleeIds: [callee.userId], media: 'audio' })
    const [result] = results
    if (result?.outcome !== 'success') throw new Error(`no ring: ${JSON.stringify(result)}`)
    await caller.ask('call.cancel', { roomId, calleeIds: [callee.userId] })
  })
}

type RawFigures = { acksPerSecond: number; p50: number; p99: number; bytesPerConnection: number }

async function benchRaw({ connections, ringsPerSecond, say }: SignalingOptions): Promise<RawFigures> {
  const child = spawn(process.execPath, [join(import.meta.dirname, 'rawServer.ts')], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const sockets: Socket[] = []
  try {
    const url = await new Promise<string>((resolve, reject) => {
      child.once('exit', () => reject(new Error('the bare server ended')))
      child.stdout.on('data', (chunk) => {
        const found = /listening on (\S+)/.exec(String(chunk))?.[1]
        if (found) resolve(found)
      })
    })
    await settled()
    const before = residentBytes(child.pid!)
    for (let count = 0; count < connections; count++) sockets.push(await openSocket(url, {}))
    await settled()
    const bytesPerConnection = Math.round((residentBytes(child.pid!) - before) / connections)
    const message = {
      commandId: 'x'.repeat(36),
      name: 'call.invite',
      input: { roomId: 'x'.repeat(36), media: 'audio' },
    }
    const acks = sockets.slice(0, CLOSED_LOOPS).map((socket) => () => socket.emitWithAck('command', message))
    const acksPerSecond = await closedLoop(acks)
    const times = await paced(sockets, message, 1000 / ringsPerSecond)
    const figures = { p50: rounded(median(times)), p99: rounded(percentile(times, 0.99)) }
    say(
      `bare socket.io: ${bytesPerConnection} bytes a connection, ${rounded(acksPerSecond)} answers/s, p99 ${figures.p99} ms`,
    )
    return { acksPerSecond, bytesPerConnection, ...figures }
  } finally {
    for (const socket of sockets) socket.disconnect()
    child.kill('SIGTERM')
  }
}

/** Questions at the pace of the rings: how long each answer takes, in ms. */
async function paced(sockets: readonly Socket[], message: object, everyMs: number): Promise<number[]> {
  const times: number[] = []
  const underWay: Promise<unknown>[] = []
  for (let count = 0; count < CLOSED_LOOP_MS / everyMs; count++) {
    const askedAt = performance.now()
    const answered = sockets[count % sockets.length]!.emitWithAck('command', message)
    underWay.push(answered.then(() => times.push(performance.now() - askedAt)))
    await new Promise((resolve) => setTimeout(resolve, everyMs))
  }
  await Promise.all(underWay)
  return times
}
