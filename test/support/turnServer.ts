// A real TURN server (coturn) for tests: on 127.0.0.1 alone, over TCP alone, with a secret and a configuration of its own.
import { spawn, type ChildProcess } from 'node:child_process'
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { connect, createServer, type AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

const HOST = '127.0.0.1'
const START_MS = 10_000
const STOP_MS = 4_000
/** Below the ports that systems give out by themselves, above those that need a privilege. */
const RELAY_PORTS = { min: 27_200, max: 27_299 }

/** Why tests with a TURN server cannot run here; null when they can. */
export const missingTurnServer = (): string | null => {
  const path = process.env['PARLEY_TURNSERVER']
  if (!path) return 'no TURN server: install coturn, or name one in PARLEY_TURNSERVER'
  return existsSync(path) ? null : `no TURN server at ${path}`
}

export type TurnServer = {
  url: string
  secret: string
  /** Whether media from this port has come through the TURN server. */
  isRelayPort(port: number): boolean
  output(): string
  stop(): Promise<void>
}

export async function startTurnServer(): Promise<TurnServer> {
  const folder = mkdtempSync(join(tmpdir(), 'parley-turn-'))
  const port = await freePort()
  const secret = 'of this test alone, and of nobody else'
  const file = join(folder, 'turnserver.conf')
  writeFileSync(file, configuration({ port, secret, folder }))
  const child = spawn(process.env['PARLEY_TURNSERVER'] ?? 'turnserver', ['-c', file], {
    cwd: folder,
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let printed = ''
  const keep = (chunk: Buffer) => void (printed = (printed + String(chunk)).slice(-20_000))
  child.stdout.on('data', keep)
  child.stderr.on('data', keep)
  const stop = () => end(child).finally(() => rmSync(folder, { recursive: true, force: true }))
  try {
    await listening(child, port, () => printed)
  } catch (error) {
    await stop()
    throw error
  }
  return {
    url: `turn:${HOST}:${port}?transport=tcp`,
    secret,
    isRelayPort: (one) => one >= RELAY_PORTS.min && one <= RELAY_PORTS.max,
    output: () => printed,
    stop,
  }
}

const configuration = ({ port, secret, folder }: { port: number; secret: string; folder: string }): string =>
  [
    `listening-ip=${HOST}`,
    `listening-port=${port}`,
    `relay-ip=${HOST}`,
    `min-port=${RELAY_PORTS.min}`,
    `max-port=${RELAY_PORTS.max}`,
    'realm=parley.test',
    'fingerprint',
    'use-auth-secret',
    `static-auth-secret=${secret}`,
    // Whoever needs it here has no UDP at all.
    'no-udp',
    'no-tls',
    'no-dtls',
    'no-cli',
    // For tests only: the SFU is on this machine.
    'allow-loopback-peers',
    'no-multicast-peers',
    `userdb=${join(folder, 'turn.db')}`,
    `pidfile=${join(folder, 'turn.pid')}`,
    'log-file=stdout',
    'verbose',
    '',
  ].join('\n')

async function freePort(): Promise<number> {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, HOST, resolve))
  const { port } = server.address() as AddressInfo
  await new Promise((resolve) => server.close(resolve))
  return port
}

async function listening(child: ChildProcess, port: number, printed: () => string): Promise<void> {
  const deadline = performance.now() + START_MS
  while (!(await connects(port))) {
    if (child.exitCode !== null) throw new Error(`the TURN server ended with ${child.exitCode}:\n${printed()}`)
    if (performance.now() > deadline) throw new Error(`the TURN server does not listen:\n${printed()}`)
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
}

const connects = (port: number) =>
  new Promise<boolean>((resolve) => {
    const socket = connect(port, HOST, () => {
      socket.destroy()
      resolve(true)
    })
    socket.on('error', () => resolve(false))
  })

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  const exited = new Promise((resolve) => child.once('exit', resolve))
  child.kill('SIGTERM')
  const hard = setTimeout(() => child.kill('SIGKILL'), STOP_MS)
  await exited
  clearTimeout(hard)
}
