// `node server/main.ts check`: whether clients will reach what they are told to reach. Says what does not work, why, and what to do.
import { createSocket } from 'node:dgram'
import { lookup } from 'node:dns/promises'
import { accessSync, constants, mkdirSync } from 'node:fs'
import { connect, createServer } from 'node:net'
import { randomBytes } from 'node:crypto'
import type { ServerConfig } from './config.ts'
import { readCertificate } from './http/certificate.ts'

/** `ok` null: it could not be told from here. */
export type Check = { what: string; ok: boolean | null; words: string }

const PATIENCE_MS = 3_000
const STUN_COOKIE = 0x2112a442

export async function selfCheck(config: ServerConfig, now: number): Promise<Check[]> {
  const checks: Check[] = [dataCheck(config.dataDir)]
  checks.push(await listenCheck('the web address', config.host, config.port, false))
  if (config.tls) {
    const read = await readCertificate(config.tls, now)
    checks.push({ what: 'the certificate', ok: read.ok, words: read.ok ? 'it can be used' : read.error.message })
  } else if (!isOwnMachine(config.host) && (config.trustedProxies ?? []).length === 0) {
    checks.push({
      what: 'encryption',
      ok: false,
      words: `others reach ${config.host} by plain HTTP: set PARLEY_TLS_CERT and PARLEY_TLS_KEY, or name the proxy in front in PARLEY_TRUSTED_PROXIES`,
    })
  }
  checks.push(...(await mediaChecks(config)))
  for (const url of config.media.turn?.urls ?? []) checks.push(await turnCheck(url))
  return checks
}

const isOwnMachine = (host: string) => ['localhost', '127.0.0.1', '::1'].includes(host)

function dataCheck(folder: string): Check {
  const what = 'the data folder'
  if (folder === ':memory:') return { what, ok: true, words: 'nothing is kept' }
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 })
    accessSync(folder, constants.W_OK)
    return { what, ok: true, words: `${folder} can be written` }
  } catch {
    return { what, ok: false, words: `${folder} cannot be written: give it to the user the server runs as` }
  }
}

/** A server that runs already holds its ports: then nothing can be said of them, and nothing has to be. */
async function listenCheck(what: string, host: string, port: number, udp: boolean): Promise<Check> {
  const where = `${host}:${port || 'any port'} ${udp ? 'UDP' : 'TCP'}`
  const code = await (udp ? bindUdp(host, port) : bindTcp(host, port))
  if (code === null) return { what, ok: true, words: `${where} is free` }
  if (code === 'EADDRINUSE') return { what, ok: null, words: `${where} is taken: by this server, if it runs` }
  if (code === 'EADDRNOTAVAIL') return { what, ok: false, words: `${host} is no address of this machine` }
  if (code === 'EACCES') return { what, ok: false, words: `${where} needs more rights: take a port above 1023` }
  return { what, ok: false, words: `${where} cannot be had: ${code}` }
}

