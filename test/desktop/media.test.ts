// The whole way with real media: Ann in a browser rings Ben at his desktop, he answers in the pop-up, and both see and hear each other.
import { afterEach, expect, test } from 'vitest'
import { launchBrowser, pictureOf, until } from '../support/browsers.ts'
import { launchDesktop } from '../support/desktop.ts'
import { openPerson } from '../support/person.ts'
import { startServer } from '../support/serverProcess.ts'
import { MAIN, POPUP, stateOf } from './scene.ts'

const cleanUp: (() => Promise<unknown>)[] = []
const later = <Thing>(thing: Thing, end: (thing: Thing) => Promise<unknown>): Thing => {
  cleanUp.push(() => end(thing))
  return thing
}
afterEach(async () => {
  for (const end of cleanUp.splice(0).reverse()) await end()
})

test('answering in the pop-up brings moving pictures and sound both ways, and the picture goes on in the mini window', async () => {
  const server = later(await startServer(), (started) => started.stop())
  const browser = later(await launchBrowser(), (opened) => opened.close())
  const app = later(await launchDesktop({ argv: [`--server=${server.url}`, '--demo-user=ben'] }), (started) =>
    started.close(),
  )
  const main = await app.window(MAIN)
  const signedIn = await main.evaluate(
    (address) => window.parley!.signIn({ server: address, login: 'ben', password: 'parley' }),
    server.url,
  )
  expect(signedIn.ok).toBe(true)
  await app.until('Ben to be online', async () => (await stateOf(app)).status === 'online')
  await app.closeWindow(MAIN)

  const ann = await openPerson(browser, server.url, 'ann')
  await ann.signIn()
  await ann.startMeeting()
  await ann.ring(['Ben Osei'], { message: 'Two minutes?' })

  const popup = await app.window(POPUP)
  await popup.getByText('Two minutes?').waitFor()
  await popup.getByRole('button', { name: 'Video' }).click()

  await ann.tile('Ben').waitFor()
  await ann.seesMoving('Ben')
  await ann.hears()
  const ofAnn = 'article[aria-label^="Ann"] video'
  const first = await until("a picture of Ann at Ben's desktop", () => pictureOf(main, ofAnn), 20_000)
  await until("a moving picture of Ann at Ben's desktop", async () => {
    const now = await pictureOf(main, ofAnn)
    return now !== null && now !== first
  })
  const plays = () =>
    main.evaluate(() => [...document.querySelectorAll('audio')].some((audio) => !audio.paused && audio.readyState >= 2))
  await until("Ann's voice at Ben's desktop", plays)

  // With the window away her picture goes on in the corner.
  await app.closeWindow(MAIN)
  const mini = await app.window('/mini.html')
  const small = await until('a picture of Ann in the mini window', () => pictureOf(mini, 'video'), 20_000)
  await until('a moving picture of Ann in the mini window', async () => {
    const now = await pictureOf(mini, 'video')
    return now !== null && now !== small
  })
  expect(app.output()).not.toMatch(/denied permission|refused host:/)
})
