// The whole app as people use it: real Chromium, the built client, the real server and SFU.
import { describe, expect, test } from 'vitest'
import { setBrowserStage } from '../support/browserStage.ts'

const { server, screen, person } = setBrowserStage()

describe('a ring into a meeting', () => {
  test('Ben answers, both see and hear each other, and nothing was captured before he did', async () => {
    const ann = await person('ann')
    const ben = await person('ben')
    await ann.startMeeting()
    await ann.ring(['Ben Osei'], { message: 'The pricing page' })
    await ben.card().getByText('The pricing page').waitFor()
    const before = await ben.stats()
    expect([before.captures, before.packetsSent]).toEqual([0, 0])
    await ben.answer('Video')
    await ann.seesMoving('Ben Osei')
    await ben.seesMoving('Ann Kovač')
    await ann.hears()
    await ben.hears()
    // The row leaves the pending list by itself once Ben is inside.
    await ann.pendingRow('Ben Osei').waitFor({ state: 'detached' })
  })

  test('answering with audio leaves the camera off', async () => {
    const ann = await person('ann')
    const ben = await person('ben')
    await ann.startMeeting()
    await ann.ring(['Ben Osei'])
    await ben.answer('Audio')
    await ann.hears()
    await ben.page.getByRole('button', { name: 'Turn camera on' }).waitFor()
    expect((await ben.stats()).captures).toBe(1)
  })

  test('pictures stay as they are while other things on the screen change', async () => {
    const ann = await person('ann')
    const ben = await person('ben')
    await ann.startMeeting()
    await ann.ring(['Ben Osei'])
    await ben.answer('Video')
    await ann.seesMoving('Ben Osei')
    await ann.seesMoving('Ann Kovač')
    const marked = () => ann.page.locator('article video[data-seen]').count()
    await ann.page
      .locator('article video')
      .evaluateAll((videos) => videos.forEach((video) => (video.dataset.seen = '')))
    expect(await marked()).toBe(2)
    await ann.ring(['Dan Kim'])
    await ann.pendingRow('Dan Kim').getByText('May be offline').waitFor()
    expect(await marked(), 'the very same elements').toBe(2)
  })

  test('cancelled: Ben’s card says who stopped calling, and then goes', async () => {
    const ann = await person('ann')
    const ben = await person('ben')
    await ann.startMeeting()
    await ann.ring(['Ben Osei'])
    await ben.card().getByText('Ann Kovač').first().waitFor()
    await Promise.all([
      ben.seesRingEnd('Ann Kovač stopped calling'),
      ann.page.getByRole('button', { name: 'Cancel ringing Ben Osei' }).click(),
    ])
    await ann.pendingRow('Ben Osei').getByText('Cancelled by Ann Kovač').waitFor()
    await ann.page.getByRole('heading', { name: 'Did not join · 1' }).waitFor()
    await ben.page.getByRole('heading', { name: 'Missed' }).waitFor()
  })

  test('two devices of one person: both ring, one answers, the other says where', async () => {
    const ann = await person('ann')
    const desk = await person('ben')
    const sofa = await person('ben')
    await ann.startMeeting()
    await ann.ring(['Ben Osei'])
    await desk.card().waitFor()
    await sofa.card().waitFor()
    await Promise.all([sofa.seesRingEnd(/^Answered on /), desk.answer('Audio')])
    expect((await sofa.stats()).captures).toBe(0)
  })

  test('closing every page of the room ends its rings', async () => {
    const ann = await person('ann')
    const ben = await person('ben')
    await ann.startMeeting()
    await ann.ring(['Ben Osei'])
    await ben.card().waitFor()
    await ann.context.close()
    // A lost connection counts as gone after 15 s; the ring itself would go on for 30.
    await ben.card().getByText('Ann Kovač left the meeting').first().waitFor({ timeout: 20_000 })
    await ben.card().waitFor({ state: 'detached' })
  })
})

test('signing in: nothing moves under the pointer when the server turns out to be a demo', async () => {
  const ann = await screen('ann')
  let answer = () => {}
  const held = new Promise<void>((resolve) => (answer = resolve))
  await ann.page.route('**/api/server', async (route) => {
    await held
    await route.continue()
  })
  await ann.page.goto(server().url)
  const button = ann.page.getByRole('button', { name: 'Sign in' })
  await button.waitFor()
  const before = await button.boundingBox()
  answer()
  await ann.page.getByRole('button', { name: 'Chloe Martin' }).waitFor()
  expect(await button.boundingBox()).toEqual(before)
})

test('an invite link opens the app on that meeting', async () => {
  const ann = await person('ann')
  const ben = await person('ben')
  await ann.startMeeting()
  await ben.page.goto(await ann.meetingLink())
  const { captures } = await ben.stats()
  expect(captures, 'a link alone opens no microphone').toBe(0)
  await ben.join(ben.page.getByRole('button', { name: 'Join', exact: true }).first())
  await ben.seesMoving('Ann Kovač')
})

describe('when things break', () => {
  test('a reload in a meeting: back inside, seeing and hearing, and nothing captured', async () => {
    const ann = await person('ann')
    const ben = await person('ben')
    await ann.startMeeting()
    await ann.ring(['Ben Osei'])
    await ben.answer('Video')
    await ben.seesMoving('Ann Kovač')
    await ben.page.reload()
    await ben.seesMoving('Ann Kovač')
    const { captures, packetsSent } = await ben.stats()
    expect([captures, packetsSent]).toEqual([0, 0])
    await ben.page.getByRole('button', { name: 'Turn camera on' }).click()
    await ann.seesMoving('Ben Osei')
  })
})
