// Strangers' input against a server that people use: frames with valid shapes and wild values, cut off, out of order, replayed, sent by
// whoever has no right to them. Nothing may fall over, and nothing of those who only sit there may change.
import { randomUUID } from 'node:crypto'
import { commands, type CommandName } from '../../shared/protocol/contract.ts'
import type { MediaOffer } from '../../shared/protocol/media.ts'
import type { Socket } from 'socket.io-client'
import { createDice, type Dice } from '../simulation/random.ts'
import { startServer, type Memory, type ServerProcess } from '../support/serverProcess.ts'
import { TestDevice } from '../support/testDevice.ts'
import { fuzzHttp } from './http.ts'
import { createMaker, type Maker } from './values.ts'
import { takeWitness, type Witness } from './witness.ts'

export type FramesOutcome = {
  frames: number
  httpRequests: number
  seed: number
  /** Times the server process ended, or did not answer any more. */
  crashes: number
  /** Errors in the server's log that no code was ready for. */
  unhandled: number
  /** Rows of those who only sit there that are not as they were. */
  forbiddenChanges: number
  /** What the server holds on to after it all, against that after the first tenth: resident, and of its heap. */
  memoryGrowthRatio: number
  heapGrowthRatio: number
  /** How many frames got which answer: all refused for their rate would show nothing. */
  answers: Record<string, number>
}

export type FramesOptions = {
  frames: number
  httpRequests: number
  seed: number
  /** How long the server is left alone before its memory is looked at. */
  settleMs: number
  say(line: string): void
}

const BURST = 200
const ANSWERED_MS = 60_000
const REPLAYS_KEPT = 300
const LOG_TROUBLE = /command failed|request failed|handshake failed|unhandled|uncaught/gi

/** What would only slow the attackers down is off; what protects people stays on. */
const LIMITS = JSON.stringify({
  commandsPerDevice: null,
  commandsPerUser: null,
  signInsPerLogin: null,
  renewalsPerDevice: null,
  renewalsPerAddress: null,
  guestsPerAddress: null,
  joinsPerUser: null,
  joinsPerAddress: null,
  connectionsPerAddress: 100_000,
})

export async function fuzzFrames({ frames, httpRequests, seed, settleMs, say }: FramesOptions): Promise<FramesOutcome> {
  const server = await startServer({
    args: ['--media-workers', '1', '--log-level', 'error'],
    env: { PARLEY_LIMITS: LIMITS, PARLEY_ACCESS_MINUTES: '1440' },
  })
  const devices: TestDevice[] = []
  try {
    const scene = await setScene(server, devices, seed)
    const answers: Record<string, number> = {}
    const before = scene.witness.look()
    let early: Memory | null = null
    let sent = 0
    let [crashes, toldAt] = [0, 0]
    while (sent < frames) {
      const attacker = scene.dice.pick(scene.attackers) as Attacker
      const count = Math.min(BURST, frames - sent)
      await fire(scene, attacker, count, answers)
      sent += count
      if (early === null && sent >= frames / 10) early = await server.memory()
      for (const device of devices) device.told.length = 0
      if (sent - toldAt < frames / 20) continue
      toldAt = sent
      say(
        `${sent} frames; ${scene.witness.differences(before).length} forbidden changes; ${troubleIn(server)} in the log`,
      )
      if (!(await lives(server))) {
        crashes++
        break
      }
    }
    if (crashes === 0) await fuzzHttp({ url: server.url, requests: httpRequests, dice: scene.dice, maker: scene.maker })
    if (!(await lives(server))) crashes++
    await new Promise((resolve) => setTimeout(resolve, settleMs))
    const late = crashes === 0 ? await server.memory() : null
    const differences = scene.witness.differences(before)
    for (const line of differences.slice(0, 20)) say(`changed: ${line}`)
    if (crashes > 0 || troubleIn(server) > 0) say(server.output())
    return {
      frames: sent,
      httpRequests,
      seed,
      crashes,
      unhandled: troubleIn(server),
      forbiddenChanges: differences.length,
      memoryGrowthRatio: ratio(late?.resident, early?.resident),
      heapGrowthRatio: ratio(late?.heapUsed, early?.heapUsed),
      answers,
    }
  } finally {
    for (const device of devices) device.disconnects()
    await server.stop()
  }
}

/** NaN when there was nothing left to look at. */
const ratio = (late = NaN, early = NaN): number => Math.round((late / early) * 1000) / 1000

const troubleIn = (server: ServerProcess): number => server.output().match(LOG_TROUBLE)?.length ?? 0

const lives = (server: ServerProcess): Promise<boolean> =>
  fetch(`${server.url}/health`).then(
    (response) => response.ok,
    () => false,
  )

type Attacker = { device: TestDevice; returns(): Promise<void> }
type Scene = { dice: Dice; maker: Maker; attackers: Attacker[]; replays: string[]; witness: Witness }

