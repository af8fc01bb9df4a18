// A small example app, run through the same facade as the product: what a desktop test can see and do.
import { spawn } from 'node:child_process'
import { createSocket } from 'node:dgram'
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Page } from 'playwright'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { launchDesktop, type DesktopApp } from '../../support/desktop.ts'

const here = (name: string) => fileURLToPath(new URL(name, import.meta.url))
const MAIN = here('./fixture/main.mjs')

/** What the fixture's preload exposes. */
interface Shell {
  platform: string
  add(a: number, b: number): Promise<{ sum: number; when: Date; bytes: Uint8Array }>
  echo(value: unknown): Promise<never>
  fail(): Promise<void>
  unknown(): Promise<void>
  double(value: number): number
  bump(): number
  callMe(fn: (value: number) => number): number
  throws(): void
  tagOf(element: Element): string
  missing(): void
}
declare global {
  interface Window {
    shell: Shell
  }
}

let app: DesktopApp
let main: Page
const userData = mkdtempSync(join(tmpdir(), 'parley-example-'))

const visible = async (match: string) =>
  (await app.windows()).find(({ url, visible: on }) => on && url.includes(match)) ?? null
const news = (words: string) => main.locator('#news').getByText(words).waitFor({ state: 'attached', timeout: 5000 })
const isAlive = (pid: number) => {
  try {
    process.kill(pid, 0)
    return true
  } catch {
    return false
  }
}

beforeEach(async () => {
  app = await launchDesktop({ main: MAIN, userData })
  main = await app.window('/index.html')
  await app.until('the main window to be shown', () => visible('/index.html'))
})
afterEach(async () => {
  await app.close()
  rmSync(userData, { recursive: true, force: true })
})

