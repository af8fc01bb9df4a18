// The stage and its controls: four who see and hear each other in every layout, Space held to talk, devices that come and go, and the look
// before joining.
import type { Locator } from 'playwright'
import { describe, expect, test } from 'vitest'
import { axeFindings } from '../support/axe.ts'
import { until } from '../support/browsers.ts'
import { setBrowserStage } from '../support/browserStage.ts'
import { putOwnDevices, speaks, unplugs } from '../support/ownDevices.ts'
import type { Person } from '../support/person.ts'

/** The issue's own limit for a reload in a meeting, ms. */
const BACK_WITHIN_MS = 3_000

const stage = setBrowserStage({ devices: 3, fullCamera: true })

async function enter(login: string): Promise<Person> {
  const person = await stage.screen(login)
  await putOwnDevices(person)
  await person.signIn()
  return person
}

const NAMES = { ann: 'Ann Kovač', ben: 'Ben Osei', chloe: 'Chloe Martin', dan: 'Dan Kim' } as const
const nameOf = ({ login }: Person) => NAMES[login as keyof typeof NAMES]

async function meeting(first: Person, ...others: Person[]): Promise<void> {
  await first.startMeeting()
  await first.ring(others.map(nameOf))
  for (const other of others) await other.answer('Video')
}

/** Names of the tiles that are larger than the rest, as they stand now. */
const largeOnes = async ({ page }: Person): Promise<string[]> => {
  const tiles = await page
    .locator('article[data-user]')
    .evaluateAll((all) =>
      all.map((tile) => ({ name: tile.getAttribute('aria-label') ?? '', width: tile.getBoundingClientRect().width })),
    )
  const smallest = Math.min(...tiles.map(({ width }) => width))
  return tiles.filter(({ width }) => width > smallest * 1.4).map(({ name }) => name)
}
const seesLarge = (person: Person, ...names: string[]) =>
  until(`${names.join(' and ')} large on ${person.login}'s screen`, async () => {
    const now = await largeOnes(person)
    return now.sort().join() === [...names].sort().join()
  })

/** Remembers the pictures there are now; the returned function says how many of them are still there, playing on, and how many are new. */
async function watchPictures({ page }: Person) {
  const all = page.locator('article[data-user] video')
  const before = await all.evaluateAll((videos) =>
    videos.map((video, index) => {
      video.setAttribute('data-test-before', String(index))
      return (video as HTMLVideoElement).currentTime
    }),
  )
  return async () => {
    const now = await all.evaluateAll((videos) =>
      videos.map((video) => {
        const { paused, currentTime } = video as HTMLVideoElement
        return { before: video.getAttribute('data-test-before'), paused, currentTime }
      }),
    )
    return {
      created: now.filter((video) => video.before === null).length,
      kept: now.filter((video) => video.before !== null).length,
      playing: now.every((video) => !video.paused && video.currentTime >= (before[Number(video.before)] ?? 0)),
      count: before.length,
    }
  }
}

const stepsOf = ({ page }: Person) =>
  page.evaluate(() =>
    performance.getEntriesByType('mark').map(({ name, startTime }) => `${name} ${Math.round(startTime)}`),
  )
const button = ({ page }: Person, name: string | RegExp) => page.getByRole('button', { name })
const layout = async (person: Person, name: string) => {
  await button(person, 'Layout').click()
  await person.page.getByRole('menuitemradio', { name: new RegExp(`^${name}`) }).click()
}

