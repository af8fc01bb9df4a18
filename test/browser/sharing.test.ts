// A screen shared between two browsers: a picture that moves and is whole at the other end, and gone for both when it is stopped.
import { expect, test } from 'vitest'
import { pictureOf, until } from '../support/browsers.ts'
import { setBrowserStage } from '../support/browserStage.ts'
import type { Person } from '../support/person.ts'

const stage = setBrowserStage({ shareByItself: true })

const bar = (person: Person) => person.page.getByText('You are sharing your screen').first()
const screenOf = (viewer: Person, name: string) => viewer.page.getByRole('figure', { name: `${name}’s screen` })
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
