// The comparison itself: another way of drawing letters is no difference, and what a person would notice is one.
import type { Browser } from 'playwright'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { launchBrowser, openPage } from '../support/browsers.ts'
import { startServer, type ServerProcess } from '../support/serverProcess.ts'
import { openComparer, type Comparer } from './compare.ts'

let browser: Browser
let server: ServerProcess
let comparer: Comparer
beforeAll(async () => {
  browser = await launchBrowser()
  server = await startServer()
  comparer = await openComparer(browser)
})
afterAll(async () => {
  await browser?.close()
  await server?.stop()
})

async function signInForm(drawn: { css?: string; flags?: string[] } = {}): Promise<string> {
  const own = drawn.flags ? await launchBrowser({ flags: drawn.flags }) : browser
  const { page, context } = await openPage(own)
  await page.emulateMedia({ reducedMotion: 'reduce' })
  await page.goto(`${server.url}/?demo=grace`)
  await page.getByRole('button', { name: '王小明' }).waitFor()
  await page.evaluate(async (css) => {
    const sheet = new CSSStyleSheet()
    sheet.replaceSync(css)
    document.adoptedStyleSheets = [sheet]
    // What begins to change with it has changed two frames later.
    await new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(drawn)))
    await Promise.allSettled(document.getAnimations().map(({ finished }) => finished))
  }, drawn.css ?? '')
  const picture = (await page.screenshot({ caret: 'hide' })).toString('base64')
  await (drawn.flags ? own.close() : context.close())
  return picture
}

test('letters drawn otherwise, and a picture kept as WebP, show the same', async () => {
  const before = await signInForm()
  const kept = await comparer.toWebP(before)
  expect(kept.length).toBeLessThan(before.length)
  expect(await comparer.compare(kept, before, [])).toMatchObject({ same: true })
  for (const flags of [['--font-render-hinting=none'], ['--disable-lcd-text', '--disable-font-subpixel-positioning']]) {
    const otherwise = await signInForm({ flags })
    expect(await comparer.compare(kept, otherwise, []), flags.join(' ')).toMatchObject({ same: true })
  }
})

test('a missing icon, another colour, a button moved by ten pixels, and a larger letter are seen', async () => {
  const before = await signInForm()
  const changes = {
    'an icon is missing': 'svg { visibility: hidden }',
    'the accent is another': ':root, [data-theme="light"] { --accent: #0b5d7d !important }',
    'a button is moved': 'button[type="submit"] { translate: 10px 0 }',
    'a heading is larger': 'h1 { font-size: 32px !important }',
    'a line is gone': 'p { visibility: hidden }',
  }
  for (const [what, css] of Object.entries(changes))
    expect(await comparer.compare(before, await signInForm({ css }), []), what).toMatchObject({ same: false })
})

test('what varies is not looked at, and another size is another picture', async () => {
  const before = await signInForm()
  const moved = await signInForm({ css: 'h1 { visibility: hidden }' })
  expect(await comparer.compare(before, moved, [])).toMatchObject({ same: false })
  const everything = { x: 0, y: 0, width: 1180, height: 760 }
  expect(await comparer.compare(before, moved, [everything])).toMatchObject({ same: true })
  const { page, context } = await openPage(browser, { size: { width: 900, height: 760 } })
  await page.goto(server.url)
  const smaller = (await page.screenshot()).toString('base64')
  await context.close()
  expect(await comparer.compare(before, smaller, [])).toEqual({ same: false, words: 'another size' })
})
