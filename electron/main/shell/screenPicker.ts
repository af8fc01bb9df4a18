// Choosing what is shared: a page's getDisplayMedia waits here until the main window's picker has answered. Only our own page asks, in a
// meeting and upon a gesture; and it chooses only among what it was shown for this very request.
import { randomUUID } from 'node:crypto'
import {
  desktopCapturer,
  webContents,
  type DesktopCapturerSource,
  type DisplayMediaRequestHandlerHandlerRequest,
  type NativeImage,
  type Session as ElectronSession,
  type Streams,
} from 'electron'
import type { CaptureSource, Host } from '../../../shared/host.ts'
import type { Log } from '../log.ts'
import type { MainWindow } from './mainWindow.ts'
import { APP_ORIGIN } from './protocol.ts'

const PICTURE = { width: 320, height: 180 }
/** Longer titles are cut by the picker anyway. */
const NAME_MAX = 200

/** By Electron's documentation, a window of this very process. Nobody shares the meeting into itself. */
const OWN_WINDOW = /^window:.*:1$/

type Choice = Parameters<Host['chooseSource']>[0]
type Request = {
  id: string
  offersSound: boolean
  /** Those the page was shown, by id. */
  shown: Map<string, DesktopCapturerSource>
  answer(streams: Streams | null): void
}

export type ScreenPicker = ReturnType<typeof createScreenPicker>

export function createScreenPicker(options: {
  session: ElectronSession
  mainWindow: MainWindow
  seated(): boolean
  /** The system asks the person itself as soon as sources are looked for, and names what they chose (Wayland). */
  systemAsks: boolean
  platform: string
  log: Log
}) {
  const { mainWindow, platform, log } = options
  let open: Request | null = null

  function close(streams: Streams | null): void {
    const request = open
    open = null
    if (!request) return
    try {
      request.answer(streams)
    } catch (error) {
      // Its page has gone meanwhile.
      log.warn(`sharing: ${String(error)}`)
    }
  }

  function putAway(): void {
    if (!open) return
    mainWindow.push('host:command', { name: 'choosingEnded', requestId: open.id })
    close(null)
  }

  function ask(asked: DisplayMediaRequestHandlerHandlerRequest, answer: Request['answer']): void {
    const problem = stranger(asked, mainWindow, options.seated())
    if (problem) {
      log.warn(`denied sharing: ${problem}`)
      return answer(null)
    }
    putAway()
    // Elsewhere there is no sound of the whole computer to be had.
    const offersSound = platform === 'win32' && asked.audioRequested
    open = { id: randomUUID(), offersSound, shown: new Map(), answer }
    if (options.systemAsks) return void takeWhatSystemNames(open)
    mainWindow.push('host:command', { name: 'chooseSource', requestId: open.id, offersSound })
  }

  async function takeWhatSystemNames(request: Request): Promise<void> {
    const [source] = await look({ width: 0, height: 0 })
    if (open === request) close(source ? { video: source } : null)
  }

  async function look(thumbnailSize: typeof PICTURE): Promise<DesktopCapturerSource[]> {
    try {
      return await desktopCapturer.getSources({ types: ['screen', 'window'], thumbnailSize, fetchWindowIcons: true })
    } catch (error) {
      // So it is on macOS as long as the person has not allowed it.
      log.warn(`sharing: nothing to choose from: ${String(error)}`)
      return []
    }
  }

  async function sources(requestId: string): Promise<CaptureSource[]> {
    const request = open
    if (request?.id !== requestId) return []
    const found = (await look(PICTURE)).filter(({ id }) => !OWN_WINDOW.test(id))
    if (open !== request) return []
    for (const source of found) request.shown.set(source.id, source)
    return found.map(asShown)
  }

  async function choose({ requestId, sourceId, sound }: Choice): Promise<void> {
    if (open?.id !== requestId) return log.warn('sharing: a choice that nobody waits for')
    const video = sourceId === null ? undefined : open.shown.get(sourceId)
    if (sourceId !== null && !video) log.warn('sharing: a choice that was not offered')
    if (!video) return close(null)
    close({ video: { id: video.id, name: video.name }, ...(sound && open.offersSound ? { audio: 'loopback' } : {}) })
  }

  options.session.setDisplayMediaRequestHandler(ask, { useSystemPicker: platform === 'darwin' })
  mainWindow.onPageGone(putAway)
  return { sources, choose, putAway }
}

/** Why this may not be shared; null when it may. */
function stranger(
  { frame, userGesture, videoRequested }: DisplayMediaRequestHandlerHandlerRequest,
  mainWindow: MainWindow,
  seated: boolean,
): string | null {
  if (!frame || frame.parent !== null) return 'not a main frame'
  if (frame.origin !== APP_ORIGIN) return `foreign origin ${frame.origin}`
  if (webContents.fromFrame(frame) !== mainWindow.contents) return 'not the main window'
  if (!seated) return 'not in a meeting'
  if (!userGesture) return 'no gesture'
  return videoRequested ? null : 'no picture asked for'
}

function asShown({ id, name, thumbnail, appIcon }: DesktopCapturerSource): CaptureSource {
  // Declared as always there, and null where the system has none.
  const icon: NativeImage | null = appIcon
  return {
    id,
    name: name.slice(0, NAME_MAX),
    kind: id.startsWith('screen:') ? 'screen' : 'window',
    picture: thumbnail.isEmpty() ? '' : thumbnail.toDataURL(),
    icon: icon && !icon.isEmpty() ? icon.toDataURL() : null,
  }
}
