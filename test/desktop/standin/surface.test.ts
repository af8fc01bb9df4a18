// The stand-in invents nothing: every member it offers is in Electron's own declarations, and what it lacks throws.
import type { AddressInfo } from 'node:net'
import { fileURLToPath } from 'node:url'
import type * as Electron from 'electron'
import ts from 'typescript'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Standin } from '../../support/electron-standin/control.ts'
import { launch, productUrl, type StandinApplication } from '../../support/electron-standin/launch.ts'

const here = (name: string) => fileURLToPath(new URL(name, import.meta.url))
const DECLARATIONS = here('../../../node_modules/electron/electron.d.ts')
const FIXTURE = here('./fixture/main.mjs')

/** Member name to what it is at run time. */
type Members = Record<string, 'function' | 'value'>
type Surface = Record<string, Members>

/** Electron.d.ts, by name. */
function readDeclarations() {
  const program = ts.createProgram([DECLARATIONS], {
    types: ['node'],
    skipLibCheck: true,
    target: ts.ScriptTarget.ES2024,
  })
  const checker = program.getTypeChecker()
  const source = program.getSourceFile(DECLARATIONS)!
  const namespace = checker.getSymbolsInScope(source, ts.SymbolFlags.Namespace).find(({ name }) => name === 'Electron')!
  const types = new Map(checker.getExportsOfModule(namespace).map((symbol) => [symbol.name, symbol]))
  const symbolOf = (name: string) => {
    const symbol = types.get(name)
    if (!symbol) throw new Error(`electron.d.ts has no ${name}`)
    return symbol
  }
  return {
    moduleNames: checker.getExportsOfModule(symbolOf('CrossProcessExports')).map(({ name }) => name),
    instance: (name: string) => checker.getDeclaredTypeOfSymbol(symbolOf(name)),
    statics: (name: string) => checker.getTypeOfSymbol(symbolOf(name)),
    /** Null when there is no such member; a member of type `any` or `Function` may be either. */
    member(type: ts.Type, name: string): { kinds: ('function' | 'value')[] } | null {
      const symbol = type.getProperty(name)
      if (!symbol) return null
      const declared = checker.getNonNullableType(checker.getTypeOfSymbol(symbol))
      if (declared.flags & ts.TypeFlags.Any || declared.symbol?.name === 'Function')
        return { kinds: ['function', 'value'] }
      return { kinds: [declared.getCallSignatures().length ? 'function' : 'value'] }
    },
    /** Members that Electron declares itself: what it inherits is Node's. */
    names: (type: ts.Type) =>
      type
        .getProperties()
        .filter((symbol) => symbol.declarations?.some((node) => node.getSourceFile() === source))
        .map(({ name }) => name),
    events(name: string): Set<string> {
      const on = checker.getDeclaredTypeOfSymbol(symbolOf(name)).getProperty('on')!
      const first = checker
        .getTypeOfSymbol(on)
        .getCallSignatures()
        .map((call) => call.getParameters()[0]!)
      return new Set(
        first
          .map((parameter) => checker.getTypeOfSymbol(parameter))
          .flatMap((type) => (type.isStringLiteral() ? [type.value] : [])),
      )
    },
  }
}

