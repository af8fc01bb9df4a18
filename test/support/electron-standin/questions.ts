// Questions that a page's own world asks before it goes on: may it capture (the session's permission handlers are asked
// before Chromium's fake devices are opened), and may it open a window. And what a page tells: its title.
import type { CaptureAnswer } from './bridge/main-world.ts'
import { note } from './os-state.ts'
import type { Page } from './page.ts'
import { permissionHandlers, type ChosenStreams } from './session.ts'
import { StandinEvent } from './strict.ts'
import { BrowserWindow } from './window.ts'
import { openedByPage, type OpenWish } from './window-open.ts'

interface Question extends OpenWish {
  id: number
  kind: 'permission' | 'display' | 'open' | 'title'
  title: string
  permission: string
  types: ('video' | 'audio')[]
  video: unknown
  audio: unknown
  gesture: boolean
}

const refused = (errorName: string): CaptureAnswer => ({ allowed: false, errorName })

export async function answerQuestion(page: Page, contextId: number, text: string): Promise<void> {
  const question = JSON.parse(text) as Question
  if (question.kind === 'open') {
    openedByPage(page, question)
    return
  }
  if (question.kind === 'title') {
    documentTitled(page, question.title)
    return
  }
  const world = page.worlds.get(contextId)
  if (!world) return
  const answer =
    question.kind === 'display'
      ? await chooseDisplay(page, world.frameId, question)
      : await askPermission(page, world.frameId, question)
  const parameters = {
    functionDeclaration: "function (id, answer) { globalThis[Symbol.for('standin.answer')](id, answer) }",
    uniqueContextId: world.uniqueId,
    arguments: [{ value: question.id }, { value: answer }],
  }
  await page.channel.send('Runtime.callFunctionOn', parameters).catch(() => {})
}

async function askPermission(page: Page, frameId: string, { permission, types }: Question): Promise<CaptureAnswer> {
  const { check, request } = permissionHandlers(page.session)
  const frame = page.frame(frameId)
  const isMainFrame = frameId === page.mainFrameId
  for (const mediaType of types) {
    const details = { requestingUrl: frame.url, isMainFrame, mediaType, securityOrigin: frame.origin }
    if (check && !check(page.contents, permission, frame.origin, details)) return refused('NotAllowedError')
  }
  if (!request) return { allowed: true, errorName: '' }
  const details = { requestingUrl: frame.url, isMainFrame, mediaTypes: types, securityOrigin: frame.origin }
  const granted = await new Promise<boolean>((answer) =>
    request(page.contents, permission, (yes: boolean) => answer(Boolean(yes)), details),
  )
  note('session.permission', permission, types, granted)
  return granted ? { allowed: true, errorName: '' } : refused('NotAllowedError')
}

async function chooseDisplay(page: Page, frameId: string, question: Question): Promise<CaptureAnswer> {
  const permitted = await askPermission(page, frameId, { ...question, permission: 'display-capture', types: [] })
  if (!permitted.allowed) return permitted
  const { display } = permissionHandlers(page.session)
  if (!display) return refused('NotSupportedError')
  const frame = page.frame(frameId)
  const request = {
    frame,
    securityOrigin: frame.origin,
    videoRequested: Boolean(question.video),
    audioRequested: Boolean(question.audio),
    userGesture: question.gesture,
  }
  const streams = await new Promise<ChosenStreams | null>((answer) => display(request, answer))
  note('session.displayMedia', streams?.video?.id ?? null, streams?.audio ?? null)
  if (!streams?.video) return refused('NotAllowedError')
  return { allowed: true, errorName: '', captured: streams.video.id ?? 'frame', sound: streams.audio === 'loopback' }
}

/** A document's title becomes the window's unless the product prevents it. */
function documentTitled({ contents }: Page, title: string) {
  const window = BrowserWindow.fromWebContents(contents)
  if (!window) return
  const event = new StandinEvent()
  contents.emit('page-title-updated', event, title, true)
  window.emit('page-title-updated', event, title, true)
  if (!event.defaultPrevented) window.setTitle(title)
}