test('four see and hear each other; layouts, the speaker and pins move the pictures and start none anew; a reload is back at once', async () => {
  const [ann, ben, chloe, dan] = [await enter('ann'), await enter('ben'), await enter('chloe'), await enter('dan')]
  const all = [ann, ben, chloe, dan]
  await meeting(ann, ben, chloe, dan)
  for (const person of all) await speaks(person, true)
  for (const person of all) {
    await person.hears()
    for (const other of all) if (other !== person) await person.seesMoving(nameOf(other))
  }
  for (const person of all) await speaks(person, false)
  expect(await largeOnes(ann), 'a grid').toEqual([])
  expect(await axeFindings(ann.page)).toEqual([])

  const pictures = await watchPictures(ann)
  await layout(ann, 'Speaker')
  await until('somebody large', async () => (await largeOnes(ann)).length === 1)
  await speaks(ben, true)
  await seesLarge(ann, 'Ben Osei')
  await speaks(ben, false)
  await speaks(chloe, true)
  await seesLarge(ann, 'Chloe Martin')
  await speaks(chloe, false)
  // Never oneself.
  await speaks(ann, true)
  await ben.tile('Ann Kovač').getByText('Speaking').waitFor({ state: 'attached' })
  expect(await largeOnes(ann)).toEqual(['Chloe Martin'])
  await speaks(ann, false)

  await ann.tile('Dan Kim').getByRole('button', { name: 'Picture of Dan Kim' }).focus()
  await ann.page.keyboard.press('Enter')
  await ann.page.getByRole('menuitem', { name: 'Pin' }).click()
  await seesLarge(ann, 'Dan Kim')
  await ann.tile('Ben Osei').dblclick()
  await seesLarge(ann, 'Dan Kim', 'Ben Osei')
  await button(ann, 'More for Dan Kim').click()
  await ann.page.getByRole('menuitem', { name: 'Unpin' }).click()
  await seesLarge(ann, 'Ben Osei')
  await ann.page.getByRole('toolbar', { name: 'Meeting controls' }).hover()
  await ann.page.locator('body').press('n')
  await seesLarge(ann, 'Chloe Martin')
  await ann.page.keyboard.press('g')
  await until('a grid again', async () => (await largeOnes(ann)).length === 0)
  await ann
    .tile('Ann Kovač')
    .getByRole('button', { name: /^Picture of/ })
    .focus()
  await ann.page.keyboard.press('Enter')
  await ann.page.getByRole('menuitem', { name: 'Hide my picture' }).click()
  await ann.tile('Ann Kovač').waitFor({ state: 'detached' })
  const after = await pictures()
  expect(after).toMatchObject({ created: 0, kept: after.count - 1, playing: true })
  for (const other of [ben, chloe, dan]) await ann.seesMoving(nameOf(other))

  // Four clients of one machine keep it busy by themselves: the time of a reload is that of two.
  for (const other of [chloe, dan]) {
    await other.leave()
    await ann.tile(nameOf(other)).waitFor({ state: 'detached' })
  }
  await speaks(ben, true)
  await ann.page.keyboard.press('g')
  await ann.page.keyboard.press('g')
  await ann.page.reload()
  for (const mark of ['firstVideo', 'firstAudio']) {
    const at = await until(`${mark} after the reload`, () => ann.mark(mark))
    const origin = await ann.page.evaluate(() => performance.timeOrigin)
    expect(at - origin, `${mark}, of ${(await stepsOf(ann)).join(', ')}`).toBeLessThan(BACK_WITHIN_MS)
  }
  await ann.seesMoving('Ben Osei')
  expect((await ann.stats()).captures, 'a reload captures nothing').toBe(0)
})

describe('Space held', () => {
  const isMuted = (viewer: Person, name: string) => viewer.tile(name).getByRole('img', { name: 'Muted' })

  test('talks as long as it lasts, not where it is for something else, and others’ muting goes before', async () => {
    const [ann, ben] = [await enter('ann'), await enter('ben')]
    await meeting(ann, ben)
    await ann.tile('Ben Osei').waitFor()
    await button(ben, 'Mute').click()
    await isMuted(ann, 'Ben Osei').waitFor()
    const hint = ben.page.getByText('You are muted. Hold Space to talk.')
    expect(await hint.count()).toBe(0)
    const sent = await ben.stats()
    await speaks(ben, true)
    await hint.waitFor()
    expect((await ben.stats()).tracksGiven, 'what is listened to here is not sent').toBe(sent.tracksGiven)

    const { keyboard } = ben.page
    // The button that was clicked has the focus still, and is not meant.
    await keyboard.down('Space')
    await ben.page.getByText('The others hear you while you hold Space').waitFor()
    await isMuted(ann, 'Ben Osei').waitFor({ state: 'detached' })
    await ann.hears()
    await keyboard.up('Space')
    await isMuted(ann, 'Ben Osei').waitFor()
    await button(ben, 'Unmute').waitFor()

    // Another window comes to the front.
    await keyboard.down('Space')
    await isMuted(ann, 'Ben Osei').waitFor({ state: 'detached' })
    await ben.page.evaluate(() => window.dispatchEvent(new Event('blur')))
    await isMuted(ann, 'Ben Osei').waitFor()
    await keyboard.up('Space')

    await keyboard.down('Space')
    await isMuted(ann, 'Ben Osei').waitFor({ state: 'detached' })
    await button(ann, 'More for Ben Osei').click()
    await ann.page.getByRole('menuitem', { name: 'Mute' }).click()
    await isMuted(ann, 'Ben Osei').waitFor()
    await keyboard.up('Space')
    await button(ben, 'Unmute').waitFor()

    // A button reached with the keyboard is pressed; a field is typed in.
    await keyboard.press('a')
    const search = ben.page.getByRole('textbox', { name: 'Search people' })
    await search.focus()
    await keyboard.down('Space')
    expect(await search.inputValue()).toBe(' ')
    await keyboard.up('Space')
    await button(ben, 'Layout').focus()
    await keyboard.press('Shift+Tab')
    await keyboard.press('Tab')
    await keyboard.press('Space')
    await ben.page.getByRole('menuitemradio', { name: /^Grid/ }).waitFor()
    expect(await button(ben, 'Unmute').count()).toBe(1)
  })
})

