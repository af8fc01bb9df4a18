// The gallery: every screen and state in both languages and both themes. Each is looked at by axe, which must find nothing, and compared with the
// picture kept in docs/screenshots; `npm run screenshots` makes those (PARLEY_GALLERY=write). One that still shows the same stays as it is, to the
// byte. For `npm run test:access` (PARLEY_GALLERY=access) axe alone looks.
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import type { Browser, BrowserContext, Page } from 'playwright'
import { afterAll, afterEach, beforeAll, expect } from 'vitest'
import { noteAccess } from '../support/accessNotes.ts'
import { axeFindings } from '../support/axe.ts'
import { launchBrowser, type BrowserOptions } from '../support/browsers.ts'
import { SITTERS, writeFakeCamera } from '../support/fakeCamera.ts'
import { openPerson, type Person } from '../support/person.ts'
import { startServer, type ServerProcess } from '../support/serverProcess.ts'
import { silentWav } from '../support/silentWav.ts'
import { openComparer, type Comparer } from './compare.ts'
import { moveDate, shiftToThen, ZONE } from './date.ts'
import { varyingAreas } from './varying.ts'

const ROOT = join(import.meta.dirname, '..', '..')
const PICTURES = join(ROOT, 'docs', 'screenshots')
/** What a failing comparison leaves behind, and all that was seen in this run. */
const SEEN = join(ROOT, 'test-results', 'gallery')
const mode = process.env.PARLEY_GALLERY

export const LANGUAGES = ['en', 'zh-CN'] as const
export type GalleryLanguage = (typeof LANGUAGES)[number]
const THEMES = ['light', 'dark'] as const
const TAGS = { en: ['en-GB', 'en'], 'zh-CN': ['zh-CN', 'zh'] } as const
const SHORT = { en: 'en', 'zh-CN': 'zh' } as const

export type LookOptions = {
  /** What came in a language, and keeps it, is seen in that one alone. */
  languages?: readonly GalleryLanguage[]
  /** Brings up the notice that the picture is of, anew for each language: it keeps the one it came in. */
  notice?: () => Promise<void>
}

/** `shiftMs`: how far its clock, and that of every page, is from this machine's. */
export type GalleryServer = ServerProcess & { shiftMs: number }

/** `isNew`: this device has not been made ready to be rung, and says so on Home. */
export type ScreenOptions = BrowserOptions & { isNew?: boolean }

export type Gallery = {
  server(): GalleryServer
  /** Somebody before a screen of their own; those with a face sit before a camera that shows it. */
  screen(login: string, options?: ScreenOptions): Promise<Person>
  /** The same, signed in. */
  person(login: string, options?: ScreenOptions): Promise<Person>
  /** Takes the pictures of the state that is shown now. It is as before afterwards, and must last for some seconds. */
  look(page: Page, name: string, options?: LookOptions): Promise<void>
}

type Wrong = string[]

/**
 * Registers the hooks of the file that calls it: one server for the file, people who are gone when a test is over. `strangers`: not only demo
 * people are seen. Colours come from ids, and only those have the same in every run.
 */
export function setGallery({ demo = true, strangers = !demo }: { demo?: boolean; strangers?: boolean } = {}): Gallery {
  const shiftMs = shiftToThen(Date.now())
  const also = strangers ? ', .avatar' : ''
  const browsers = new Map<string, Promise<Browser>>()
  let server: GalleryServer
  let comparer: Comparer
  let people: Person[] = []
  let wrong: Wrong = []

  beforeAll(async () => {
    for (const folder of [PICTURES, SEEN]) mkdirSync(folder, { recursive: true })
    const started = await startServer({
      demo,
      preload: [pathToFileURL(join(import.meta.dirname, 'serverDate.mjs')).href],
      env: { PARLEY_TEST_SHIFT_MS: String(shiftMs) },
    })
    server = { ...started, shiftMs }
    comparer = await openComparer(await browserOf(browsers, ''))
  })
  afterEach(async () => {
    for (const { context } of people) await context.close()
    people = []
    const found = wrong
    wrong = []
    expect(found).toEqual([])
  })
  afterAll(async () => {
    for (const browser of browsers.values()) await (await browser).close()
    await server?.stop()
  })

  async function screen(login: string, { isNew = false, ...options }: ScreenOptions = {}): Promise<Person> {
    const browser = await browserOf(browsers, login in SITTERS ? login : '')
    const opened = await openPerson(browser, server.url, login, { timezone: ZONE, ...options })
    people.push(opened)
    await prepare(opened.context, shiftMs)
    if (!isNew) await opened.context.addInitScript(() => (localStorage['parley.settings'] ??= '{"gotReady":true}'))
    // Colours must not be judged half-way through a fade.
    await opened.page.emulateMedia({ reducedMotion: 'reduce' })
    listen(opened, (words) => wrong.push(words))
    return opened
  }
  return {
    server: () => server,
    screen,
    async person(login, options) {
      const opened = await screen(login, options)
      await opened.signIn()
      return opened
    },
    async look(page, name, { languages = LANGUAGES, notice } = {}) {
      for (const language of languages) {
        // What lies under the pointer by chance would look as if somebody meant it.
        await page.mouse.move(1, 1)
        // Notices go by themselves: a slower machine would not see them any more.
        await page.waitForFunction(() => document.querySelector('.toast') === null)
        await speak(page, language)
        if (notice) await notice().then(() => page.locator('.toast .icon').first().hover())
        for (const theme of THEMES) {
          if (!(await dress(page, theme))) continue
          const picture = `${name}-${SHORT[language]}-${theme}`
          if (mode !== 'access') wrong.push(...(await keep({ page, name: picture, comparer, also })))
          const findings = await axeFindings(page)
          noteAccess({ screen: picture, violations: findings.length })
          wrong.push(...findings.map((finding) => `${picture}: ${finding}`))
        }
      }
      await page.emulateMedia({ reducedMotion: 'reduce', colorScheme: 'light' })
      await page.mouse.move(1, 1)
      await speak(page, 'en')
    },
  }
}

