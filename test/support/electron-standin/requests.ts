// Every request of a page passes here: navigations are announced, web request hooks asked, custom schemes answered.
import { isCustom, rewritePolicy, rewriteText, toChromium, toProduct } from './addresses.ts'
import { dispatchSync, IpcMainEvent } from './ipc.ts'
import type { Page } from './page.ts'
import { protocolHandler } from './session.ts'
import { StandinEvent } from './strict.ts'
import { hasHook, runHook, type HookAnswer } from './web-request.ts'
import { wire } from './wire.ts'

interface Header {
  name: string
  value: string
}

interface Paused {
  requestId: string
  request: { url: string; method: string; headers: Record<string, string>; postData?: string }
  frameId: string
  resourceType: string
  redirectedRequestId?: string
  responseStatusCode?: number
  responseHeaders?: Header[]
}

const TYPES: Record<string, string> = {
  Stylesheet: 'stylesheet',
  Script: 'script',
  Image: 'image',
  Font: 'font',
  XHR: 'xhr',
  Fetch: 'xhr',
  Ping: 'ping',
  CSPViolationReport: 'cspReport',
  Media: 'media',
}

export async function answerRequest(page: Page, paused: Paused): Promise<void> {
  const { requestId, request } = paused
  const { channel } = page
  const { webRequest } = page.session
  const address = toProduct(request.url)
  if (paused.responseStatusCode !== undefined) return answerHeaders(page, paused)
  if (isCustom(request.url) && request.url.endsWith('/__standin_sync__')) return answerSync(page, paused)
  // Chromium's browser window asks for this by itself; Electron has none that would.
  const unasked = paused.resourceType === 'Other' && new URL(request.url).pathname === '/favicon.ico'
  if (unasked || !allowNavigation(page, paused, address)) {
    await channel.send('Fetch.failRequest', { requestId, errorReason: 'Aborted' })
    return
  }
  const details = requestDetails(page, paused, address)
  const before = await runHook(webRequest, 'onBeforeRequest', address, details)
  if (before.cancel) {
    await channel.send('Fetch.failRequest', { requestId, errorReason: 'BlockedByClient' })
    return
  }
  if (before.redirectURL) {
    const location = [{ name: 'location', value: toChromium(before.redirectURL) }]
    await channel.send('Fetch.fulfillRequest', { requestId, responseCode: 307, responseHeaders: location })
    return
  }
  if (isCustom(request.url)) return answerCustom(page, paused, address)
  const send = await runHook(webRequest, 'onBeforeSendHeaders', address, {
    ...details,
    requestHeaders: { ...request.headers },
  })
  if (send.cancel) {
    await channel.send('Fetch.failRequest', { requestId, errorReason: 'BlockedByClient' })
    return
  }
  const headers = send.requestHeaders && { headers: toList(send.requestHeaders) }
  const interceptResponse = hasHook(webRequest, 'onHeadersReceived', address)
  await channel.send('Fetch.continueRequest', { requestId, interceptResponse, ...headers })
}

/** Emits will-navigate and its relatives; false when the product prevented one. */
function allowNavigation(page: Page, { resourceType, frameId, redirectedRequestId }: Paused, url: string): boolean {
  if (resourceType !== 'Document') return true
  const { contents } = page
  const isMainFrame = frameId === page.mainFrameId
  const details = { url, isMainFrame, isSameDocument: false, frame: page.frame(frameId) }
  if (redirectedRequestId) {
    const redirect = new StandinEvent(details)
    contents.emit('will-redirect', redirect, url, false, isMainFrame)
    return !redirect.defaultPrevented
  }
  if (isMainFrame && page.ownNavigations > 0) {
    page.ownNavigations--
    return true
  }
  const event = new StandinEvent(details)
  contents.emit('will-frame-navigate', event)
  if (isMainFrame && !event.defaultPrevented) contents.emit('will-navigate', event, url, false, true)
  return !event.defaultPrevented
}

