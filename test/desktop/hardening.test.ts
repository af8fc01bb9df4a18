// What an installed app refuses of its command line, its environment and the network, and what it keeps to itself.
import { readdirSync, readFileSync, readlinkSync } from 'node:fs'
import { afterEach, describe, expect, test } from 'vitest'
import { realElectron } from '../support/desktop.ts'
import { MAIN, openScene, type Scene } from './scene.ts'

let scene: Scene | null = null
afterEach(async () => {
  await scene?.close()
  scene = null
})

const recorded = (of: Scene, api: string) =>
  of.app.evaluate(
    (_electron, wanted, standin) => standin.os.record.filter((entry) => entry.api === wanted).map(({ args }) => args),
    api,
  )

/** Ports that a process listens on, as Linux tells. */
function listening(pid: number): string[] {
  const own = new Set(
    readdirSync(`/proc/${pid}/fd`).flatMap((name) => {
      try {
        return /^socket:\[(\d+)\]$/.exec(readlinkSync(`/proc/${pid}/fd/${name}`))?.[1] ?? []
      } catch {
        return []
      }
    }),
  )
  const LISTEN = '0A'
  return ['tcp', 'tcp6'].flatMap((kind) =>
    readFileSync(`/proc/${pid}/net/${kind}`, 'utf8')
      .trim()
      .split('\n')
      .slice(1)
      .map((line) => line.trim().split(/\s+/))
      .filter((fields) => fields[3] === LISTEN && own.has(fields[9]!))
      .map((fields) => fields[1]!),
  )
}

describe.skipIf(realElectron() !== null)('an installed app', () => {
  test('refuses debuggers and what would switch checks off, keeps crashes, and listens nowhere', async () => {
    const env = { STANDIN_PACKAGED: '1', NODE_TLS_REJECT_UNAUTHORIZED: '0' }
    const { app } = (scene = await openScene({ env }))
    const removed = await recorded(scene, 'app.commandLine.removeSwitch')
    for (const name of ['remote-debugging-port', 'ignore-certificate-errors', 'disable-web-security', 'inspect'])
      expect(removed).toContainEqual([name])
    expect(await recorded(scene, 'app.enableSandbox')).toHaveLength(1)
    expect(await recorded(scene, 'crashReporter.start')).toEqual([[expect.objectContaining({ uploadToServer: false })]])
    const facts = await app.evaluate(({ app: electronApp }) => ({
      checksOff: process.env.NODE_TLS_REJECT_UNAUTHORIZED ?? null,
      // Whoever handles these could let a wrong certificate pass.
      handlers: electronApp.listenerCount('certificate-error') + electronApp.listenerCount('select-client-certificate'),
    }))
    expect(facts).toEqual({ checksOff: null, handlers: 0 })
    expect(await recorded(scene, 'session.setCertificateVerifyProc')).toEqual([])
    if (process.platform === 'linux') expect(listening(app.pid)).toEqual([])
  })

  test('copies diagnostics that name nobody, and only at a press', async () => {
    scene = await openScene()
    const { app, world } = scene
    const clipboard = () => app.evaluate(({ clipboard: board }) => board.readText())
    const page = await app.window(MAIN)
    await page.getByRole('link', { name: 'Settings' }).click()
    expect(await clipboard()).toBe('')
    await page.getByRole('button', { name: 'Copy diagnostics' }).click()
    await page.getByText('Copied. Paste it wherever you want to send it.').waitFor()
    const text = await clipboard()
    expect(text).toMatch(/^Parley \d+\.\d+\.\d+/)
    expect(text).toContain('connection online, signed in, in no meeting')
    expect(text).toContain('started, version')
    expect(text).not.toContain('Ben Osei')
    expect(text).not.toContain(world.server.address)
  })
})
