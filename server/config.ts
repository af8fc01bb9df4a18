// What can be set from outside: flags first, then PARLEY_* variables, then defaults.
import { readFileSync } from 'node:fs'
import { isIP } from 'node:net'
import { parseArgs } from 'node:util'
import { failure, success, type Result } from '../shared/protocol/result.ts'
import { RING_RULES, type RingRule } from '../shared/protocol/reach.ts'
import { defaultLimits, readLimits, type Limits } from './limits.ts'
import type { AccountRole } from '../shared/protocol/trust.ts'
import type { CertificateFiles } from './http/certificate.ts'
import { LOG_LEVELS, type LogLevel } from './log.ts'
import { isTurnUrl, readIceServers, type IceServers } from './media/iceServers.ts'
import { CONSUMERS_PER_WORKER } from './media/placing.ts'
import type { TurnConfig } from './media/turn.ts'
import { AUDIT_DAYS_DEFAULT } from './people/auditLog.ts'
import { OPENID_USAGE, readOpenIdSettings, readPasswordSignIn, type OpenIdConfig } from './openid/settings.ts'
import { PASSWORD_COST_DEFAULT } from './people/passwords.ts'
import { readPublicUrl } from './publicUrl.ts'
import type { WebhookRules } from './webhooks/addresses.ts'

export type ServerConfig = {
  host: string
  /** 0 takes any free port. */
  port: number
  /** The folder of the database; `:memory:` keeps nothing. */
  dataDir: string
  /** Adds the demo people, whose password everybody knows. */
  demo: boolean
  logLevel: LogLevel
  /** Signs access tokens; left out, one is made once and kept in the database. */
  secret: string | undefined
  accessTokenMs: number
  passwordCost: number
  /** Where browsers reach this server, as an origin; left out when nothing needs to know. */
  publicUrl?: string | undefined
  /** The OpenID provider people may sign in with. */
  openId?: OpenIdConfig | null
  /** Whether a user name and a password let anybody in (yes when left out). */
  passwordSignIn?: boolean
  /** Pages other than our own that may open sockets, as origins (`https://example.org`). */
  allowedOrigins: readonly string[]
  /** Addresses (or networks, `10.0.0.0/8`) of proxies in front, whose word on where a request came from is taken. */
  trustedProxies?: readonly string[]
  /** The server's own certificate; without one it speaks plain HTTP, to this machine or to a proxy. */
  tls?: CertificateFiles | undefined
  /** Sign-in attempts per minute, for one login from one address. */
  signInsPerMinute: number
  /** Guests who may come per minute from one address, and looks at links. */
  guestsPerMinute: number
  /** Whoever presents it may read `GET /metrics`; without one nobody may. */
  metricsToken?: string | undefined
  /** What webhooks may lead to beside https and public addresses. */
  webhooks?: WebhookRules
  /** A device that does not acknowledge an event within this is not there: its connection is closed, and it syncs anew. */
  acknowledgeMs: number
  /** How often, how many, how much; the defaults when left out. */
  limits?: Limits
  /** Who may ring whom while the administrators have set no rule; `everyone` when left out. */
  ringRule?: RingRule
  /** How long the audit log is kept, in days; a year when left out. */
  auditDays?: number
  /** The folder of the built web client; nothing is served when it is missing. */
  webDir: string
  version: string
  media: {
    /** How many SFU workers; 0 means one per core. */
    workers: number
    /** From so many consumers on a worker on, whoever joins goes to another one. */
    consumersPerWorker?: number
    listenIp: string
    announcedAddress: string | undefined
    /** The first of the media ports, one per worker, UDP and TCP; 0 takes free ones. */
    port: number
    /** STUN and TURN, handed to every client. */
    iceServers?: IceServers
    /** A TURN server for which passwords are made that soon expire. */
    turn?: TurnConfig | null
  }
}

const OPTIONS = {
  demo: { type: 'boolean' },
  port: { type: 'string' },
  host: { type: 'string' },
  data: { type: 'string' },
  'log-level': { type: 'string' },
  'media-workers': { type: 'string' },
  'media-consumers': { type: 'string' },
  'media-ip': { type: 'string' },
  'media-address': { type: 'string' },
  'media-port': { type: 'string' },
  'ice-servers': { type: 'string' },
  administrator: { type: 'boolean' },
  help: { type: 'boolean' },
} as const

