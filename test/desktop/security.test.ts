// What pages cannot do, and what a page that is not ours gets from the bridge: nothing.
import { join } from 'node:path'
import type * as Electron from 'electron'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { MAIN, openScene, POPUP, type Scene } from './scene.ts'

let scene: Scene
beforeAll(async () => {
  scene = await openScene()
})
afterAll(() => scene.close())

/** What a call over the bridge came to, in a window that the test opens at this address with the app's own preload. */
async function askFrom(address: string): Promise<string> {
  const preload = join(import.meta.dirname, '../../out/preload/index.cjs')
  const ask = async ({ BrowserWindow }: typeof Electron, { url, file }: { url: string; file: string }) => {
    const window = new BrowserWindow({
      show: false,
      webPreferences: { preload: file, sandbox: true, contextIsolation: true },
    })
    try {
      await window.loadURL(url)
      const question = 'window.parley.snapshot().then((state) => JSON.stringify(state), (error) => String(error))'
      return (await window.webContents.executeJavaScript(question)) as string
    } finally {
      window.destroy()
    }
  }
  return scene.app.evaluate(ask, { url: address, file: preload })
}

/** Calls a method of the bridge with whatever arguments, past all types. */
async function call(match: string, method: string, ...args: unknown[]): Promise<string> {
  const page = await scene.app.window(match)
  return page.evaluate(
    ([name, given]) => {
      const bridge = window.parley as unknown as Record<string, (...values: unknown[]) => Promise<unknown>>
      return bridge[name]!(...given).then(
        (value) => JSON.stringify(value) ?? 'nothing',
        (error: unknown) => String(error),
      )
    },
    [method, args] as [string, unknown[]],
  )
}

describe('IPC', () => {
  test('IPC from a foreign frame is refused', async () => {
    expect(await askFrom('data:text/html,<p>hello')).toContain('host:snapshot was refused')
    expect(await scene.log()).toContain('refused host:snapshot: foreign origin null')
  })

  test('a window that is not one of ours is refused, even at our address', async () => {
    expect(await askFrom('app://parley/index.html')).toContain('host:snapshot was refused')
    expect(await scene.log()).toContain('refused host:snapshot: unknown window')
  })

  test('wrong arguments are refused and change nothing', async () => {
    const before = await scene.state()
    const wrong: [string, ...unknown[]][] = [
      ['answer', { callId: 'not-an-id', camera: false }],
      ['answer', { callId: '00000000-0000-4000-8000-000000000000', camera: false, extra: 1 }],
      ['setSettings', { ringVolume: 7 }],
      ['setSettings', { unheardOf: true }],
      ['setSettings', {}],
      ['ask', 'session.renew', { refreshToken: 'x' }],
      ['ask', 'call.accept', { callId: '00000000-0000-4000-8000-000000000000', rtpCapabilities: null }],
      ['ask', 'constructor', {}],
      ['signIn', 'http://127.0.0.1'],
    ]
    for (const [method, ...args] of wrong)
      expect(await call(MAIN, method, ...args), method).toContain(`host:${method} was refused`)
    expect(await scene.state()).toEqual(before)
  })

  test('a command with a wrong field is answered like the server answers it', async () => {
    const answer = JSON.parse(await call(MAIN, 'ask', 'room.get', { roomId: 'nowhere' })) as unknown
    expect(answer).toMatchObject({ ok: false, error: { code: 'invalid', field: 'roomId' } })
    expect(JSON.parse(await call(MAIN, 'checkServer', 'not an address'))).toMatchObject({
      ok: false,
      error: { code: 'invalid', field: 'server' },
    })
  })

  test('the pop-up may answer and decline, and nothing else', async () => {
    const ring = await scene.annRings()
    await scene.popup()
    expect(await call(POPUP, 'snapshot')).toContain('Ann Kovač')
    expect(await call(POPUP, 'signOut')).toContain('host:signOut was refused')
    expect(await call(POPUP, 'ask', 'people.list', {})).toContain('host:ask was refused')
    // Its window goes as soon as the ring has ended, with or without the answer to this.
    await call(POPUP, 'decline', { callId: ring.id }).catch(() => null)
    await scene.ann.hears('call.rejected', (told) => told.call.id === ring.id)
    await scene.untilPopupIsGone()
  })

  test('the page sees the contract and no more', async () => {
    const page = await scene.app.window(MAIN)
    const seen = await page.evaluate(() => ({
      globals: ['require', 'process', 'module', 'Buffer', 'ipcRenderer', 'electron'].filter((name) => name in window),
      members: Object.keys(window.parley!).sort(),
      frozen: Object.isFrozen(window.parley),
    }))
    expect(seen.globals).toEqual([])
    expect(seen.frozen).toBe(true)
    expect(seen.members).toEqual(
      'acceptInvitation answer ask callDirectly cancelOpenId captureSources checkServer chooseSource copyDiagnostics createRoom decline endRoom guests installUpdate joinRoom kind leaveLobby leaveRoom lookAtInvitation onCommand onMediaEvent onState onTalkEvent openOpenIdAgain openSystemPage platform popupHeight quit ringMyself ringsShown seenMissed setMediaCapabilities setPreview setSettings setSharing showMain signIn signOut snapshot startOpenId takeMediaOffer toggleMicrophone'.split(
        ' ',
      ),
    )
  })
})

