// Updates in the running app: nothing of them in a build that has no address, and never in the way of a meeting or a ring. The updater is
// a fake in the first part; in the second it is electron-updater itself, against a server of the test's own.
import { createHash, generateKeyPairSync } from 'node:crypto'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { signUpdate } from '../../scripts/release/signUpdates.mjs'
import { realElectron, ROOT, type DesktopOptions } from '../support/desktop.ts'
import { FAKE_UPDATER, type FakeUpdater } from '../support/fakeUpdater.ts'
import { MAIN, openScene, temporaryFolder, type Scene } from './scene.ts'

const FAKE = new URL('../support/fakeUpdater.ts', import.meta.url).href
/** The first look for updates comes ten seconds after the start. */
const LOOK_MS = 40_000
const { publicKey, privateKey } = generateKeyPairSync('ed25519')
const KEY = publicKey.export({ format: 'der', type: 'spki' }).subarray(-32).toString('base64')

type Installation = { address?: string | null; env?: Record<string, string> }

/** An app as it is installed, with an address for updates, unless told otherwise; gone with what was done in it. */
async function inScene(more: Installation, use: (scene: Scene, folder: string) => Promise<void>): Promise<void> {
  const folder = temporaryFolder()
  try {
    const scene = await openScene(installed(folder.path, more))
    try {
      await use(scene, folder.path)
    } finally {
      await scene.close()
    }
  } finally {
    folder.remove()
  }
}

function installed(folder: string, more: Installation): DesktopOptions {
  const { address = 'https://updates.example.invalid/', env = {} } = more
  const resources = join(folder, 'resources')
  const app = join(folder, 'app')
  for (const path of [resources, app]) mkdirSync(path)
  const manifest = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as object
  writeFileSync(
    join(app, 'package.json'),
    JSON.stringify({ ...manifest, version: '0.1.0', parley: { updateKey: KEY } }),
  )
  if (address)
    writeFileSync(
      join(resources, 'app-update.yml'),
      `provider: generic\nurl: ${address}\nupdaterCacheDirName: parley-updater\n`,
    )
  const image = join(folder, 'Parley.AppImage')
  writeFileSync(image, 'the version that runs')
  const places = { STANDIN_PACKAGED: '1', STANDIN_RESOURCES: resources, STANDIN_APP: app, APPIMAGE: image }
  return {
    userData: join(folder, 'profile'),
    env: { ...places, XDG_CACHE_HOME: join(folder, 'cache'), ...env },
  }
}

const asked = (of: Scene) =>
  of.app.evaluate(
    (_electron, name) => (Reflect.get(globalThis, Symbol.for(name)) as FakeUpdater | undefined)?.calls ?? [],
    FAKE_UPDATER,
  )
const untilAsked = (of: Scene, call: string, times = 1) =>
  of.app.until(
    `the updater to be asked "${call}" ${times} times`,
    async () => (await asked(of)).filter((one) => one === call).length >= times,
    LOOK_MS,
  )
const finishDownload = (of: Scene) =>
  of.app.evaluate(
    (_electron, name) => (Reflect.get(globalThis, Symbol.for(name)) as FakeUpdater).finish(),
    FAKE_UPDATER,
  )

async function enter(of: Scene) {
  const page = await of.app.window(MAIN)
  await page.evaluate((id) => window.parley!.joinRoom({ room: { id }, microphone: false, camera: false }), of.roomId)
  await of.untilState('a seat', (state) => state.mirror.seat !== null)
}

async function install(of: Scene) {
  const page = await of.app.window(MAIN)
  return page.evaluate(() => window.parley!.installUpdate())
}