describe('the bridge', () => {
  test('carries dates, bytes, functions, promises and elements', async () => {
    const seen = await main.evaluate(async () => {
      const { shell } = window
      const { sum, when, bytes } = await shell.add(1, 2)
      const echoed = (await shell.echo({ m: new Map([[1, new Set([2])]]), big: 10n, none: undefined, nan: NaN })) as {
        m: Map<number, Set<number>>
        big: bigint
        none: undefined
        nan: number
      }
      const loop: { self?: unknown } = {}
      loop.self = loop
      const back = (await shell.echo(loop)) as { self: unknown }
      return {
        sum,
        when: when instanceof Date && when.getTime(),
        bytes: bytes instanceof Uint8Array && [...bytes],
        map: echoed.m.get(1)!.has(2),
        rest: [typeof echoed.big, 'none' in echoed, Number.isNaN(echoed.nan)],
        loop: back.self === back,
        called: shell.callMe((value) => value * 2),
        counted: [shell.bump(), shell.bump()],
        tag: shell.tagOf(document.querySelector('h1')!),
        doubled: shell.double(21),
      }
    })
    expect(seen).toEqual({
      sum: 3,
      when: 5,
      bytes: [1, 2, 3],
      map: true,
      rest: ['bigint', true, true],
      loop: true,
      called: 41,
      counted: [1, 2],
      tag: 'H1',
      doubled: 42,
    })
  })

  test('refuses what Electron refuses, and hides what Electron hides', async () => {
    const seen = await main.evaluate(async () => {
      const { shell } = window
      const words = async (work: () => unknown) => {
        try {
          return ['passed', await work()]
        } catch (error) {
          return [(error as Error).name, (error as Error).message]
        }
      }
      const proxied = { __v_raw: {}, plain: 1 }
      return {
        frozen: Object.isFrozen(shell) && Object.isFrozen(shell.add),
        kept: (Reflect.set(window, 'shell', 1), typeof window.shell),
        hidden: ['require', 'process', 'secretOfPreload', '__standinIpc', '__standinAsk', '__standinReceive'].filter(
          (name) => name in window,
        ),
        thrown: await words(() => shell.throws()),
        failed: await words(() => shell.fail()),
        unknown: await words(() => shell.unknown()),
        fn: await words(() => shell.echo({ fn: () => 1 })),
        reactive: await words(() => shell.echo(proxied)),
        missing: await words(() => shell.missing()),
      }
    })
    expect(seen).toEqual({
      frozen: true,
      kept: 'object',
      hidden: [],
      thrown: ['Error', 'thrown in preload'],
      failed: ['Error', "Error invoking remote method 'fail': TypeError: no such luck"],
      unknown: [
        'Error',
        "Error invoking remote method 'nobody-listens': Error: No handler registered for 'nobody-listens'",
      ],
      fn: ['Error', 'An object could not be cloned.'],
      reactive: ['Error', 'An object could not be cloned.'],
      missing: ['Error', 'electron stand-in: ipcRenderer.postMessage is not implemented'],
    })
  })

  test('IPC of a foreign page tells where it comes from, so the app can refuse it', async () => {
    const server = createServer((_request, response) =>
      response.setHeader('content-type', 'text/html').end('<h1>foreign</h1>'),
    )
    await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening))
    const address = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`
    try {
      await app.evaluate(({ BrowserWindow }, url) => BrowserWindow.getAllWindows()[0]!.loadURL(url), address)
      await main.getByText('foreign').waitFor()
      const words = await main.evaluate(() => window.shell.add(1, 2).catch((error: Error) => error.message))
      expect(words).toBe(`Error invoking remote method 'add': Error: refused: ${address.slice(0, -1)}`)
    } finally {
      server.closeAllConnections()
      await new Promise((closed) => server.close(closed))
    }
  })

  test('a frame gets no preload unless the window says so, and its IPC tells that it is a frame', async () => {
    const preload = here('./fixture/preload.cjs')
    await app.evaluate(async ({ BrowserWindow }, file) => {
      const webPreferences = { sandbox: true, preload: file, nodeIntegrationInSubFrames: true }
      await new BrowserWindow({ show: false, webPreferences }).loadURL('app://bundle/index.html?frames')
    }, preload)
    const framing = await app.window('?frames')
    const ask = (page: Page) =>
      page.evaluate(async () => {
        const frame = document.createElement('iframe')
        const loaded = new Promise((done) => (frame.onload = done))
        frame.src = './popup.html'
        document.body.append(frame)
        await loaded
        const inner = frame.contentWindow as Window
        return inner.shell ? inner.shell.add(1, 2).catch((error: Error) => error.message) : 'no preload'
      })
    expect(await ask(main)).toBe('no preload')
    expect(await ask(framing)).toBe("Error invoking remote method 'add': Error: refused: app://bundle")
    expect(await framing.evaluate(() => window.shell.add(1, 2).then(({ sum }) => sum))).toBe(3)
  })
})

describe('the page', () => {
  test('has its own origin and policy: an inline script does not run', async () => {
    expect(await main.evaluate(() => ['inlineRan' in window, isSecureContext])).toEqual([false, true])
    const [own] = await app.windows()
    expect(own).toMatchObject({ url: 'app://bundle/index.html', title: 'Fixture main', focused: true })
    expect(own!.bounds).toMatchObject({ width: 900, height: 600 })
    expect(await main.evaluate(() => [innerWidth, innerHeight])).toEqual([900, 600])
  })

  test('may not leave, nor open windows; an https link goes outside', async () => {
    await main.locator('#away').click()
    expect(await main.evaluate(() => window.open('https://example.invalid/called'))).toBeNull()
    await main.locator('#outside').click()
    const opened = () =>
      app.evaluate((_electron, _argument, { os }) =>
        os.record.filter(({ api }) => api === 'shell.openExternal').map(({ args }) => args[0]),
      )
    await app.until('two links to be opened outside', async () => (await opened()).length === 2)
    expect(await opened()).toEqual(['https://example.invalid/called', 'https://example.invalid/help'])
    expect((await app.windows()).map(({ url }) => url)).toEqual(['app://bundle/index.html'])
  })

  test('gets the microphone and not the camera, as the permission handler says', async () => {
    const outcome = (constraints: MediaStreamConstraints) =>
      main.evaluate(async (wanted) => {
        const stream = await navigator.mediaDevices.getUserMedia(wanted).catch((error: Error) => error.name)
        return typeof stream === 'string' ? stream : stream.getTracks().map(({ kind }) => kind)
      }, constraints)
    expect(await outcome({ audio: true })).toEqual(['audio'])
    expect(await outcome({ audio: true, video: true })).toBe('NotAllowedError')
  })

  test('connects peers over loopback', async () => {
    const state = await main.evaluate(async () => {
      const [a, b] = [new RTCPeerConnection(), new RTCPeerConnection()]
      a.onicecandidate = ({ candidate }) => void b.addIceCandidate(candidate ?? undefined)
      b.onicecandidate = ({ candidate }) => void a.addIceCandidate(candidate ?? undefined)
      const open = new Promise<string>(
        (done) => (b.ondatachannel = ({ channel }) => (channel.onmessage = ({ data }) => done(data as string))),
      )
      const channel = a.createDataChannel('hello')
      channel.onopen = () => channel.send('heard')
      await a.setLocalDescription()
      await b.setRemoteDescription(a.localDescription!)
      await b.setLocalDescription()
      await a.setRemoteDescription(b.localDescription!)
      return open
    })
    expect(state).toBe('heard')
  })

  test('reaches a media server on 127.0.0.1 by UDP', async () => {
    const socket = createSocket('udp4')
    await new Promise<void>((bound) => socket.bind(0, '127.0.0.1', bound))
    const arrived = new Promise<Buffer>((resolve) => socket.once('message', resolve))
    try {
      await main.evaluate(async (port) => {
        const connection = new RTCPeerConnection()
        connection.createDataChannel('media')
        await connection.setLocalDescription()
        const fingerprint = Array.from({ length: 32 }, () => 'AB').join(':')
        const lines = ['v=0', 'o=- 1 1 IN IP4 127.0.0.1', 's=-', 't=0 0', 'a=ice-lite']
        lines.push('m=application 9 UDP/DTLS/SCTP webrtc-datachannel', 'c=IN IP4 127.0.0.1', 'a=mid:0')
        lines.push('a=ice-ufrag:abcd', 'a=ice-pwd:abcdefghijklmnopqrstuvwx', `a=fingerprint:sha-256 ${fingerprint}`)
        lines.push('a=setup:passive', 'a=sctp-port:5000', `a=candidate:1 1 udp 2130706431 127.0.0.1 ${port} typ host`)
        await connection.setRemoteDescription({ type: 'answer', sdp: `${lines.join('\r\n')}\r\n` })
      }, socket.address().port)
      // A STUN binding request: the first step of ICE.
      expect((await arrived).readUInt16BE(0)).toBe(1)
    } finally {
      socket.close()
    }
  })
})

describe('the desktop around it', () => {
  test('a ring from the tray: a pop-up on top without focus, at the corner, with escaped text', async () => {
    expect(await app.trayMenu()).toEqual(['Open', 'Ring', 'Status > Away', 'Later', 'Quit'])
    expect(await app.tray()).toMatchObject({ toolTip: 'Fixture' })
    await app.pressTray('Ring')
    const popup = await app.window('/popup.html')
    await popup.getByRole('heading', { name: 'Ann <b>&' }).waitFor()
    const shown = await app.until('the pop-up to be shown', () => visible('/popup.html'))
    expect(shown).toMatchObject({
      focused: false,
      alwaysOnTop: true,
      bounds: { x: 1524, y: 864, width: 380, height: 200 },
    })
    expect(await visible('/index.html')).toMatchObject({ focused: true })
    const report = await app.evaluate(
      ({ BrowserWindow }, id, { windowReport }) => windowReport(BrowserWindow.fromId(id)!),
      shown.id,
    )
    expect(report).toMatchObject({
      level: 'screen-saver',
      skipTaskbar: true,
      allWorkspaces: true,
      webPreferences: { sandbox: true },
    })
    await popup.getByRole('button', { name: 'Decline' }).click()
    await app.until('the pop-up to close', async () => (await app.windows()).length === 1)
  })

  test('tray entries: a submenu, a disabled one, an unknown one', async () => {
    await app.pressTray('Status > Away')
    await news('away true true 1')
    await expect(app.pressTray('Later')).rejects.toThrow('disabled')
    await expect(app.pressTray('Nothing')).rejects.toThrow('no entry Nothing')
  })

  test('notifications: action, click, reply, dismissal', async () => {
    await app.pressTray('Ring')
    expect(await app.notifications()).toEqual([
      { title: 'Incoming call', body: 'Ann <b>&', actions: ['Answer', 'Decline'], hasReply: true },
    ])
    await app.notificationAction('Decline')
    await news('action 1')
    expect(await app.notifications()).toEqual([])
    await app.pressTray('Ring')
    await app.replyToNotification('later')
    await news('reply later')
    await app.pressTray('Ring')
    await app.dismissNotification()
    await news('closed userCanceled')
    await app.closeWindow('/index.html')
    await app.pressTray('Ring')
    await app.clickNotification('Incoming call')
    await news('clicked')
    expect(await visible('/index.html')).not.toBeNull()
  })

  test('closing hides the window, and its page knows', async () => {
    await app.closeWindow('/index.html')
    await app.until('the page to be hidden', () => main.evaluate(() => document.hidden))
    expect(await app.windows()).toMatchObject([{ visible: false, focused: false }])
    await app.pressTray('Open')
    await app.until('the page to be visible', () => main.evaluate(() => !document.hidden))
  })

  test('power, theme and shortcut reach the app', async () => {
    await app.evaluate((_electron, _argument, standin) => {
      standin.power('resume')
      standin.pressShortcut('CommandOrControl+Shift+M')
      standin.setDarkColors(true)
    })
    await news('resumed')
    await news('shortcut')
    await news('dark true')
    await app.until('a dark page', () => main.evaluate(() => matchMedia('(prefers-color-scheme: dark)').matches))
  })

  test('a second instance tells the first and ends', async () => {
    await app.closeWindow('/index.html')
    expect(await app.secondInstance(['fixture://join/room-1'])).toBe(0)
    await news('second fixture://join/room-1')
    expect(await visible('/index.html')).toMatchObject({ focused: true })
  })
})

describe('the end', () => {
  test('quitting ends with 0 and leaves no Chromium', async () => {
    const { pid } = app
    const browser = await chromiumPid()
    expect(isAlive(browser)).toBe(true)
    expect(await app.quit()).toBe(0)
    await app.until('Chromium to be gone', async () => !isAlive(browser))
    expect(isAlive(pid)).toBe(false)
  })

  test('a main process that is killed leaves no Chromium and no folder', async () => {
    const browser = await chromiumPid()
    const folder = await app.evaluate(() => process.env.STANDIN_FOLDER!)
    process.kill(app.pid, 'SIGKILL')
    expect(await app.exited).toBeNull()
    await app.until('Chromium to be gone', async () => !isAlive(browser))
    expect(existsSync(folder)).toBe(false)
  })

  test('a test process that is killed leaves neither processes nor folders', async () => {
    const driver = spawn(process.execPath, [here('./fixture/abandon.ts')], { stdio: ['ignore', 'pipe', 'inherit'] })
    const said = await new Promise<string>((resolve) => driver.stdout.once('data', (chunk) => resolve(String(chunk))))
    const { main: mainPid, chromium, folder } = JSON.parse(said) as { main: number; chromium: number; folder: string }
    expect([isAlive(mainPid), isAlive(chromium), existsSync(folder)]).toEqual([true, true, true])
    driver.kill('SIGKILL')
    await app.until('the main process to be gone', async () => !isAlive(mainPid))
    await app.until('Chromium to be gone', async () => !isAlive(chromium))
    expect(existsSync(folder)).toBe(false)
  })

  const chromiumPid = () => app.evaluate((_electron, _argument, { chromiumPid: pid }) => pid())
})

test('electron-log writes its file', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'parley-example-log-'))
  const logging = await launchDesktop({ main: here('./fixture/logging.mjs'), userData: folder })
  try {
    await logging.window('data:text/html')
    const text = readFileSync(join(folder, 'logs/main.log'), 'utf8')
    expect(text).toContain('from the main process')
    expect(logging.output()).not.toContain('not implemented')
  } finally {
    await logging.close()
    rmSync(folder, { recursive: true, force: true })
  }
})