export const USAGE = `node server/main.ts [options]              run the server
node server/main.ts user add <login> <name>   add an account; the password is asked, or read from standard input
                                              --administrator: one that looks after the server
node server/main.ts check [options]           whether clients will reach what these options tell them to
node server/main.ts token create <name> <scopes> [days]
node server/main.ts token list
node server/main.ts token revoke <id>         make, list and revoke API tokens (docs/api.md)

  --port N             where to listen (4400)                 PARLEY_PORT
  --host H             on which address (127.0.0.1)           PARLEY_HOST
  --data DIR           folder of the database (parley-data)   PARLEY_DATA
  --demo               add the demo people, password "parley" PARLEY_DEMO=1
  --log-level L        ${LOG_LEVELS.join(' ')} (info)   PARLEY_LOG_LEVEL
  --media-workers N    SFU workers (one per core)             PARLEY_MEDIA_WORKERS
  --media-consumers N  consumers a worker (500): a meeting    PARLEY_MEDIA_CONSUMERS
                       that has more goes on on another one
  --media-ip A         address the SFU listens on (the host)  PARLEY_MEDIA_IP
  --media-address A    address clients reach the SFU at       PARLEY_MEDIA_ADDRESS
  --media-port N       first media port, UDP and TCP (any)    PARLEY_MEDIA_PORT
  --ice-servers JSON   STUN and TURN servers (none), a list   PARLEY_ICE_SERVERS
                       like [{"urls":"stun:stun.example:3478"}]

  PARLEY_TURN_URLS         a TURN server whose passwords are made here and last an hour, its addresses separated by
                           commas, like turn:turn.example:3478,turns:turn.example:5349
  PARLEY_TURN_SECRET       the secret shared with it (coturn: use-auth-secret, static-auth-secret)
  PARLEY_SECRET            signs sessions (else made once and kept with the data)
  PARLEY_ACCESS_MINUTES    lifetime of access tokens (15, at least 2)
  PARLEY_METRICS_TOKEN     opens GET /metrics to whoever sends it (Authorization: Bearer …)
  PARLEY_WEBHOOK_PRIVATE   on: webhooks may lead to this machine and to private networks
  PARLEY_WEBHOOK_INSECURE  on: webhooks may use plain http
  PARLEY_TLS_CERT          file of the certificate with its chain (PEM): the server speaks HTTPS itself; read again
                           when it changes
  PARLEY_TLS_KEY           file of its key
  PARLEY_ALLOWED_ORIGINS   other web pages that may connect, separated by commas
  PARLEY_TRUSTED_PROXIES   addresses or networks of the proxies in front, separated by commas
  PARLEY_LIMITS            what docs/limits.md lists, as JSON like {"ringsPerPair":{"burst":6,"perMinute":1}}
  PARLEY_LIMITS_FILE       a file with the same
  PARLEY_RING_POLICY       who may ring whom: everyone (default), contacts or allowList; administrators may change it
  PARLEY_AUDIT_DAYS        how long the audit log is kept (365)

${OPENID_USAGE}`

export type CommandLine =
  | { kind: 'help' }
  | { kind: 'serve'; config: ServerConfig }
  | { kind: 'token'; args: string[]; config: ServerConfig }
  | { kind: 'check'; config: ServerConfig }
  | { kind: 'addUser'; login: string; name: string; role: AccountRole; config: ServerConfig }

export type Surroundings = { env: Record<string, string | undefined>; webDir: string; version: string }

/** Whoever knows one password can try secrets at home, as fast as they like. */
const TURN_SECRET_MIN = 16

class BadSetting extends Error {}

/** `invalid` with a sentence for whoever started the server. */
export function readCommandLine(argv: readonly string[], surroundings: Surroundings): Result<CommandLine> {
  try {
    const { values, positionals } = parseArgs({ args: [...argv], options: OPTIONS, allowPositionals: true })
    if (values.help) return success({ kind: 'help' })
    const config = readConfig(values, surroundings)
    if (positionals.length === 0 && values.administrator)
      throw new BadSetting('--administrator belongs to: user add <login> <name>')
    if (positionals.length === 0) return success({ kind: 'serve', config })
    const [noun, verb, login, ...name] = positionals
    if (noun === 'token') return success({ kind: 'token', args: positionals.slice(1), config })
    if (noun === 'check' && verb === undefined) return success({ kind: 'check', config })
    if (noun === 'user' && verb === 'add' && login !== undefined && name.length > 0) {
      const role = values.administrator ? 'administrator' : 'user'
      return success({ kind: 'addUser', login, name: name.join(' '), role, config })
    }
    return failure('invalid', `Not understood: ${positionals.join(' ')}`)
  } catch (error) {
    return failure('invalid', error instanceof Error ? error.message : String(error))
  }
}

