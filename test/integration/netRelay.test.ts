// The bad network itself, with real sockets: two clients that stay apart, a block, and ways that die while new ones open.
import { createSocket, type Socket } from 'node:dgram'
import { connect, createServer, type AddressInfo, type Server } from 'node:net'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { until } from '../support/browsers.ts'
import { openNetRelay, type NetRelay } from '../support/netRelay.ts'

let echo: Socket
let echoTcp: Server
let relay: NetRelay
let clients: Socket[]
let turnPort: number
const seenPorts = new Set<number>()

async function udp(): Promise<Socket> {
  const socket = createSocket('udp4')
  await new Promise<void>((resolve) => socket.bind(0, '127.0.0.1', resolve))
  return socket
}

beforeEach(async () => {
  clients = []
  seenPorts.clear()
  echo = await udp()
  echo.on('message', (packet, from) => {
    seenPorts.add(from.port)
    echo.send(packet, from.port, from.address)
  })
  echoTcp = createServer((socket) => void socket.on('error', () => {}).pipe(socket))
  await new Promise<void>((resolve) => echoTcp.listen(echo.address().port, '127.0.0.1', resolve))
  turnPort = 0
  relay = await openNetRelay({
    toPort: (echoTcp.address() as AddressInfo).port,
    seed: 1,
    isTurn: (port) => port === turnPort,
  })
})
afterEach(async () => {
  await relay.close()
  for (const socket of [echo, ...clients]) socket.close()
  await new Promise((resolve) => echoTcp.close(resolve))
})

async function client() {
  const socket = await udp()
  clients.push(socket)
  const heard: string[] = []
  socket.on('message', (packet) => heard.push(String(packet)))
  return { heard, port: socket.address().port, says: (text: string) => socket.send(text, relay.port, '127.0.0.1') }
}
const hears = ({ heard }: { heard: string[] }, text: string) =>
  until(`the echo of ${text}`, () => heard.includes(text), 2_000)

/** What comes back over TCP; null when the connection is refused. */
const overTcp = (text: string) =>
  new Promise<string | null>((resolve) => {
    const socket = connect(relay.port, '127.0.0.1', () => socket.write(text))
    socket.on('data', (data) => {
      resolve(String(data))
      socket.destroy()
    })
    socket.on('error', () => {})
    socket.on('close', () => resolve(null))
  })

test('two clients are two to the server, and each hears its own', async () => {
  const [ann, ben] = [await client(), await client()]
  ann.says('from ann')
  ben.says('from ben')
  await hears(ann, 'from ann')
  await hears(ben, 'from ben')
  expect(ann.heard).toEqual(['from ann'])
  expect(seenPorts.size).toBe(2)
  expect(await overTcp('hello')).toBe('hello')
  expect(relay.counts()).toMatchObject({ flows: 2, toServer: 2, toClient: 2, connections: 1 })
})

test('what is blocked does not pass; a TURN server is another way', async () => {
  const [ann, turn] = [await client(), await client()]
  turnPort = turn.port
  relay.setWeather({ lossShare: 1 })
  relay.block({ udp: true, tcp: true })
  ann.says('blocked')
  turn.says('through')
  await hears(turn, 'through')
  expect(await overTcp('hello')).toBeNull()
  relay.setWeather({ lossShare: 0 })
  relay.block({ udp: false, tcp: false, turn: true })
  turn.says('blocked too')
  ann.says('again')
  await hears(ann, 'again')
  expect(ann.heard).toEqual(['again'])
  expect(turn.heard).toEqual(['through'])
  expect(await overTcp('hello')).toBe('hello')
})

test('a way that was cut stays dead, and a new port finds a new one', async () => {
  const before = await client()
  before.says('one')
  await hears(before, 'one')
  relay.cutFlows()
  const after = await client()
  before.says('two')
  after.says('three')
  await hears(after, 'three')
  expect(before.heard).toEqual(['one'])
})