/** A browser's fake camera is set when it starts: whoever has a face has a browser of their own. */
function browserOf(browsers: Map<string, Promise<Browser>>, sitter: string): Promise<Browser> {
  const known = browsers.get(sitter)
  if (known) return known
  // Nobody speaks: who does would be framed now and then.
  const flags = [`--use-file-for-fake-audio-capture=${silence()}`]
  const launching = launchBrowser(
    sitter === '' ? { flags } : { flags, camera: cameraOf(sitter as keyof typeof SITTERS) },
  )
  browsers.set(sitter, launching)
  return launching
}

function silence(): string {
  const folder = join(tmpdir(), 'parley-gallery')
  mkdirSync(folder, { recursive: true })
  const file = join(folder, 'silence.wav')
  writeFileSync(file, silentWav())
  return file
}

function cameraOf(sitter: keyof typeof SITTERS): string {
  const folder = join(tmpdir(), 'parley-gallery')
  mkdirSync(folder, { recursive: true })
  const file = join(folder, `${sitter}.y4m`)
  // Rarely a new picture: it is looked at, not watched.
  writeFakeCamera(file, SITTERS[sitter], 5)
  return file
}

async function prepare(context: BrowserContext, shiftMs: number): Promise<void> {
  await context.addInitScript(moveDate, shiftMs)
  // What the browser's language is can be changed while a page is open, as in a browser's settings.
  await context.addInitScript(() => {
    const own = navigator.languages
    const wanted = () => (window as { parleyLanguages?: readonly string[] }).parleyLanguages ?? own
    Object.defineProperty(navigator, 'languages', { get: wanted })
    Object.defineProperty(navigator, 'language', { get: () => wanted()[0] })
  })
}

/** Whatever a page complains of is wrong, a broken content security policy among it. */
function listen({ login, page }: Person, tell: (words: string) => void): void {
  page.on('pageerror', (error) => tell(`${login}: ${error.message}`))
  // An unplugged network, and a server that says no, are part of some states.
  const isMeant = (text: string) => /ERR_INTERNET_DISCONNECTED|responded with a status of 40[013]/.test(text)
  page.on('console', (message) => {
    if (message.type() === 'error' && !isMeant(message.text())) tell(`${login}: ${message.text()}`)
  })
}

async function speak(page: Page, language: GalleryLanguage): Promise<void> {
  await page.evaluate((tags) => {
    Object.assign(window, { parleyLanguages: tags })
    window.dispatchEvent(new Event('languagechange'))
  }, TAGS[language])
  await page.waitForFunction((wanted) => document.documentElement.lang === wanted, language)
}

/** False where that theme is never seen: a meeting is dark in both. */
async function dress(page: Page, colorScheme: 'light' | 'dark'): Promise<boolean> {
  await page.emulateMedia({ reducedMotion: 'reduce', colorScheme })
  await page.waitForFunction(
    (wanted) =>
      document.documentElement.dataset.theme === wanted ||
      document.querySelector('main.meeting:not(.offstage)') !== null,
    colorScheme,
  )
  if ((await page.evaluate(() => document.documentElement.dataset.theme)) !== colorScheme) return false
  await page.evaluate(standsStill)
  return true
}

/** Runs in the page. What is seen half-way from one theme to the other is neither. */
async function standsStill(): Promise<void> {
  await document.fonts.ready
  await new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(drawn)))
  const fading = document.getAnimations().filter((animation) => animation instanceof CSSTransition)
  await Promise.allSettled(fading.map((animation) => animation.finished))
}

/** Compares what is seen with what is kept, and in write mode keeps it where that is another. */
async function keep(of: { page: Page; name: string; comparer: Comparer; also: string }): Promise<Wrong> {
  const { page, name, comparer } = of
  const varying = await page.evaluate(varyingAreas, of.also)
  const seen = await page.screenshot({ caret: 'hide', path: join(SEEN, `${name}.png`) })
  const file = join(PICTURES, `${name}.webp`)
  const missing = !existsSync(file)
  // What the format loses must be lost on both sides.
  const written = await comparer.toWebP(seen.toString('base64'))
  const comparison = missing
    ? { same: false, words: 'there is no such picture yet' }
    : await comparer.compare(readFileSync(file, 'base64'), written, varying)
  if (comparison.same) return []
  if (mode !== 'write') return [`${name}: ${comparison.words}. If that is meant: npm run screenshots`]
  writeFileSync(file, Buffer.from(written, 'base64'))
  console.log(`${missing ? 'new' : 'another'} picture: ${name}${missing ? '' : ` (${comparison.words})`}`)
  return []
}
