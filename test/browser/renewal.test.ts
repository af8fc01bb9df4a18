// An access token runs out in the middle of a meeting: it is renewed unseen, and nobody sees or hears anything of it.
import type { Page } from 'playwright'
import { expect, test } from 'vitest'
import { setBrowserStage } from '../support/browserStage.ts'
import { until } from '../support/browsers.ts'

/** The shortest there is: renewed one minute after it was given. */
const { person } = setBrowserStage({ env: { PARLEY_ACCESS_MINUTES: '2' } })
const RENEWED_MS = 75_000

const accessTokenOf = (page: Page): Promise<string> =>
  page.evaluate(() => {
    const stored = JSON.parse(localStorage.getItem('parley.session') ?? '{}') as { tokens?: { accessToken: string } }
    return stored.tokens?.accessToken ?? ''
  })

test('a token is renewed in a meeting, and its media goes on as it is', async () => {
  const [ann, ben] = [await person('ann'), await person('ben')]
  await ann.startMeeting()
  await ann.ring(['Ben'])
  await ben.answer('Video')
  await Promise.all([ann.seesMoving('Ben Osei'), ben.seesMoving('Ann Kovač')])
  const people = [ann, ben]
  const before = await Promise.all(people.map(async ({ page }) => accessTokenOf(page)))
  const media = await Promise.all(people.map((one) => one.stats()))

  for (const [index, { page, login }] of people.entries())
    await until(`a new token of ${login}`, async () => (await accessTokenOf(page)) !== before[index], RENEWED_MS)
  await Promise.all([ann.seesMoving('Ben Osei'), ben.seesMoving('Ann Kovač')])

  for (const [index, one] of people.entries()) {
    const [was, is] = [media[index], await one.stats()]
    // The same captures, the same tracks, the same connections: nothing was opened anew.
    expect(is).toMatchObject({ captures: was?.captures, tracksGiven: was?.tracksGiven, connected: was?.connected })
    expect(is.videoFramesDecoded).toBeGreaterThan(was?.videoFramesDecoded ?? 0)
    expect(await one.page.getByText('has joined').count()).toBe(0)
  }
}, 180_000)
