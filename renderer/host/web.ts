// The host in a browser: the page itself keeps the connection, with the very code that Electron's main process runs.
import type { HttpAsk } from '../../shared/client/account.ts'
import { createSession } from '../../shared/client/session.ts'
import type { Host, HostState, MediaEvent, TalkEvent } from '../../shared/host.ts'
import { failure } from '../../shared/protocol/result.ts'
import { readSettings } from '../../shared/settings.ts'
import type { Timers } from '../../shared/time.ts'
import { createLateWire } from './lateWire.ts'
import { createWebOpenId, takeUpOpenId } from './webOpenId.ts'
import { createId, keptDevice, openStorage, sessionStore, type PageStorage } from './webStorage.ts'

const HTTP_DEADLINE_MS = 8_000
const SETTINGS_KEY = 'parley.settings'

const timers: Timers = {
  now: () => Date.now(),
  after(ms, action) {
    const timer = setTimeout(action, ms)
    return () => clearTimeout(timer)
  },
}

const http: HttpAsk = async ({ method, url, body }) => {
  try {
    const content =
      body === undefined ? {} : { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }
    const response = await fetch(url, {
      method,
      ...content,
      credentials: 'omit',
      signal: AbortSignal.timeout(HTTP_DEADLINE_MS),
    })
    return await response.json()
  } catch {
    return null
  }
}

function createListeners<Value>() {
  const listeners = new Set<(value: Value) => void>()
  return {
    tell: (value: Value) => [...listeners].forEach((listener) => listener(value)),
    add(listener: (value: Value) => void) {
      listeners.add(listener)
      return () => void listeners.delete(listener)
    },
  }
}

function keptSettings(storage: PageStorage) {
  try {
    return readSettings(JSON.parse(storage.read(SETTINGS_KEY) ?? 'null'))
  } catch {
    return readSettings(null)
  }
}

export async function createWebHost(): Promise<Host> {
  const broughtBack = takeUpOpenId()
  const storage = await openStorage()
  const mediaEvents = createListeners<MediaEvent>()
  const talkEvents = createListeners<TalkEvent>()
  const states = createListeners<HostState>()
  const prefill = { server: location.origin, login: new URLSearchParams(location.search).get('demo') ?? undefined }
  let settings = keptSettings(storage)
  let sharing = false

  const device = keptDevice(storage)
  const session = createSession({
    wire: createLateWire(() => import('socket.io-client')),
    timers,
    random: Math.random,
    createId,
    device,
    http,
    store: sessionStore(storage),
    onMediaEvent: mediaEvents.tell,
    onTalkEvent: talkEvents.tell,
  })
  const tell = () => states.tell(snapshot())
  const openId = createWebOpenId({ session, device, timers, onChange: tell })
  const snapshot = (): HostState => ({
    ...session.state,
    openid: openId.state,
    settings,
    sharing,
    desktop: null,
    prefill,
  })
  session.subscribe(tell)
  // A network that has come back, or a page out of the back-forward cache: the old socket lies.
  window.addEventListener('online', session.wakeUp)
  window.addEventListener('pageshow', (event) => event.persisted && session.wakeUp())
  session.resume()
  if (broughtBack === 'expired') openId.cameBackLate()
  else if (broughtBack !== null) void openId.receive(broughtBack)

  return {
    kind: 'web',
    platform: 'web',
    guests: {
      look: (code) => session.lookAsGuest(location.origin, { code }),
      arrive: (visit) => session.arriveAsGuest({ ...visit, server: location.origin }),
    },
    snapshot: async () => snapshot(),
    onState: states.add,
    onMediaEvent: mediaEvents.add,
    onTalkEvent: talkEvents.add,
    onCommand: () => () => {},
    ask: session.ask,
    checkServer: session.checkServer,
    signIn: session.signIn,
    startOpenId: openId.start,
    openOpenIdAgain: openId.openAgain,
    cancelOpenId: openId.cancel,
    signOut: session.signOut,
    lookAtInvitation: session.lookAtInvitation,
    acceptInvitation: session.acceptInvitation,
    createRoom: session.createRoom,
    joinRoom: session.joinRoom,
    leaveLobby: session.leaveLobby,
    callDirectly: session.callDirectly,
    leaveRoom: session.leaveRoom,
    endRoom: session.endRoom,
    answer: session.answer,
    decline: session.decline,
    ringMyself: async (words) => session.ringMyself(words),
    ringsShown: session.ringsShown,
    takeMediaOffer: async (roomId) => session.takeMediaOffer(roomId),
    setMediaCapabilities: session.setMediaCapabilities,
    async setSettings(change) {
      settings = readSettings({ ...settings, ...change })
      storage.write(SETTINGS_KEY, JSON.stringify(settings))
      states.tell(snapshot())
    },
    seenMissed: session.seenMissed,
    showMain: () => window.focus(),
    quit: () => {},
    toggleMicrophone: () => {},
    openSystemPage: () => {},
    setSharing(on) {
      sharing = on
      states.tell(snapshot())
    },
    // A browser shows its own picker.
    captureSources: async () => [],
    chooseSource: async () => {},
    setPreview: async () => {},
    popupHeight: () => {},
    copyDiagnostics: async () => {},
    installUpdate: async () => failure('unavailable', 'A browser has nothing to install.'),
  }
}
