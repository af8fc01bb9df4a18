// The running Chromium and its page targets: one per window of the product.
import type * as Electron from 'electron'
import type { Channel } from './cdp.ts'
import type { Chromium } from './chromium.ts'

export interface Target {
  id: string
  channel: Channel
}

interface Owner {
  /** The page was closed or crashed away from outside. */
  targetGone(): void
}

let chromium: Chromium | null = null
const attached = new Map<string, Channel>()
const awaited = new Map<string, (channel: Channel) => void>()
const owners = new Map<string, Owner>()

export const currentChromium = (): Chromium | null => chromium

/** Takes over a started Chromium: from here on new windows can be made. */
export async function adoptChromium(started: Chromium): Promise<void> {
  chromium = started
  const { browser } = started.cdp
  browser.on('Target.attachedToTarget', ({ sessionId, targetInfo }) => {
    const channel = started.cdp.session(sessionId)
    const awaitedHere = awaited.get(targetInfo.targetId)
    if (targetInfo.type === 'page') attached.set(targetInfo.targetId, channel)
    if (awaitedHere) awaitedHere(channel)
    // Opened by a link: Page.windowOpen has asked the product, and what it allowed gets a window of its own.
    else if (targetInfo.type === 'page' && targetInfo.openerId) void closeTarget(targetInfo.targetId)
    // A page that this process did not ask for is Playwright's business; workers and frames just go on.
    else if (targetInfo.type !== 'page' || !making) void resume(channel)
  })
  browser.on('Target.targetDestroyed', ({ targetId }) => {
    attached.delete(targetId)
    owners.get(targetId)?.targetGone()
    owners.delete(targetId)
  })
  await browser.send('Target.setDiscoverTargets', { discover: true })
  await browser.send('Target.setAutoAttach', { autoAttach: true, waitForDebuggerOnStart: true, flatten: true })
}

const resume = (channel: Channel) => channel.send('Runtime.runIfWaitingForDebugger').catch(() => {})

/** Windows being made whose target id is not known yet. */
let making = 0

export async function makeTarget(bounds: Electron.Rectangle, owner: Owner): Promise<Target> {
  if (!chromium) throw new Error('electron stand-in: a window was made while Chromium is not running')
  const { x: left, y: top, width, height } = bounds
  making++
  try {
    const { browser } = chromium.cdp
    const { targetId: id } = await browser.send('Target.createTarget', {
      url: 'about:blank',
      newWindow: true,
      left,
      top,
      width,
      height,
    })
    owners.set(id, owner)
    const known = attached.get(id)
    const channel = known ?? (await new Promise<Channel>((arrived) => awaited.set(id, arrived)))
    awaited.delete(id)
    return { id, channel }
  } finally {
    making--
  }
}

export async function closeTarget(id: string): Promise<void> {
  owners.delete(id)
  // It may be gone by itself, or with Chromium.
  await chromium?.cdp.browser.send('Target.closeTarget', { targetId: id }).catch(() => {})
}