describe.skipIf(realElectron() !== null)('updates and meetings', () => {
  test('a meeting ends a download, the update waits for its end, and installs at the press of its button', () =>
    inScene({ env: { STANDIN_REPLACE: `electronUpdater=${FAKE}` } }, async (scene) => {
      await untilAsked(scene, 'download')
      await enter(scene)
      await untilAsked(scene, 'give up')
      const page = await scene.app.window(MAIN)
      await page.evaluate((id) => window.parley!.leaveRoom(id), scene.roomId)
      await untilAsked(scene, 'download', 2)
      await finishDownload(scene)
      await scene.untilState('the update to wait', (state) => state.desktop?.update?.version === '9.9.9')
      await page.getByText('Rings are louder.').waitFor()

      await scene.annRings()
      await untilAsked(scene, 'on quit: false')
      expect(await install(scene)).toMatchObject({ ok: false, error: { code: 'notAllowed' } })
      await scene.ann.does('call.cancel', { roomId: scene.roomId, calleeIds: [scene.benElsewhere.id] })
      await untilAsked(scene, 'on quit: true', 2)
      expect(await asked(scene)).not.toContain('install')

      await page.getByRole('button', { name: 'Restart and update' }).click()
      await untilAsked(scene, 'install')
      expect(await scene.app.evaluate(({ app }) => app.hasSingleInstanceLock())).toBe(false)
      expect(await asked(scene)).toContain(`opened with ${KEY}`)
    }))

  test('a meeting from the start: nobody even looks until it is over', () =>
    inScene({ env: { STANDIN_REPLACE: `electronUpdater=${FAKE}` } }, async (scene) => {
      await enter(scene)
      await scene.app.until(
        'the look for updates to be postponed',
        async () => (await scene.log()).includes('updates: postponed'),
        LOOK_MS,
      )
      expect(await asked(scene)).toEqual([])
      const page = await scene.app.window(MAIN)
      await page.evaluate((id) => window.parley!.leaveRoom(id), scene.roomId)
      await untilAsked(scene, 'download')
    }))
})

// Each of these waits ten seconds for the first look, so they wait together.
describe.skipIf(realElectron() !== null).concurrent('updates', () => {
  describe('electron-updater itself', () => {
    const content = Buffer.from('#!/bin/sh\n# the new version\n')
    const sha512 = (of: Buffer) => createHash('sha512').update(of).digest('base64')
    const description = (hash: string) =>
      `version: 9.9.9\nfiles:\n  - url: Parley.AppImage\n    sha512: ${hash}\n    size: ${content.length}\npath: Parley.AppImage\nsha512: ${hash}\nreleaseDate: '2026-11-27T00:00:00.000Z'\n`
    const more = { percentage: 100, notes: 'Rings are louder.' }

    async function serve(latest: string, image = content) {
      const requests: string[] = []
      const server = createServer((request, response) => {
        const path = new URL(request.url!, 'http://localhost').pathname
        requests.push(path)
        if (path === '/latest-linux.yml') return response.end(latest)
        if (path === '/Parley.AppImage') return response.end(image)
        response.writeHead(404).end()
      })
      await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
      const address = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`
      return { requests, address, close: () => new Promise((resolve) => server.close(resolve)) }
    }

    test.each([
      [
        'takes what is signed, and installs it at quitting',
        () => signUpdate(description(sha512(content)), privateKey, more),
        content,
        null,
      ],
      ['refuses what is not signed', () => description(sha512(content)), content, /not signed by Parley/],
      [
        'refuses what is signed with another key',
        () => signUpdate(description(sha512(content)), generateKeyPairSync('ed25519').privateKey, more),
        content,
        /not signed by Parley/,
      ],
      [
        'refuses a file with another hash',
        () => signUpdate(description(sha512(content)), privateKey, more),
        Buffer.from('a bad version!!'),
        /sha512 checksum mismatch/,
      ],
    ])('%s', async (_what, latest, served, refusal) => {
      const updates = await serve(latest(), served)
      try {
        await inScene({ address: updates.address }, async (scene, folder) => {
          if (refusal) {
            await scene.app.until('the refusal', async () => refusal.test(await scene.log()), LOOK_MS)
            expect((await scene.state()).desktop?.update).toBeNull()
            return
          }
          const look = async () => ((await scene.state()).desktop?.update ? true : null)
          await scene.app.until('the update to wait', look, LOOK_MS)
          expect((await scene.state()).desktop?.update).toEqual({ version: '9.9.9', notes: 'Rings are louder.' })
          expect(updates.requests).toContain('/latest-linux.yml')
          const image = join(folder, 'Parley.AppImage')
          expect(readFileSync(image, 'utf8')).toBe('the version that runs')
          expect(await scene.app.quit()).toBe(0)
          expect(readFileSync(image)).toEqual(content)
        })
      } finally {
        await updates.close()
      }
    })
  })

  test('a build without an address neither looks nor loads anything', () =>
    inScene({ address: null, env: { STANDIN_REPLACE: `electronUpdater=${FAKE}` } }, async (scene) => {
      await scene.app.until(
        'the time of the first look',
        () => scene.app.evaluate(() => performance.now() > 12_000),
        LOOK_MS,
      )
      expect(await asked(scene)).toEqual([])
      expect((await scene.state()).desktop).toMatchObject({ version: '0.1.0', update: null })
    }))
})