type Values = { [Name in keyof typeof OPTIONS]?: (typeof OPTIONS)[Name]['type'] extends 'boolean' ? boolean : string }

function readConfig(values: Values, { env, webDir, version }: Surroundings): ServerConfig {
  const host = values.host ?? env['PARLEY_HOST'] ?? '127.0.0.1'
  const level = values['log-level'] ?? env['PARLEY_LOG_LEVEL'] ?? 'info'
  const logLevel = LOG_LEVELS.find((known) => known === level)
  if (logLevel === undefined) throw new BadSetting(`--log-level: one of ${LOG_LEVELS.join(', ')}`)
  const listenIp = values['media-ip'] ?? env['PARLEY_MEDIA_IP'] ?? host
  const announcedAddress = values['media-address'] ?? env['PARLEY_MEDIA_ADDRESS']
  if (['0.0.0.0', '::'].includes(listenIp) && announcedAddress === undefined) {
    throw new BadSetting(
      '--media-address: say at which address clients reach this machine, since media listens on all of them',
    )
  }
  const limits = limitsFrom(env['PARLEY_LIMITS'], env['PARLEY_LIMITS_FILE'])
  const secret = env['PARLEY_SECRET']
  if (secret !== undefined && secret.length < 32) throw new BadSetting('PARLEY_SECRET: at least 32 characters')
  const metricsToken = env['PARLEY_METRICS_TOKEN'] || undefined
  if (metricsToken !== undefined && metricsToken.length < 16) {
    throw new BadSetting('PARLEY_METRICS_TOKEN: at least 16 characters')
  }
  const publicUrl = readPublicUrl(env['PARLEY_PUBLIC_URL'])
  const openId = readOpenIdSettings(env, publicUrl)
  return {
    host,
    port: wholeNumber('--port', values.port ?? env['PARLEY_PORT'], 4400, 65535),
    dataDir: values.data ?? env['PARLEY_DATA'] ?? 'parley-data',
    demo: values.demo ?? isOn(env['PARLEY_DEMO']),
    logLevel,
    secret,
    // Renewal is asked for a minute ahead: a token of one minute would be renewed without end.
    accessTokenMs: wholeNumber('PARLEY_ACCESS_MINUTES', env['PARLEY_ACCESS_MINUTES'], 15, 24 * 60, 2) * 60_000,
    passwordCost: PASSWORD_COST_DEFAULT,
    publicUrl,
    openId,
    passwordSignIn: readPasswordSignIn(env, openId),
    // A proxy on a port of its own may pass on a host without it: then our own page is known by the address it is told to have.
    allowedOrigins: [...listOf(env['PARLEY_ALLOWED_ORIGINS']), ...(publicUrl === undefined ? [] : [publicUrl])],
    trustedProxies: proxies(env['PARLEY_TRUSTED_PROXIES']),
    tls: certificateFiles(env['PARLEY_TLS_CERT'] || undefined, env['PARLEY_TLS_KEY'] || undefined),
    signInsPerMinute: limits.rates.signInsPerLogin?.perMinute ?? Number.MAX_SAFE_INTEGER,
    guestsPerMinute: limits.rates.guestsPerAddress?.perMinute ?? Number.MAX_SAFE_INTEGER,
    limits,
    ringRule: ringRuleFrom(env['PARLEY_RING_POLICY']),
    auditDays: wholeNumber('PARLEY_AUDIT_DAYS', env['PARLEY_AUDIT_DAYS'], AUDIT_DAYS_DEFAULT, 36_500, 1),
    metricsToken,
    webhooks: {
      insecure: isOn(env['PARLEY_WEBHOOK_INSECURE']),
      privateAddresses: isOn(env['PARLEY_WEBHOOK_PRIVATE']),
    },
    acknowledgeMs: 10_000,
    webDir,
    version,
    media: {
      workers: wholeNumber('--media-workers', values['media-workers'] ?? env['PARLEY_MEDIA_WORKERS'], 0, 1024),
      consumersPerWorker: wholeNumber(
        '--media-consumers',
        values['media-consumers'] ?? env['PARLEY_MEDIA_CONSUMERS'],
        CONSUMERS_PER_WORKER,
        1_000_000,
        1,
      ),
      listenIp,
      announcedAddress,
      port: wholeNumber('--media-port', values['media-port'] ?? env['PARLEY_MEDIA_PORT'], 0, 65535),
      iceServers: iceServers(values['ice-servers'] ?? env['PARLEY_ICE_SERVERS']),
      turn: turn(env['PARLEY_TURN_URLS'], env['PARLEY_TURN_SECRET'] || undefined),
    },
  }
}

