// server/main.ts as its own process: how it starts, what it says, how it stops.
import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { startServer } from '../support/serverProcess.ts'
import { TestDevice } from '../support/testDevice.ts'

const ROOT = path.join(import.meta.dirname, '..', '..')
const OFFLINE_MS = 10_000

let data: string
beforeEach(() => {
  data = mkdtempSync(path.join(tmpdir(), 'parley-main-'))
})
afterEach(() => rmSync(data, { recursive: true, force: true }))

/** Runs it to its end, with this on its standard input. */
function runMain(args: string[], input = ''): Promise<{ code: number | null; printed: string }> {
  const child = spawn(process.execPath, ['server/main.ts', ...args], { cwd: ROOT, timeout: OFFLINE_MS })
  let printed = ''
  child.stdout.on('data', (chunk) => void (printed += String(chunk)))
  child.stderr.on('data', (chunk) => void (printed += String(chunk)))
  child.stdin.end(input)
  return new Promise((resolve) => child.once('close', (code) => resolve({ code, printed })))
}

test('an account is added from the command line, signs in, and hears of a planned stop', async () => {
  const added = await runMain(['user', 'add', 'zoe', 'Zoe', 'van', 'Dyk', '--data', data], 'correct horse\n')
  expect(added).toEqual({ code: 0, printed: 'Added Zoe van Dyk.\n' })
  const again = await runMain(['user', 'add', 'ZOE', 'Zoe', '--data', data], 'correct horse\n')
  expect(again).toEqual({ code: 1, printed: 'There is an account "zoe" already.\n' })
  expect((await runMain(['user', 'add', 'yan', 'Yan', '--data', data], 'short\n')).printed).toContain(
    'at least 10 characters',
  )

  const iceServers = [{ urls: ['turn:turn.example:3478'], username: 'parley', credential: 'only for clients' }]
  const args = ['--data', data, '--media-workers', '1', '--ice-servers', JSON.stringify(iceServers)]
  const server = await startServer({ args })
  try {
    const zoe = new TestDevice(() => server.url, 'zoe', "Zoe's laptop")
    await zoe.signsIn('correct horse')
    await zoe.connects()
    const { snapshot, media } = await zoe.does('room.create', { name: 'Standup', rtpCapabilities: null })
    expect(snapshot.participants).toMatchObject([{ user: { name: 'Zoe van Dyk' } }])
    expect(media?.iceServers).toEqual(iceServers)
    const code = server.stop()
    expect((await zoe.hears('session.serverClosing')).retryAfterMs).toBeGreaterThan(0)
    await zoe.isCutOff()
    expect(await code).toBe(0)
    expect(server.output()).not.toMatch(/correct horse|accessToken|only for clients/)
  } finally {
    await server.stop()
  }
})

test('a setting that makes no sense is refused with the list of settings', async () => {
  const { code, printed } = await runMain(['--port', 'many'])
  expect(code).toBe(1)
  expect(printed).toContain('--port: a whole number')
  expect(printed).toContain('PARLEY_PORT')
})
