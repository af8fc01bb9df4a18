// The whole app as people use it: real Chromium, the built client, the real server and SFU.
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { describe, expect, test } from 'vitest'
import { until } from '../support/browsers.ts'
import { setBrowserStage } from '../support/browserStage.ts'

const { server, screen, person } = setBrowserStage()

type Health = { workers: { pid: number; rooms: number }[] }
const health = async () => (await (await fetch(`${server().url}/health`)).json()) as Health

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
  const code = await ann.page
    .getByText(/^[a-z]{3}-[a-z]{4}-[a-z]{3}$/)
    .first()
    .innerText()
  await ben.page.goto(`${server().url}/join/${code}`)
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

  test('the media worker is killed: picture and sound are back by themselves within 5 s', async () => {
    const ann = await person('ann')
    const ben = await person('ben')
    await ann.startMeeting()
    await ann.ring(['Ben Osei'])
    await ben.answer('Video')
    await ann.seesMoving('Ben Osei')
    await ben.seesMoving('Ann Kovač')
    const captures = (await ben.stats()).captures
    const busy = (await health()).workers.find((worker) => worker.rooms > 0)
    expect(busy, 'a worker with a room').toBeDefined()
    process.kill(busy!.pid, 'SIGKILL')
    const killedAt = Date.now()
    await until(
      'another worker in its place',
      async () => !(await health()).workers.some((worker) => worker.pid === busy!.pid),
    )
    // Frames are counted from the new connections alone: those of the dead worker are closed.
    await until('frames from the new worker', async () => {
      const frames = await Promise.all([ann, ben].map(async (each) => (await each.stats()).videoFramesDecoded))
      const closed = await ben.page.evaluate(() =>
        (window as unknown as { parleyTest: { connections: RTCPeerConnection[] } }).parleyTest.connections.some(
          (one) => one.connectionState === 'closed',
        ),
      )
      return closed && frames.every((count) => count > 0)
    })
    await ann.seesMoving('Ben Osei')
    await ben.seesMoving('Ann Kovač')
    expect(Date.now() - killedAt).toBeLessThan(5_000)
    expect((await ben.stats()).captures, 'no camera is opened again').toBe(captures)
  })
  test('the server has lost a seat: its person is told, and is back inside by the press of a button', async () => {
    const ann = await person('ann')
    const ben = await person('ben')
    await ann.startMeeting()
    await ann.ring(['Ben Osei'])
    await ben.answer('Video')
    await ann.seesMoving('Ben Osei')
    await ben.seesMoving('Ann Kovač')
    const database = new DatabaseSync(join(server().dataFolder, 'parley.sqlite'), { timeout: 5_000 })
    database.exec("DELETE FROM seats WHERE userId = (SELECT id FROM users WHERE login = 'ann')")
    database.close()
    for (const worker of (await health()).workers) if (worker.rooms > 0) process.kill(worker.pid, 'SIGKILL')
    const notice = ann.page.getByRole('alert').filter({ hasText: 'The connection to this meeting is lost' })
    await notice.waitFor({ timeout: 30_000 })
    const before = (await ann.stats()).captures
    await notice.getByRole('button', { name: 'Rejoin' }).click()
    await ann.seesMoving('Ben Osei')
    await ben.seesMoving('Ann Kovač')
    await ben.hears()
    await notice.waitFor({ state: 'detached' })
    expect((await ann.stats()).captures, 'what was on stays on, and is not opened twice').toBe(before)
  })
})