describe('windows', () => {
  test('every window is sandboxed and isolated', async (context) => {
    if (scene.app.kind !== 'standin') context.skip('only the stand-in reports this; a real Electron does not')
    await scene.annRings()
    await scene.popup()
    const reports = await scene.app.evaluate(({ BrowserWindow }, _nothing, standin) =>
      BrowserWindow.getAllWindows().map((window) => standin.windowReport(window)),
    )
    expect(reports).toHaveLength(2)
    for (const { webPreferences } of reports) {
      expect(webPreferences).toMatchObject({
        sandbox: true,
        contextIsolation: true,
        nodeIntegration: false,
        nodeIntegrationInSubFrames: false,
        nodeIntegrationInWorker: false,
        webSecurity: true,
        webviewTag: false,
      })
      expect(webPreferences.preload).toMatch(/out.preload.index\.cjs$/)
    }
    await scene.ann.does('call.cancel', { roomId: scene.roomId, calleeIds: [scene.benElsewhere.id] })
    await scene.untilPopupIsGone()
  })

  test('navigation is denied', async () => {
    const page = await scene.app.window(MAIN)
    const before = page.url()
    await page.evaluate(() => {
      location.href = 'https://example.org/'
    })
    await scene.app.until('the denial to be logged', async () => (await scene.log()).includes('denied navigation'))
    expect(page.url()).toBe(before)
    expect((await scene.state()).status).toBe('online')
  })

  test('windows are denied; web and mail links go to the system, nothing else does', async (context) => {
    if (scene.app.kind !== 'standin') context.skip('only the stand-in reports this; a real Electron does not')
    const page = await scene.app.window(MAIN)
    await scene.app.window(POPUP)
    const addresses = [
      'https://example.org/help',
      'mailto:ann@example.org',
      'http://example.org/plain',
      'file:///etc/passwd',
      'https://ann@example.org',
    ]
    for (const address of addresses) expect(await page.evaluate((url) => window.open(url) === null, address)).toBe(true)
    const opened = () =>
      scene.app.evaluate((_electron, _nothing, standin) =>
        standin.os.record.filter(({ api }) => api === 'shell.openExternal').map(({ args }) => args[0]),
      )
    await scene.app.until('the links to be opened', async () => (await opened()).length >= 3)
    const expected = ['https://example.org/help', 'mailto:ann@example.org', 'http://example.org/plain']
    expect(await opened()).toEqual(expected)
    expect((await scene.app.windows()).map(({ url }) => new URL(url).pathname).sort()).toEqual([MAIN, POPUP])
  })
})

describe('permissions', () => {
  const capture = async () => {
    const page = await scene.app.window(MAIN)
    return page.evaluate(() =>
      navigator.mediaDevices.getUserMedia({ audio: true, video: true }).then(
        (stream) => {
          const kinds = stream.getTracks().map((track) => track.kind)
          for (const track of stream.getTracks()) track.stop()
          return kinds.sort().join(' ')
        },
        (error: unknown) => (error as Error).name,
      ),
    )
  }

  test('camera and microphone only while the person is in a meeting', async () => {
    expect(await capture()).toBe('NotAllowedError')
    const page = await scene.app.window(MAIN)
    const entered = await page.evaluate(() =>
      window.parley!.createRoom({ name: 'Own meeting', microphone: false, camera: false }),
    )
    if (!entered.ok) throw new Error(entered.error.message)
    expect(await capture()).toBe('audio video')
    await page.evaluate((roomId) => window.parley!.leaveRoom(roomId), entered.value.roomId)
    expect(await capture()).toBe('NotAllowedError')
  })

  test('everything else is denied', async () => {
    const page = await scene.app.window(MAIN)
    const answers = await page.evaluate(async () => [
      await new Promise((resolve) =>
        navigator.geolocation.getCurrentPosition(
          () => resolve('got it'),
          (error) => resolve(error.code),
        ),
      ),
      await Notification.requestPermission(),
    ])
    expect(answers).toEqual([1, 'denied'])
  })
})

describe('app://', () => {
  const get = async (address: string) => {
    const page = await scene.app.window(MAIN)
    return page.evaluate(async (url) => {
      const response = await fetch(url).catch((error: Error) => ({
        status: 0,
        headers: new Headers(),
        text: async () => error.name,
      }))
      return { status: response.status, headers: Object.fromEntries(response.headers), text: await response.text() }
    }, address)
  }

  test('pages come with a strict policy', async () => {
    const { status, headers } = await get('/index.html')
    expect(status).toBe(200)
    expect(headers['x-content-type-options']).toBe('nosniff')
    expect(headers['content-security-policy']).toMatch(
      /^default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self';/,
    )
    expect(headers['content-security-policy']).not.toMatch(/'unsafe|\*/)
  })

  test('nothing outside its folder is served', async () => {
    for (const path of [
      '/..%2f..%2fpackage.json',
      '/%2e%2e/main/index.js',
      '/..%5cmain%5cindex.js',
      '/%00',
      '/none.html',
      '/main.ts',
    ])
      expect((await get(path)).status, path).toBe(404)
  })

  test('an inline script does not run', async () => {
    const page = await scene.app.window(MAIN)
    const ran = await page.evaluate(async () => {
      const refused = new Promise((resolve) =>
        document.addEventListener('securitypolicyviolation', resolve, { once: true }),
      )
      const script = document.createElement('script')
      script.textContent = 'window.inlineRan = true'
      document.body.append(script)
      await refused
      return 'inlineRan' in window
    })
    expect(ran).toBe(false)
  })

  test('the pages need nothing that the policy refuses', async () => {
    const page = await scene.app.window(MAIN)
    const told: string[] = []
    page.on('console', (message) => void (message.type() === 'error' && told.push(message.text())))
    const loaded = page.waitForEvent('load')
    await scene.app.evaluate(({ BrowserWindow }) =>
      BrowserWindow.getAllWindows()
        .find((window) => window.webContents.getURL().includes('/index.html'))!
        .webContents.reload(),
    )
    await loaded
    await page.getByRole('button').first().waitFor()
    expect(told.filter((text) => /Content Security Policy|violat/i.test(text))).toEqual([])
  })
})