/** Runs in the main process: everything that the stand-in offers, by the name of its type ("static X" for statics). */
async function collect(electron: typeof Electron, _argument: undefined, _standin: Standin): Promise<Surface> {
  const { BrowserWindow, Menu, MenuItem, Notification, Tray, ipcMain, nativeImage } = electron
  const window = BrowserWindow.getAllWindows()[0]!
  const event = (channel: string, code: string, subscribe: (channel: string, done: (event: object) => void) => void) =>
    new Promise<object>((resolve) => {
      subscribe(channel, resolve)
      void window.webContents.executeJavaScript(code)
    })
  const objects: Record<string, object> = {
    App: electron.app,
    CommandLine: electron.app.commandLine,
    Dock: electron.app.dock!,
    AutoUpdater: electron.autoUpdater,
    BrowserWindow: window,
    BaseWindow: Object.getPrototypeOf(BrowserWindow.prototype) as object,
    ClientRequest: electron.net.request('http://127.0.0.1:1/'),
    Clipboard: electron.clipboard,
    Cookies: electron.session.defaultSession.cookies,
    CrashReporter: electron.crashReporter,
    DesktopCapturer: electron.desktopCapturer,
    Dialog: electron.dialog,
    GlobalShortcut: electron.globalShortcut,
    IpcMain: ipcMain,
    IpcMainInvokeEvent: await event('probe', 'shell.probe()', (name, done) => ipcMain.handleOnce(name, done)),
    IpcMainEvent: await event('probe', 'shell.probeSend()', (name, done) => ipcMain.once(name, done)),
    Menu: new Menu(),
    MenuItem: new MenuItem({ label: 'x' }),
    NativeImage: nativeImage.createEmpty(),
    NativeTheme: electron.nativeTheme,
    Net: electron.net,
    Notification: new Notification(),
    PowerMonitor: electron.powerMonitor,
    PowerSaveBlocker: electron.powerSaveBlocker,
    Protocol: electron.protocol,
    SafeStorage: electron.safeStorage,
    Screen: electron.screen,
    Session: electron.session.defaultSession,
    Shell: electron.shell,
    SystemPreferences: electron.systemPreferences,
    Tray: new Tray(nativeImage.createEmpty()),
    WebContents: window.webContents,
    WebFrameMain: window.webContents.mainFrame,
    WebRequest: electron.session.defaultSession.webRequest,
    'static BaseWindow': electron.BaseWindow,
    'static BrowserWindow': BrowserWindow,
    'static Menu': Menu,
    'static MenuItem': MenuItem,
    'static NativeImage': nativeImage,
    'static Notification': Notification,
    'static Session': electron.session,
    'static Tray': Tray,
    'static WebContents': electron.webContents,
  }
  Reflect.set(globalThis, 'collected', objects)
  // A function's or an emitter's own fields, and everything above the stand-in's base classes, are not its surface.
  const ownFields = ['constructor', '_events', '_eventsCount', '_maxListeners']
  const functionFields = ['prototype', 'name', 'length']
  const isEnd = (object: object) => {
    const { name } = (typeof object === 'function' ? object : object.constructor) as { name: string }
    return /^(Standin(Emitter|Object|Event)|EventEmitter|Function|Object|)$/.test(name)
  }
  const kindOf = (object: object, name: string, start: object): 'function' | 'value' => {
    const { get, value } = Object.getOwnPropertyDescriptor(object, name)!
    // A getter is only asked on a living object: on a bare prototype it has nothing to answer with.
    const found: unknown = get && start !== objects.BaseWindow ? Reflect.get(object, name, start) : value
    return typeof found === 'function' ? 'function' : 'value'
  }
  const members = (start: object): Members => {
    const found: Members = {}
    const hidden = typeof start === 'function' ? [...ownFields, ...functionFields] : ownFields
    for (let object = start; object && !isEnd(object); object = Object.getPrototypeOf(object) as object) {
      for (const name of Object.getOwnPropertyNames(object)) {
        if (!hidden.includes(name)) found[name] ??= kindOf(object, name, start)
      }
    }
    return found
  }
  const surface = Object.fromEntries(Object.entries(objects).map(([name, object]) => [name, members(object)]))
  surface.module = Object.fromEntries(Object.keys(electron).map((name) => [name, 'value' as const]))
  return surface
}