function limitsFrom(text: string | undefined, file: string | undefined): Limits {
  if (text && file) throw new BadSetting('PARLEY_LIMITS and PARLEY_LIMITS_FILE: set one of them')
  if (!text && !file) return defaultLimits
  const read = readLimits(file ? contentOf(file) : (text ?? ''))
  if (!read.ok) throw new BadSetting(`${file ? 'PARLEY_LIMITS_FILE' : 'PARLEY_LIMITS'}: ${read.error.message}`)
  return read.value
}

function contentOf(file: string): string {
  try {
    return readFileSync(file, 'utf8')
  } catch {
    throw new BadSetting(`PARLEY_LIMITS_FILE: "${file}" cannot be read`)
  }
}

function ringRuleFrom(text: string | undefined): RingRule {
  const rule = RING_RULES.find((known) => known === (text || 'everyone'))
  if (rule === undefined) throw new BadSetting(`PARLEY_RING_POLICY: one of ${RING_RULES.join(', ')}`)
  return rule
}

function wholeNumber(name: string, text: string | undefined, fallback: number, max: number, min = 0): number {
  if (text === undefined || text === '') return fallback
  const value = Number(text)
  if (!/^\d+$/.test(text) || value < min || value > max) {
    throw new BadSetting(`${name}: a whole number from ${min} to ${max}`)
  }
  return value
}

const listOf = (text: string | undefined): string[] => (text ?? '').split(',').flatMap((part) => part.trim() || [])

function proxies(text: string | undefined): string[] {
  const list = listOf(text)
  const wrong = list.find((proxy) => !isAddressOrNetwork(proxy))
  if (wrong !== undefined) {
    throw new BadSetting(`PARLEY_TRUSTED_PROXIES: "${wrong}" is no address and no network like 10.0.0.0/8`)
  }
  return list
}

function isAddressOrNetwork(text: string): boolean {
  const [address = '', bits] = text.split('/')
  const longest = { 4: 32, 6: 128 }[isIP(address)]
  if (longest === undefined) return false
  return bits === undefined ? !text.includes('/') : /^\d{1,3}$/.test(bits) && Number(bits) <= longest
}

function certificateFiles(certFile: string | undefined, keyFile: string | undefined): CertificateFiles | undefined {
  if (certFile === undefined && keyFile === undefined) return undefined
  if (certFile === undefined) throw new BadSetting('PARLEY_TLS_CERT: say where the certificate of PARLEY_TLS_KEY is')
  if (keyFile === undefined) throw new BadSetting('PARLEY_TLS_KEY: say where the key of PARLEY_TLS_CERT is')
  return { certFile, keyFile }
}

function iceServers(text: string | undefined): IceServers {
  if (text === undefined || text.trim() === '') return []
  const read = readIceServers(text)
  if (!read.ok) throw new BadSetting(`--ice-servers (PARLEY_ICE_SERVERS): ${read.error.message}`)
  return read.value
}

/** The messages name the setting and never repeat the secret. */
function turn(urlsText: string | undefined, secret: string | undefined): TurnConfig | null {
  const urls = listOf(urlsText)
  if (urls.length === 0 && secret === undefined) return null
  if (urls.length === 0) {
    throw new BadSetting('PARLEY_TURN_URLS: say where the TURN server is, like turn:turn.example:3478')
  }
  const wrong = urls.find((url) => !isTurnUrl(url))
  if (wrong !== undefined) throw new BadSetting(`PARLEY_TURN_URLS: "${wrong}" is not a turn: or turns: address`)
  if (secret === undefined) {
    throw new BadSetting(
      'PARLEY_TURN_SECRET: set it to the static-auth-secret of the TURN server; for a fixed user and password use PARLEY_ICE_SERVERS',
    )
  }
  if (secret.length < TURN_SECRET_MIN) {
    throw new BadSetting(
      `PARLEY_TURN_SECRET: at least ${TURN_SECRET_MIN} characters, the same ones as in the TURN server`,
    )
  }
  return { urls, secret }
}

const isOn = (text: string | undefined): boolean =>
  text !== undefined && !['', '0', 'false', 'no'].includes(text.toLowerCase())
