// A screen shared between two browsers: a picture that moves and is whole at the other end, and gone for both when it is stopped.
import type { Page } from 'playwright'
import { expect, test } from 'vitest'
import { pictureOf, until } from '../support/browsers.ts'
import { setBrowserStage } from '../support/browserStage.ts'
import type { Person } from '../support/person.ts'

const stage = setBrowserStage({ shareByItself: true, fullCamera: true })

const bar = (person: Person) => person.page.getByText('You are sharing your screen').first()
const screenOf = (viewer: Person, name: string) => viewer.page.getByRole('figure', { name: `${name}’s screen` })
type Health = { workers: { pid: number; rooms: number }[] }
const SCREEN = 'figure[aria-label$="screen"] video'

async function meet(): Promise<{ ann: Person; ben: Person }> {
  const ann = await stage.person('ann')
  const ben = await stage.person('ben')
  await ann.startMeeting()
  await ann.ring(['Ben Osei'])
  await ben.answer('Audio')
  await ben.tile('Ann').waitFor()
  return { ann, ben }
}

test('a shared screen is seen moving and in full by the other, is a card for oneself, and a press ends it for both', async () => {
  const { ann, ben } = await meet()
  const before = await ann.stats()
  await ann.page.getByRole('button', { name: 'Share screen' }).click()
  await bar(ann).waitFor()
  expect((await ann.stats()).captures).toBe(before.captures + 1)

  await screenOf(ben, 'Ann Kovač').waitFor()
  const first = await until('a picture of Ann’s screen at Ben', () => pictureOf(ben.page, SCREEN), 20_000)
  await until('a moving picture of Ann’s screen at Ben', async () => {
    const now = await pictureOf(ben.page, SCREEN)
    return now !== null && now !== first
  })
  const seen = await ben.page.evaluate((selector) => {
    const video = document.querySelector<HTMLVideoElement>(selector)!
    const { width } = video.getBoundingClientRect()
    return { width, fit: getComputedStyle(video).objectFit, pixels: video.videoWidth }
  }, SCREEN)
  expect(seen.fit).toBe('contain')
  expect(seen.width).toBeGreaterThan(500)
  expect(seen.pixels).toBeGreaterThan(640)
  // People stay beside it.
  await ben.tile('Ann').waitFor()
  // No hall of mirrors.
  await ann.page.getByRole('figure', { name: 'You are sharing your screen' }).waitFor()
  expect(await ann.page.locator(SCREEN).count()).toBe(0)

  await ann.page.getByRole('button', { name: 'Stop sharing' }).first().click()
  await bar(ann).waitFor({ state: 'detached' })
  await screenOf(ben, 'Ann Kovač').waitFor({ state: 'detached' })
  expect((await ann.stats()).captures).toBe(before.captures + 1)
})

/** Chromium's fake screen has no sound: one is put beside it. */
const withSound = (page: Page) =>
  page.evaluate(() => {
    const devices = navigator.mediaDevices
    const original = devices.getDisplayMedia.bind(devices)
    devices.getDisplayMedia = async (wish) => {
      const stream = await original(wish)
      const context = new AudioContext()
      const played = context.createMediaStreamDestination()
      const tone = new OscillatorNode(context, { frequency: 330 })
      tone.connect(new GainNode(context, { gain: 0.3 })).connect(played)
      tone.start()
      for (const track of stream.getAudioTracks()) stream.removeTrack(track)
      played.stream.getAudioTracks().forEach((track) => stream.addTrack(track))
      return stream
    }
  })

const captures = async (person: Person) => (await person.stats()).captures

async function moves(viewer: Person, name: string, timeoutMs = 20_000) {
  const selector = `figure[aria-label="${name}’s screen"] video`
  let first: string | null = null
  await until(
    `a moving picture of ${name}’s screen at ${viewer.login}`,
    async () => {
      const now = await pictureOf(viewer.page, selector)
      first ??= now
      return now !== null && now !== first
    },
    timeoutMs,
  )
}

test('two share at once and a third is told so; their sound is heard; both go on when the media server dies', async () => {
  const { ann, ben } = await meet()
  const chloe = await stage.person('chloe')
  await ann.ring(['Chloe Martin'])
  await chloe.answer('Audio')
  const everybody = [ann, ben, chloe]
  for (const { page } of everybody) await page.keyboard.press('m')
  await chloe.tile('Ann').getByRole('img', { name: 'Muted' }).waitFor()
  await chloe.tile('Ben').getByRole('img', { name: 'Muted' }).waitFor()
  const silent = (await chloe.stats()).audioEnergyReceived

  await withSound(ann.page)
  await ann.page.getByRole('button', { name: 'Share screen' }).click()
  await ann.page.getByText('You are sharing your screen, with sound').first().waitFor()
  await until('Ann’s shared sound at Chloe', async () => (await chloe.stats()).audioEnergyReceived > silent + 0.01)
  await moves(chloe, 'Ann Kovač')

  await ben.page.getByRole('button', { name: 'Share screen' }).click()
  await bar(ben).waitFor()
  await moves(chloe, 'Ben Osei')
  await moves(chloe, 'Ann Kovač')
  await chloe.page.getByRole('button', { name: 'Show Ann Kovač’s screen' }).click()
  await chloe.page.getByRole('button', { name: 'Show Ben Osei’s screen' }).waitFor()

  const before = await captures(chloe)
  const share = chloe.page.getByRole('button', { name: 'Share screen' })
  expect(await share.getAttribute('aria-disabled')).toBe('true')
  await chloe.page.keyboard.press('s')
  await chloe.page.getByText('Two people are sharing already').first().waitFor()
  expect(await captures(chloe)).toBe(before)

  const [annCaptured, benCaptured] = [await captures(ann), await captures(ben)]
  const health = (await (await fetch(`${stage.server().url}/health`)).json()) as Health
  for (const worker of health.workers) if (worker.rooms > 0) process.kill(worker.pid, 'SIGKILL')
  await until('that Chloe’s media has gone', async () => (await screenOf(chloe, 'Ann Kovač').count()) === 0)
  await moves(chloe, 'Ann Kovač')
  await moves(chloe, 'Ben Osei')
  const heard = (await chloe.stats()).audioEnergyReceived
  await until('Ann’s shared sound at Chloe again', async () => (await chloe.stats()).audioEnergyReceived > heard + 0.01)
  expect([await captures(ann), await captures(ben)]).toEqual([annCaptured, benCaptured])

  await ben.page.keyboard.press('s')
  await bar(ben).waitFor({ state: 'detached' })
  await share.click()
  await bar(chloe).waitFor()
  await moves(ann, 'Chloe Martin')
})

test('it ends with leaving, and in the next meeting nothing is shared', async () => {
  const { ann, ben } = await meet()
  await ben.page.keyboard.press('s')
  await bar(ben).waitFor()
  await screenOf(ann, 'Ben Osei').waitFor()
  const { captures } = await ben.stats()
  await ben.leave()
  await screenOf(ann, 'Ben Osei').waitFor({ state: 'detached' })
  await ann.ring(['Ben Osei'])
  await ben.answer('Audio')
  await ann.tile('Ben').waitFor()
  await ben.page.getByRole('button', { name: 'Share screen' }).waitFor()
  expect(await screenOf(ann, 'Ben Osei').count()).toBe(0)
  expect((await ben.stats()).captures).toBeLessThanOrEqual(captures + 1)
})