function requestDetails(page: Page, paused: Paused, url: string) {
  const document = paused.frameId === page.mainFrameId ? 'mainFrame' : 'subFrame'
  return {
    id: Number(paused.requestId.replace(/\D/g, '')),
    url,
    method: paused.request.method,
    webContentsId: page.contents.id,
    webContents: page.contents,
    frame: page.frame(paused.frameId),
    resourceType: paused.resourceType === 'Document' ? document : (TYPES[paused.resourceType] ?? 'other'),
    referrer: toProduct(paused.request.headers.Referer ?? ''),
    timestamp: performance.timeOrigin + performance.now(),
  }
}

async function answerSync(page: Page, { requestId, request, frameId }: Paused) {
  const { channel, args } = JSON.parse(request.postData ?? '{}') as { channel: string; args: string }
  const event = new IpcMainEvent(page.contents, page.frame(frameId))
  const value = dispatchSync(event, channel, wire.decode(args) as unknown[])
  const body = Buffer.from(wire.encode([value])).toString('base64')
  await page.channel.send('Fetch.fulfillRequest', { requestId, responseCode: 200, body })
}

async function answerCustom(page: Page, paused: Paused, address: string) {
  const { requestId, request } = paused
  const handler = protocolHandler(page.session.protocol, address.slice(0, address.indexOf(':')))
  if (!handler) {
    await page.channel.send('Fetch.failRequest', { requestId, errorReason: 'AddressUnreachable' })
    return
  }
  const { method, headers, postData } = request
  const response = await handler(new Request(address, { method, headers, ...(postData && { body: postData }) }))
  const type = response.headers.get('content-type') ?? ''
  const raw = Buffer.from(await response.arrayBuffer())
  const body = /html|javascript|css/.test(type) ? Buffer.from(rewriteText(raw.toString('utf8'))) : raw
  const given = [...response.headers].map(([name, value]) => ({ name, value }))
  const hooked = await askHeaders(page, paused, address, response.status, given)
  if (hooked.cancel) {
    await page.channel.send('Fetch.failRequest', { requestId, errorReason: 'BlockedByClient' })
    return
  }
  await page.channel.send('Fetch.fulfillRequest', {
    requestId,
    responseCode: hooked.status,
    responseHeaders: hooked.headers.filter(({ name }) => name.toLowerCase() !== 'content-length'),
    body: body.toString('base64'),
  })
}

/** A response from the network, paused because the product wants to see its headers. */
async function answerHeaders(page: Page, paused: Paused) {
  const { requestId, responseStatusCode, responseHeaders = [] } = paused
  const address = toProduct(paused.request.url)
  const hooked = await askHeaders(page, paused, address, responseStatusCode!, responseHeaders)
  if (hooked.cancel) await page.channel.send('Fetch.failRequest', { requestId, errorReason: 'BlockedByClient' })
  else {
    const changed = { responseCode: hooked.status, responseHeaders: hooked.headers }
    await page.channel.send('Fetch.continueResponse', { requestId, ...changed })
  }
}

async function askHeaders(page: Page, paused: Paused, address: string, status: number, given: Header[]) {
  const responseHeaders: Record<string, string[]> = {}
  for (const { name, value } of given) (responseHeaders[name] ??= []).push(value)
  const details = {
    ...requestDetails(page, paused, address),
    statusCode: status,
    statusLine: `HTTP/1.1 ${status}`,
    responseHeaders,
  }
  const answer: HookAnswer = await runHook(page.session.webRequest, 'onHeadersReceived', address, details)
  const headers = toList(answer.responseHeaders ?? responseHeaders).map(({ name, value }) =>
    name.toLowerCase().startsWith('content-security-policy') ? { name, value: rewritePolicy(value) } : { name, value },
  )
  const changedStatus = Number(answer.statusLine?.split(' ')[1] ?? status)
  return { cancel: answer.cancel ?? false, status: changedStatus, headers }
}

function toList(headers: Record<string, string | string[]>): Header[] {
  return Object.entries(headers).flatMap(([name, values]) => [values].flat().map((value) => ({ name, value })))
}
