// Turns what Chromium tells about a page into the events of its WebContents.
import { toProduct } from './addresses.ts'
import type { Page } from './page.ts'
import { answerQuestion } from './questions.ts'
import { answerRequest } from './requests.ts'
import { StandinEvent } from './strict.ts'
import { openedByPage } from './window-open.ts'

const CONSOLE_LEVELS: Record<string, string> = { warning: 'warning', error: 'error', assert: 'error', debug: 'debug' }

export function followPage(page: Page): void {
  followFrames(page)
  followWorlds(page)
  const { channel, contents } = page
  channel.on('Page.domContentEventFired', () => page.address && contents.emit('dom-ready', new StandinEvent()))
  channel.on('Page.loadEventFired', () => {
    page.loading = false
    page.ownNavigations = 0
    void page.tellVisibility()
    if (!page.address || page.address === 'about:blank') return
    contents.emit('did-finish-load', new StandinEvent())
    contents.emit('did-stop-loading', new StandinEvent())
  })
  channel.on('Inspector.targetCrashed', () =>
    contents.emit('render-process-gone', new StandinEvent(), { reason: 'crashed', exitCode: 1 }),
  )
  channel.on('Fetch.requestPaused', (paused) => {
    answerRequest(page, paused).catch((error: Error) => {
      if (page.gone) return
      console.error(`[stand-in] ${paused.request.url}: ${error.message}`)
      channel.send('Fetch.failRequest', { requestId: paused.requestId, errorReason: 'Failed' }).catch(() => {})
    })
  })
  channel.on('Page.windowOpen', (wish) => openedByPage(page, wish))
  channel.on('Page.javascriptDialogOpening', () => {
    // Nobody is there to press a button; Playwright may have answered already.
    channel.send('Page.handleJavaScriptDialog', { accept: true }).catch(() => {})
  })
}

function followFrames(page: Page) {
  const { channel, contents, frames } = page
  channel.on('Page.frameAttached', ({ frameId, parentFrameId }) => {
    if (!frames.has(frameId)) frames.set(frameId, { id: frameId, parentId: parentFrameId, url: '' })
  })
  channel.on('Page.frameNavigated', ({ frame }) => {
    frames.set(frame.id, frame)
    if (frame.parentId) return
    page.mainFrameId = frame.id
    page.address = toProduct(frame.url)
    if (frame.url !== 'about:blank') contents.emit('did-navigate', new StandinEvent(), page.address, 200, 'OK')
  })
  channel.on('Page.frameDetached', ({ frameId, reason }) => {
    if (reason !== 'swap') page.forgetFrame(frameId)
  })
  channel.on('Page.navigatedWithinDocument', ({ frameId, url }) => {
    const frame = frames.get(frameId)
    if (frame) frame.url = url
    if (frameId === page.mainFrameId) page.address = toProduct(url)
    contents.emit('did-navigate-in-page', new StandinEvent(), toProduct(url), frameId === page.mainFrameId)
  })
}

function followWorlds(page: Page) {
  const { channel, contents, worlds } = page
  channel.on('Runtime.executionContextCreated', ({ context }) => {
    const { frameId } = (context.auxData ?? {}) as { frameId?: string }
    if (!frameId) return
    const preload = context.name === 'Electron Isolated Context'
    worlds.set(context.id, { frameId, uniqueId: context.uniqueId, preload })
  })
  channel.on('Runtime.executionContextDestroyed', ({ executionContextId }) => worlds.delete(executionContextId))
  channel.on('Runtime.executionContextsCleared', () => worlds.clear())
  channel.on('Runtime.bindingCalled', ({ name, payload, executionContextId }) => {
    if (name === '__standinIpc') void page.fromPreload(executionContextId, payload)
    if (name === '__standinAsk') void answerQuestion(page, executionContextId, payload)
  })
  channel.on('Runtime.consoleAPICalled', ({ type, args }) => {
    const message = args.map((arg) => String(arg.value ?? arg.description)).join(' ')
    contents.emit('console-message', new StandinEvent({ level: CONSOLE_LEVELS[type] ?? 'info', message }))
  })
}
