// One log file, rotated at 1 MB: `info` once per lifecycle transition, `warn` for what was refused or failed and was handled, `error` for
// bugs. Never tokens, passwords or what people wrote. electron-log's Node flavour: its main-process one opens IPC channels of its own.
import { join } from 'node:path'
import electronLog from 'electron-log/node'

export type Log = Record<'info' | 'warn' | 'error', (message: string) => void>

/** In case one slips into an error's message all the same: JSON web tokens and bearer headers. */
const SECRETS =
  /\beyJ[\w-]+\.[\w-]+\.[\w-]*|\bBearer\s+\S+|("?(?:password|accessToken|refreshToken)"?\s*[:=]\s*)"?[^\s",}]+"?/gi

export const redact = (text: string): string =>
  text.replace(SECRETS, (_all, name: string | undefined) => `${name ?? ''}[secret]`)

/** @param folder where `parley.log` and its one predecessor are kept */
export function openLog(folder: string): Log {
  const logger = electronLog.create({ logId: 'parley' })
  logger.transports.file.resolvePathFn = () => join(folder, 'parley.log')
  logger.transports.file.maxSize = 1024 * 1024
  logger.transports.file.format = '{y}-{m}-{d} {h}:{i}:{s}.{ms} {level} {text}'
  logger.transports.console.level = 'warn'
  const write = (level: keyof Log) => (message: string) => logger[level](redact(message))
  return { info: write('info'), warn: write('warn'), error: write('error') }
}

/** A bug must leave a trace, and must not take the tray (and so the next ring) down with it. */
export function logCrashes(log: Log): void {
  process.on('uncaughtException', (error) => log.error(`uncaught: ${error.stack ?? error.message}`))
  process.on('unhandledRejection', (reason) =>
    log.error(`unhandled: ${reason instanceof Error ? reason.stack : String(reason)}`),
  )
}
