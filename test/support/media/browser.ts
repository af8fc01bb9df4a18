// Chromium pages running renderer/media against an engine in this process. Nothing listens but the SFU: pages are served
// by interception, and signaling is a function of the page.
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { chromium, type Browser, type Page } from 'playwright'
import { build } from 'vite'
import type { MediaEngine, ProduceInput, SeatKey } from '../../../server/media/engine.ts'
import { withOwnTemp } from '../ownTemp.ts'
import type { ConsumerView } from '../../../shared/protocol/media.ts'
import { failure, success, type Result } from '../../../shared/protocol/result.ts'

const FLAGS = [
  '--headless=new',
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--use-fake-device-for-media-stream',
  '--use-fake-ui-for-media-stream',
  '--autoplay-policy=no-user-gesture-required',
  '--allow-loopback-in-peer-connection',
]

export const launchChromium = (): Promise<Browser> =>
  withOwnTemp((env) =>
    chromium.launch({
      executablePath: process.env['PARLEY_CHROMIUM'] ?? '/usr/bin/chromium',
      headless: false,
      args: FLAGS,
      env,
    }),
  )

/** A page's script as one text. */
export async function bundlePage(entry = new URL('./page.ts', import.meta.url)): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'parley-media-'))
  try {
    const input = fileURLToPath(entry)
    await build({
      configFile: false,
      logLevel: 'warn',
      root: fileURLToPath(new URL('.', entry)),
      build: {
        outDir: folder,
        emptyOutDir: true,
        minify: false,
        // One text: what the app loads later is in it.
        rolldownOptions: { input, output: { entryFileNames: 'page.js', codeSplitting: false } },
      },
    })
    return await readFile(join(folder, 'page.js'), 'utf8')
  } finally {
    await rm(folder, { recursive: true })
  }
}

/** A command as the server's gateway would hand it to the engine. */
async function command(
  engine: MediaEngine,
  seat: SeatKey,
  name: string,
  input: Record<string, unknown>,
): Promise<Result<unknown>> {
  const transportId = input['transportId'] as string
  const producerId = input['producerId'] as string
  const capabilities = input['rtpCapabilities'] as Record<string, unknown>
  switch (name) {
    case 'media.open':
      return engine.open(seat, capabilities)
    case 'media.consume': {
      const consumers = await engine.consume(seat, capabilities)
      return consumers.ok ? success({ consumers: consumers.value }) : consumers
    }
    case 'media.connectTransport':
      return engine.connectTransport(seat, transportId, input['dtlsParameters'] as Record<string, unknown>)
    case 'media.restartIce':
      return engine.restartIce(seat, transportId)
    case 'media.produce':
      return engine.produce(seat, input as unknown as ProduceInput)
    case 'media.setProducerPaused':
      return engine.setProducerPaused(seat, producerId, input['paused'] as boolean)
    case 'media.closeProducer':
      return engine.closeProducer(seat, producerId)
    case 'media.resumeConsumers':
      return engine.setConsumersPaused(seat, input['consumerIds'] as string[], false)
    case 'media.pauseConsumers':
      return engine.setConsumersPaused(seat, input['consumerIds'] as string[], true)
    case 'media.setViews':
      return engine.setViews(seat, input['turn'] as number, input['views'] as ConsumerView[])
    default:
      return failure('invalid', `no such command: ${name}`)
  }
}

export type Asked = { seat: SeatKey; name: string; ok: boolean }

export async function openPage(
  browser: Browser,
  script: string,
  engine: MediaEngine,
  seat: SeatKey,
  asked: Asked[],
): Promise<Page> {
  const page = await (await browser.newContext()).newPage()
  page.on('pageerror', (error) => console.error('page:', error.message))
  page.on('console', (message) => message.type() === 'error' && console.error('page:', message.text()))
  await page.exposeFunction('askServer', async (name: string, input: Record<string, unknown>) => {
    const answer = await command(engine, seat, name, input)
    asked.push({ seat, name, ok: answer.ok })
    return answer
  })
  // localhost is a secure context, which cameras need; the request never leaves the browser.
  await page.route('http://localhost/**', (route) =>
    route.request().url().endsWith('.js')
      ? route.fulfill({ contentType: 'text/javascript', body: script })
      : route.fulfill({
          contentType: 'text/html',
          body: '<!doctype html><script type="module" src="/page.js"></script>',
        }),
  )
  await page.goto('http://localhost/')
  await page.waitForFunction(() => 'peer' in window)
  return page
}

const LOOK_EVERY_MS = 100

/** Looks at a page until something is seen there, and says what is missing when it does not come. */
export async function until(
  page: Page,
  missing: string,
  seen: () => Promise<boolean>,
  timeoutMs = 10_000,
): Promise<void> {
  const deadline = performance.now() + timeoutMs
  while (!(await seen())) {
    if (performance.now() > deadline) {
      const [state, stats] = await page.evaluate(async () => [window.peer.state(), await window.peer.stats()])
      throw new Error(`${missing} after ${timeoutMs} ms: ${JSON.stringify({ state, stats })}`)
    }
    await page.waitForTimeout(LOOK_EVERY_MS)
  }
}
