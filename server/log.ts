// The log: JSON lines on stderr, one `info` per change of lifecycle, and no secrets.
import { pino, type DestinationStream, type Logger } from 'pino'

export type Log = Logger

const SECRETS = ['password', 'accessToken', 'refreshToken', 'authorization', 'auth', 'credential', 'secret']

export const LOG_LEVELS = ['silent', 'fatal', 'error', 'warn', 'info', 'debug', 'trace'] as const
export type LogLevel = (typeof LOG_LEVELS)[number]

export const createLog = (level: LogLevel, destination: DestinationStream = pino.destination(2)): Log =>
  pino(
    {
      level,
      base: null,
      redact: { paths: SECRETS.flatMap((name) => [name, `*.${name}`, `*.*.${name}`]), censor: '[hidden]' },
    },
    destination,
  )