/** Ann and Ben in a meeting and Dan being rung into it only sit there. Chloe is inside as a member, Emil is not, and there is a guest. */
async function setScene(server: ServerProcess, devices: TestDevice[], seed: number): Promise<Scene> {
  const dice = createDice(seed)
  const come = async (login: string) => {
    const device = new TestDevice(() => server.url, login, `${login}’s laptop`)
    devices.push(device)
    await device.signsIn()
    await device.connects()
    return device
  }
  const [ann, ben, dan] = [await come('ann'), await come('ben'), await come('dan')]
  const { snapshot, media } = await ann.does('room.create', { name: 'Standup', rtpCapabilities: null })
  const { room } = snapshot
  await ann.does('room.update', { roomId: room.id, settings: { guestsAllowed: true, guestsWait: false } })
  await ben.joins(room.id)
  await ann.does('chat.send', { roomId: room.id, id: randomUUID(), text: 'Good morning' })
  const call = await ann.rings(dan, room.id, { timeoutSeconds: 600 })
  const chloe = await come('chloe')
  await chloe.joins(room.id)
  const emil = await come('emil')
  const trap = await emil.opensMeeting('Trap')
  const guest = new TestDevice(() => server.url, 'mia', 'Mia’s phone')
  devices.push(guest)
  await guest.arrivesAsGuest(room.code, 'Mia')
  if (media === null) throw new Error('the SFU gave no media')
  const offer: MediaOffer = media
  const maker = createMaker(
    {
      users: [ann.user, ben.user, dan.user, chloe.user, emil.user, guest.user],
      deviceIds: devices.map(({ device }) => device.id),
      roomIds: [room.id, room.id, trap.room.id],
      callIds: [call.id, randomUUID()],
      offer: () => offer,
      now: Date.now,
    },
    dice,
  )
  const attackers = [chloe, emil, guest].map((device): Attacker => ({
    device,
    returns: () => comeBack(device, room.code),
  }))
  const witness = takeWitness(server.dataFolder, { still: [ann.id, ben.id, dan.id], roomId: room.id })
  return { dice, maker, attackers, replays: [], witness }
}

/** What an attacker did to themselves, or a frame that no parser takes, may have closed the connection or ended the session. */
async function comeBack(device: TestDevice, code: string): Promise<void> {
  device.disconnects()
  const refused = await device.triesToConnect()
  if (refused === null) return
  device.disconnects()
  if (device.user.guest) return device.arrivesAsGuest(code, 'Mia')
  await device.signsIn()
  await device.connects()
}

const NAMES = Object.keys(commands) as CommandName[]

async function fire(scene: Scene, attacker: Attacker, count: number, answers: Record<string, number>): Promise<void> {
  const { device } = attacker
  if (!device.connected) await attacker.returns()
  const { socket } = device
  if (socket === null) return
  countAnswers(socket, answers)
  for (let number = 0; number < count; number++) write(device, oneFrame(scene, number))
  // Everything before it has been read by the time it is answered, whatever became of it.
  const marker = { commandId: randomUUID(), name: 'room.list', input: {} }
  await new Promise<void>((resolve, reject) => {
    const closed = () => resolve()
    socket.once('disconnect', closed)
    socket
      .timeout(ANSWERED_MS)
      .emitWithAck('command', marker)
      .then(closed, () => (socket.connected ? reject(new Error('the server does not answer any more')) : resolve()))
      .finally(() => socket.off('disconnect', closed))
  })
}

const counted = new WeakSet<object>()

/** As they come on the wire: the acknowledgements of frames that no client has sent. */
function countAnswers({ io: { engine } }: Socket, answers: Record<string, number>): void {
  if (counted.has(engine)) return
  counted.add(engine)
  engine.on('message', (packet: string) => {
    if (!packet.startsWith('3')) return
    const code = packet.includes('"ok":true') ? 'ok' : (/"code":"(\w+)"/.exec(packet)?.[1] ?? 'odd')
    answers[code] = (answers[code] ?? 0) + 1
  })
}

function write({ socket }: TestDevice, frame: string): void {
  socket?.io.engine?.write(frame)
}

/** One engine.io message, without its type digit. */
function oneFrame(scene: Scene, number: number): string {
  const { dice, maker, replays } = scene
  const name = dice.pick(NAMES) as CommandName
  const message = () => ({ commandId: randomUUID(), name, input: maker.value(commands[name].input) })
  const framed = (value: unknown) => `2${1_000 + number}${JSON.stringify(['command', value])}`
  const roll = dice.next()
  if (roll < 0.45) {
    const frame = framed(message())
    replays.push(frame)
    if (replays.length > REPLAYS_KEPT) replays.splice(dice.whole(0, replays.length - 1), 1)
    return frame
  }
  if (roll < 0.7) return framed(maker.spoil(message()))
  if (roll < 0.85 && replays.length > 0) return dice.pick(replays) as string
  if (roll < 0.95) return framed({ ...message(), name: dice.pick(NAMES) })
  if (roll < 0.985) return `2${number}${JSON.stringify([dice.pick(['event', 'message', 'command', '__proto__']), {}])}`
  const whole = framed(message())
  return dice.chance(0.1) ? whole.slice(0, dice.whole(1, whole.length)) : framed(null)
}