describe('devices', () => {
  const FIRST = 'Fake Audio Input 1'
  const SECOND = 'Fake Audio Input 2'
  const streams = ({ page }: Person) =>
    page.evaluate(async () => {
      const { connections } = (window as unknown as { parleyTest: { connections: RTCPeerConnection[] } }).parleyTest
      const ssrcs: number[] = []
      for (const connection of connections)
        for (const report of (await connection.getStats()).values())
          if (report.type === 'outbound-rtp' && report.kind === 'audio') ssrcs.push(report.ssrc)
      return ssrcs
    })
  const choose = async (person: Person, menu: string, device: string) => {
    await button(person, menu).click()
    await person.page.getByRole('menuitemradio', { name: device }).click()
  }
  const notice = ({ page }: Person, words: RegExp): Locator => page.getByRole('status').getByText(words)

  test('another microphone, one that is unplugged, that comes back, and a new one: nothing is produced anew', async () => {
    const [ann, ben] = [await enter('ann'), await enter('ben')]
    await meeting(ann, ben)
    await speaks(ann, true)
    await ben.hears()
    const before = await streams(ann)
    expect(before).toHaveLength(1)
    const stillHeard = async () => {
      const { audioPacketsReceived } = await ben.stats()
      await until(
        'more of Ann at Ben',
        async () => (await ben.stats()).audioPacketsReceived > audioPacketsReceived + 20,
      )
      expect(await streams(ann)).toEqual(before)
    }
    await choose(ann, 'Choose a microphone', SECOND)
    await stillHeard()
    await button(ann, 'Choose a microphone').click()
    await ann.page.getByText('Speaker', { exact: true }).waitFor()
    expect(await ann.page.getByRole('menuitemradio', { name: SECOND, checked: true }).count()).toBe(1)
    expect(await axeFindings(ann.page)).toEqual([])
    await ann.page.keyboard.press('Escape')

    await unplugs(ann, SECOND)
    await notice(ann, new RegExp(`“${SECOND}” was unplugged. Parley goes on with “${FIRST}”`)).waitFor()
    await stillHeard()
    await unplugs(ann)
    await notice(ann, new RegExp(`“${SECOND}” is back`)).waitFor()
    await stillHeard()

    await unplugs(ann, FIRST)
    // What comes back before anybody has looked was never gone.
    await button(ann, 'Choose a microphone').click()
    await ann.page.getByRole('menuitemradio', { name: SECOND }).waitFor()
    await ann.page.getByRole('menuitemradio', { name: FIRST }).waitFor({ state: 'detached' })
    await ann.page.keyboard.press('Escape')
    await unplugs(ann)
    await notice(ann, new RegExp(`“${FIRST}” was plugged in`)).waitFor()
    await button(ann, 'Use it').click()
    await button(ann, 'Choose a microphone').click()
    await ann.page.getByRole('menuitemradio', { name: FIRST, checked: true }).waitFor()
    await ann.page.keyboard.press('Escape')
    await stillHeard()
  })
})

test('before joining: nothing opens before a press, Esc goes back, Enter joins with what was looked at', async () => {
  const [ann, ben] = [await enter('ann'), await enter('ben')]
  await ann.startMeeting()
  const code = await ann.page
    .getByText(/^[a-z]{3}-[a-z]{4}-[a-z]{3}$/)
    .first()
    .innerText()
  await ben.page.getByRole('textbox', { name: 'Code or link' }).fill(code)
  const join = ben.page.getByRole('button', { name: 'Join', exact: true })
  await join.click()
  const check = ben.page.getByRole('dialog', { name: 'Ready to join?' })
  await check.getByText(`Meeting ${code}`).waitFor()
  await ben.page.keyboard.press('Escape')
  await check.waitFor({ state: 'detached' })
  await join.click()
  expect((await ben.stats()).captures).toBe(0)
  await check.getByRole('button', { name: 'Show camera' }).click()
  await until('one’s own picture', () =>
    check.locator('video').evaluate((video) => (video as HTMLVideoElement).videoWidth > 0),
  )
  expect((await ben.stats()).captures).toBe(1)
  await check.getByRole('button', { name: 'Microphone on' }).click()
  await check.getByText('You will join muted').waitFor()
  await ben.page.keyboard.press('m')
  await check.getByRole('meter').waitFor()
  await until('the microphone', async () => (await ben.stats()).captures === 2)
  expect(await axeFindings(ben.page)).toEqual([])
  await check.getByRole('button', { name: 'Join' }).focus()
  await ben.page.keyboard.press('Enter')
  await ben.page.getByRole('toolbar', { name: 'Meeting controls' }).waitFor()
  await ann.seesMoving('Ben Osei')
  await speaks(ben, true)
  await ann.hears()
  expect((await ben.stats()).captures, 'what was open went along').toBe(2)

  // With the camera off, and muted; the list knows who is inside.
  await ben.leave()
  await ben.page.getByRole('button', { name: /^Join: / }).click()
  await check.getByText('Ann’s meeting').waitFor()
  await check.getByText('Ann is in').waitFor()
  await check.getByRole('button', { name: 'Camera on' }).click()
  await check.getByRole('button', { name: 'Microphone on' }).click()
  await check.getByRole('button', { name: 'Join' }).click()
  await ann.tile('Ben Osei').getByRole('img', { name: 'Muted' }).waitFor()
  await button(ben, 'Turn camera on').waitFor()
  expect((await ben.stats()).captures).toBe(2)
})