/** Runs in the main process: makes the stand-in emit about everything it can. */
async function exercise(
  { BrowserWindow, Menu, net, Notification }: typeof Electron,
  _argument: undefined,
  standin: Standin,
) {
  const window = new BrowserWindow({ show: false, webPreferences: { sandbox: true } })
  window.webContents.setWindowOpenHandler(() => ({ action: 'allow', overrideBrowserWindowOptions: { show: false } }))
  await window.loadURL('data:text/html,<title>exercise</title>')
  await window.loadURL('http://127.0.0.1:1/').catch(() => {})
  const requested = (address: string) =>
    new Promise<void>((closed) => {
      const request = net.request(address)
      request.on('response', (response) => response.on('data', () => {}))
      request.on('error', () => {})
      request.once('close', () => closed())
      request.end()
    })
  await requested('http://127.0.0.1:1/')
  const server = process.getBuiltinModule('node:http').createServer((_request, response) => response.end('words'))
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening))
  await requested(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`)
  server.close()
  window.show()
  window.hide()
  window.show()
  window.minimize()
  window.restore()
  window.maximize()
  window.unmaximize()
  window.setFullScreen(true)
  window.setFullScreen(false)
  window.setAlwaysOnTop(true)
  window.setBounds({ x: 1, y: 2, width: 300, height: 200 })
  Menu.buildFromTemplate([]).popup()
  Menu.buildFromTemplate([]).closePopup()
  const shown = () => {
    const notification = new Notification({ title: 'x', hasReply: true, actions: [{ type: 'button', text: 'Do' }] })
    notification.show()
    return notification
  }
  shown().close()
  shown()
  standin.controls.notificationAction('Do')
  shown()
  standin.controls.clickNotification()
  shown()
  standin.controls.replyToNotification('words')
  standin.os.notificationFailure = 'broken'
  shown()
  standin.controls.clickTray()
  for (const event of [
    'suspend',
    'resume',
    'lock-screen',
    'unlock-screen',
    'on-ac',
    'on-battery',
    'shutdown',
  ] as const) {
    standin.power(event)
  }
  standin.setDarkColors(true)
  standin.setDisplays([{ ...standin.os.displays[0]!, id: 7 }])
  standin.setDisplays([...standin.os.displays])
  standin.openUrl('x://y')
  standin.activate()
  const child = new Promise((made) => window.webContents.once('did-create-window', made))
  await window.webContents.executeJavaScript(
    'open("data:text/html,child"); document.title = "new"; console.log("said")',
  )
  await child
  window.destroy()
}

/** Runs in the main process: those of the names whose reading does not throw "not implemented". */
function readable(_electron: unknown, names: Record<string, string[]>): string[] {
  const collected = Reflect.get(globalThis, 'collected') as Record<string, Record<string, unknown>>
  const silent: string[] = []
  for (const [owner, members] of Object.entries(names)) {
    for (const member of members) {
      try {
        void collected[owner]![member]
        silent.push(`${owner}.${member}`)
      } catch (error) {
        if (!/is not implemented$/.test((error as Error).message)) throw error
      }
    }
  }
  return silent
}

describe('the stand-in against electron.d.ts', () => {
  const declarations = readDeclarations()
  let app: StandinApplication
  let surface: Surface

  const typeOf = (owner: string) =>
    owner.startsWith('static ') ? declarations.statics(owner.slice('static '.length)) : declarations.instance(owner)
  const owners = () => Object.entries(surface).filter(([owner]) => owner !== 'module')

  beforeAll(async () => {
    // As on macOS, where `app.dock` exists.
    app = await launch({ main: FIXTURE, platform: 'darwin', env: { STANDIN_APP: here('./fixture') } })
    await app.evaluate(async ({ BrowserWindow }) => {
      const { webContents } = BrowserWindow.getAllWindows()[0]!
      if (webContents.isLoading()) await new Promise<void>((done) => webContents.once('did-finish-load', () => done()))
    })
    surface = await app.evaluate(collect)
  })
  afterAll(() => app?.close())

  test('every name that the module exports is one of Electron', () => {
    const invented = Object.keys(surface.module!).filter((name) => !declarations.moduleNames.includes(name))
    expect(invented).toEqual([])
    expect(Object.keys(surface.module!).length).toBeGreaterThan(20)
  })

  test('every member of every object is declared there', () => {
    const invented = owners().flatMap(([owner, members]) =>
      Object.keys(members)
        .filter((name) => declarations.member(typeOf(owner), name) === null)
        .map((name) => `${owner}.${name}`),
    )
    expect(invented).toEqual([])
    expect(Object.keys(surface.BrowserWindow!).length).toBeGreaterThan(70)
  })

  test('what is a method there is a method here, and the other way round', () => {
    const different = owners().flatMap(([owner, members]) =>
      Object.entries(members)
        .filter(([name, kind]) => !declarations.member(typeOf(owner), name)?.kinds.includes(kind))
        .map(([name, kind]) => `${owner}.${name} is a ${kind} here`),
    )
    expect(different).toEqual([])
  })

  test('every declared member that is missing here throws when it is touched', async () => {
    // Node's own, redeclared with Electron's event names; and what every function has.
    const inherited = ['on', 'once', 'off', 'addListener', 'removeListener', 'removeAllListeners', 'prototype'].concat(
      'preventDefault',
      'defaultPrevented',
    )
    const missing: Record<string, string[]> = {}
    for (const [owner, members] of owners()) {
      const declared = declarations.names(typeOf(owner))
      missing[owner] = [...declared.filter((name) => !(name in members) && !inherited.includes(name)), 'noSuchMember']
    }
    expect(await app.evaluate(readable, missing)).toEqual([])
    expect(missing.WebContents).toContain('printToPDF')
  })

  test('an unknown part of the module throws', async () => {
    const words = await app.evaluate((electron) => {
      try {
        return typeof electron.contentTracing
      } catch (error) {
        return (error as Error).message
      }
    })
    expect(words).toBe('electron stand-in: electron.contentTracing is not implemented')
  })

  test('every event that it emits is declared for its object', async () => {
    await app.evaluate(exercise)
    const emitted = await app.evaluate((_electron, _argument, standin) => standin.emittedEvents)
    // The names of an IpcMain's events are the product's channels.
    const owned = [...emitted].filter(([owner]) => owner !== 'IpcMain')
    const invented = owned.flatMap(([owner, events]) =>
      [...events]
        .filter((name) => !declarations.events(owner).has(name) && name !== 'newListener')
        .map((name) => `${owner} ${name}`),
    )
    expect(invented).toEqual([])
    expect([...emitted.get('App')!]).toContain('ready')
    expect([...emitted.get('WebContents')!]).toEqual(
      expect.arrayContaining(['did-fail-load', 'did-create-window', 'destroyed']),
    )
    expect([...emitted.get('ClientRequest')!].sort()).toEqual(['close', 'error', 'finish', 'response'])
    expect([...emitted.get('Notification')!].sort()).toEqual(['action', 'click', 'close', 'failed', 'reply', 'show'])
  })

  test('the preload sees only what Electron gives one', async () => {
    const page = (await app.windows()).find((candidate) => productUrl(candidate).endsWith('/index.html'))!
    const { modules, ...objects } = await page.evaluate(() =>
      (window as never as { shell: { surface(): Record<string, string[]> } }).shell.surface(),
    )
    expect(modules!.filter((name) => !declarations.moduleNames.includes(name))).toEqual([])
    const invented = Object.entries(objects).flatMap(([owner, names]) =>
      names
        .filter((name) => name !== 'constructor' && declarations.member(declarations.instance(owner), name) === null)
        .map((name) => `${owner}.${name}`),
    )
    expect(invented).toEqual([])
  })
})
