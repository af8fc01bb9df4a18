// A network that is bad on purpose: passes UDP and TCP of 127.0.0.1 on to one port there, and loses, delays, narrows or blocks
// what passes. Each client address has a socket of its own behind it, as behind a NAT, so that the server tells them apart.
import { createSocket, type Socket as UdpSocket } from 'node:dgram'
import { connect, createServer, type Server, type Socket } from 'node:net'
import { createDice, partSeed } from '../simulation/random.ts'
import { createBadLine, FAIR, type BadLine, type Weather } from './badLine.ts'

const HOST = '127.0.0.1'
const FLOWS_MAX = 64
/** A test that has been forgotten leaves nothing open. */
const LIFE_MAX_MS = 10 * 60_000

/** `turn`: what a TURN server passes on; it is somewhere else, and sees neither the weather nor the other blocks. */
export type Blocked = { udp: boolean; tcp: boolean; turn: boolean }

export interface NetRelay {
  /** UDP and TCP. */
  readonly port: number
  /** Both directions of UDP. */
  setWeather(weather: Partial<Weather>): void
  block(blocked: Partial<Blocked>): void
  /** The ways of now lead nowhere any more; whoever comes from a new port finds a new one. */
  cutFlows(): void
  counts(): { flows: number; toServer: number; toClient: number; lost: number; dropped: number; connections: number }
  close(): Promise<void>
}

type Flow = { socket: UdpSocket; up: BadLine<Buffer>; down: BadLine<Buffer>; cut: boolean }

const clock = {
  now: () => performance.now(),
  after(ms: number, action: () => void) {
    const timer = setTimeout(action, ms)
    return () => clearTimeout(timer)
  },
}

/** `isTurn`: whether what comes from this port comes from a TURN server. */
export async function openNetRelay(options: {
  toPort: number
  seed: number
  isTurn?: (port: number) => boolean
}): Promise<NetRelay> {
  const { toPort, seed, isTurn = () => false } = options
  const flows = new Map<number, Flow>()
  const pairs = new Set<Socket>()
  const blocked: Blocked = { udp: false, tcp: false, turn: false }
  let weather: Weather = FAIR
  let connections = 0
  let closed = false

  const { udp, tcp, port } = await listen()
  const passes = (clientPort: number) => (isTurn(clientPort) ? !blocked.turn : !blocked.udp)

  function flowOf(clientPort: number): Flow | null {
    const known = flows.get(clientPort)
    if (known) return known
    if (flows.size >= FLOWS_MAX) return null
    const socket = createSocket('udp4')
    const line = (direction: number, deliver: (packet: Buffer) => void) =>
      createBadLine<Buffer>({
        ...clock,
        dice: createDice(partSeed(seed, flows.size * 2 + direction)),
        weather: () => (isTurn(clientPort) ? FAIR : weather),
        sizeOf: (packet) => packet.length,
        deliver: (packet) => !closed && !flow.cut && deliver(packet),
      })
    const flow: Flow = {
      socket,
      cut: false,
      up: line(0, (packet) => socket.send(packet, toPort, HOST)),
      down: line(1, (packet) => udp.send(packet, clientPort, HOST)),
    }
    socket.on('message', (packet) => passes(clientPort) && flow.down.send(packet))
    socket.on('error', () => {})
    socket.bind(0, HOST)
    flows.set(clientPort, flow)
    return flow
  }

  udp.on('message', (packet, { port: clientPort }) => {
    const flow = passes(clientPort) ? flowOf(clientPort) : null
    flow?.up.send(packet)
  })
  udp.on('error', () => {})
  tcp.on('connection', (near) => {
    if (closed || blocked.tcp) return void near.destroy()
    connections++
    const far = connect(toPort, HOST)
    for (const [from, to] of [
      [near, far],
      [far, near],
    ] as const) {
      pairs.add(from)
      from.setNoDelay(true)
      from.on('data', (piece: Buffer) => to.destroyed || to.write(piece))
      from.on('error', () => from.destroy())
      from.on('close', () => {
        pairs.delete(from)
        to.destroy()
      })
    }
  })

  /** The same port for both, since that is how the server announces them. */
  async function listen(): Promise<{ udp: UdpSocket; tcp: Server; port: number }> {
    for (let attempt = 0; ; attempt++) {
      const socket = createSocket('udp4')
      await new Promise<void>((resolve) => socket.bind(0, HOST, resolve))
      const server = createServer()
      const tried = new Promise<boolean>((resolve) => {
        server.once('error', () => resolve(false))
        server.listen(socket.address().port, HOST, () => resolve(true))
      })
      if (await tried) return { udp: socket, tcp: server, port: socket.address().port }
      socket.close()
      if (attempt === 20) throw new Error('no port is free for both UDP and TCP')
    }
  }

  async function close() {
    if (closed) return
    closed = true
    clearTimeout(endOfLife)
    for (const { socket, up, down } of flows.values()) {
      up.close()
      down.close()
      socket.close()
    }
    for (const socket of pairs) socket.destroy()
    udp.close()
    await new Promise((resolve) => tcp.close(resolve))
  }
  const endOfLife = setTimeout(() => void close(), LIFE_MAX_MS)
  endOfLife.unref()

  return {
    port,
    setWeather: (change) => void (weather = { ...weather, ...change }),
    block(change) {
      Object.assign(blocked, change)
      if (blocked.tcp) for (const socket of pairs) socket.destroy()
    },
    cutFlows() {
      for (const flow of flows.values()) flow.cut = true
      for (const socket of pairs) socket.destroy()
    },
    counts() {
      const all = [...flows.values()].flatMap(({ up, down }) => [up.counts(), down.counts()])
      const sum = (of: (counts: (typeof all)[number]) => number) => all.reduce((total, one) => total + of(one), 0)
      return {
        flows: flows.size,
        toServer: [...flows.values()].reduce((total, { up }) => total + up.counts().sent, 0),
        toClient: [...flows.values()].reduce((total, { down }) => total + down.counts().sent, 0),
        lost: sum(({ lost }) => lost),
        dropped: sum(({ dropped }) => dropped),
        connections,
      }
    },
    close,
  }
}
