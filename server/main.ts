// Starts the server (or adds an account), and stops it when asked to. `--help` lists the settings.
import { availableParallelism } from 'node:os'
import { fileURLToPath } from 'node:url'
import about from '../package.json' with { type: 'json' }
import { addUser } from './addUser.ts'
import { USAGE, readCommandLine, type ServerConfig } from './config.ts'
import { systemEntropy } from './entropy.ts'
import { createLog } from './log.ts'
import { createMediasoupEngine } from './media/mediasoup.ts'
import { iceServersFor } from './media/turn.ts'
import { selfCheck, tell } from './selfCheck.ts'
import { createServer } from './server.ts'
import { systemTimers } from './timers.ts'
import { tokenCommand } from './tokenCommands.ts'

/** A stop that takes longer than this is cut short. */
const CLOSE_MS_MAX = 5_000

/** How soon what `npm run admin` did reaches the devices of whoever it concerns. */
const ERRANDS_EVERY_MS = 1_000

const setupWords = (link: string) => `
  Nobody has an account here yet. Open this address to make the first administrator;
  it works once, within 24 hours (start the server anew for another one). From another
  machine, put the server's own address in place of the one shown here.

  ${link}

`

async function serve(config: ServerConfig): Promise<void> {
  const log = createLog(config.logLevel)
  const { workers, consumersPerWorker, listenIp, announcedAddress, port, iceServers = [], turn = null } = config.media
  const engine = await createMediasoupEngine({
    workers: workers || availableParallelism(),
    consumersPerWorker,
    listenIp,
    ...(announcedAddress === undefined ? {} : { announcedAddress }),
    rtcPort: port,
    iceServers: iceServersFor(iceServers, turn, systemTimers.now),
    log,
    timers: systemTimers,
  })
  const server = await createServer({ config, engine, timers: systemTimers, entropy: systemEntropy, log }).catch(
    async (error: unknown) => {
      await engine.close()
      throw error
    },
  )
  // On the terminal alone: the log is kept by others, and the link is a secret until it was used.
  const setup = server.setupLink === null ? '' : setupWords(server.setupLink)
  process.stdout.write(`Parley server listening on ${server.address}\n${setup}`)
  const errands = setInterval(() => {
    server.runErrands().catch((error: unknown) => log.error({ err: error }, 'background work failed'))
  }, ERRANDS_EVERY_MS)

  let stopping = false
  const stop = (signal: string) => {
    if (stopping) return
    stopping = true
    clearInterval(errands)
    log.info({ signal }, 'server stopping')
    setTimeout(() => process.exit(1), CLOSE_MS_MAX).unref()
    server.close().then(
      () => process.exit(0),
      (error: unknown) => {
        log.error({ err: error }, 'stopping failed')
        process.exit(1)
      },
    )
  }
  process.on('SIGTERM', stop)
  process.on('SIGINT', stop)
}

async function main(): Promise<void> {
  const webDir = fileURLToPath(new URL('../out/renderer', import.meta.url))
  const line = readCommandLine(process.argv.slice(2), { env: process.env, webDir, version: about.version })
  if (!line.ok) throw new Error(`${line.error.message}\n\n${USAGE}`)
  switch (line.value.kind) {
    case 'help':
      return void process.stdout.write(`${USAGE}\n`)
    case 'token':
      return tokenCommand(line.value.config, line.value.args)
    case 'addUser':
      return addUser(line.value)
    case 'check': {
      const checks = await selfCheck(line.value.config, systemTimers.now())
      process.stdout.write(`${tell(checks)}\n`)
      process.exitCode = checks.some(({ ok }) => ok === false) ? 1 : 0
      return
    }
    case 'serve':
      return serve(line.value.config)
  }
}

main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`)
  process.exit(1)
})