const bindTcp = (host: string, port: number) =>
  new Promise<string | null>((resolve) => {
    const server = createServer()
    server.once('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? error.message))
    server.listen(port, host, () => server.close(() => resolve(null)))
  })

const bindUdp = (host: string, port: number) =>
  new Promise<string | null>((resolve) => {
    const socket = createSocket(host.includes(':') ? 'udp6' : 'udp4')
    socket.once('error', (error: NodeJS.ErrnoException) => {
      socket.close()
      resolve(error.code ?? error.message)
    })
    socket.bind(port, host, () => socket.close(() => resolve(null)))
  })

async function mediaChecks({ media }: ServerConfig): Promise<Check[]> {
  const { listenIp, announcedAddress, port } = media
  const checks: Check[] = []
  if (port === 0) {
    checks.push({
      what: 'media ports',
      ok: isOwnMachine(listenIp) ? true : null,
      words:
        'any free ones are taken: behind a firewall set --media-port, and open it for UDP and TCP, one port a worker',
    })
  } else {
    checks.push(await listenCheck('the media port', listenIp, port, true))
    checks.push(await listenCheck('the media port', listenIp, port, false))
  }
  if (announcedAddress !== undefined) checks.push(await announcedCheck(announcedAddress, listenIp, port))
  return checks
}

/** Sends to the address that clients are told, and listens whether it comes in here. */
async function announcedCheck(announced: string, listenIp: string, port: number): Promise<Check> {
  const what = 'the announced address'
  const found = await lookup(announced).catch(() => null)
  if (found === null)
    return { what, ok: false, words: `${announced} is no address and no name that is known: set --media-address` }
  const word = randomBytes(16)
  const family = found.family === 6 ? 'udp6' : 'udp4'
  const listener = createSocket(family)
  const sender = createSocket(family)
  try {
    const bound = await new Promise<number | null>((resolve) => {
      listener.once('error', () => resolve(null))
      listener.bind(port, listenIp, () => resolve(listener.address().port))
    })
    if (bound === null) return { what, ok: null, words: `${announced}: its port is taken, by this server if it runs` }
    const arrived = await new Promise<boolean>((resolve) => {
      const late = setTimeout(() => resolve(false), PATIENCE_MS)
      listener.on('message', (message) => {
        if (!message.equals(word)) return
        clearTimeout(late)
        resolve(true)
      })
      sender.once('error', () => resolve(false))
      sender.send(word, bound, found.address)
    })
    return arrived
      ? { what, ok: true, words: `what is sent to ${announced} by UDP comes in here` }
      : {
          what,
          ok: null,
          words: `what this machine sends to ${announced}:${bound} does not come back: forward that port (UDP and TCP) to here. Some routers never send back to where it came from: then only somebody outside can tell`,
        }
  } finally {
    listener.close()
    sender.close()
  }
}

/** Whether a STUN or TURN server answers there; its passwords are tried by clients. */
async function turnCheck(url: string): Promise<Check> {
  const what = url
  const [, scheme = '', rest = ''] = /^(turns?):(.*)$/.exec(url) ?? []
  const [place = '', query = ''] = rest.split('?')
  const [, host = '', portText] = /^(\[[^\]]+\]|[^:]+)(?::(\d+))?$/.exec(place) ?? []
  const port = Number(portText ?? (scheme === 'turns' ? 5349 : 3478))
  const address = host.replaceAll(/[[\]]/g, '')
  const byTcp = scheme === 'turns' || query.includes('transport=tcp')
  const answers = await (byTcp ? opensTcp(address, port) : answersStun(address, port))
  return answers
    ? { what, ok: true, words: 'it answers' }
    : {
        what,
        ok: false,
        words: `nothing answers at ${address}:${port} by ${byTcp ? 'TCP' : 'UDP'}: is it running, and its port open?`,
      }
}

const opensTcp = (host: string, port: number) =>
  new Promise<boolean>((resolve) => {
    const socket = connect({ host, port, timeout: PATIENCE_MS })
    const end = (reached: boolean) => {
      socket.destroy()
      resolve(reached)
    }
    socket.once('connect', () => end(true))
    socket.once('timeout', () => end(false))
    socket.once('error', () => end(false))
  })

/** A STUN binding request (RFC 8489), which every TURN server answers to anybody. */
async function answersStun(host: string, port: number): Promise<boolean> {
  const found = await lookup(host).catch(() => null)
  if (found === null) return false
  const transaction = randomBytes(12)
  const request = Buffer.alloc(20)
  request.writeUInt16BE(1, 0)
  request.writeUInt32BE(STUN_COOKIE, 4)
  transaction.copy(request, 8)
  const socket = createSocket(found.family === 6 ? 'udp6' : 'udp4')
  try {
    return await new Promise<boolean>((resolve) => {
      const late = setTimeout(() => resolve(false), PATIENCE_MS)
      const end = (answered: boolean) => {
        clearTimeout(late)
        resolve(answered)
      }
      socket.once('error', () => end(false))
      socket.on('message', (answer) => answer.length >= 20 && answer.subarray(8, 20).equals(transaction) && end(true))
      socket.send(request, port, found.address)
    })
  } finally {
    socket.close()
  }
}

/** A line each, and what it comes to. */
export function tell(checks: readonly Check[]): string {
  const sign = ({ ok }: Check) => (ok === null ? '?' : ok ? '✓' : '✗')
  return checks.map((check) => `${sign(check)} ${check.what}: ${check.words}`).join('\n')
}
