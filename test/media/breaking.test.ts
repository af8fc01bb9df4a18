// What breaks under a meeting: its media server dies, or the server forgets that somebody is inside.
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { expect, test } from 'vitest'
import { until } from '../support/browsers.ts'
import { setBrowserStage } from '../support/browserStage.ts'

const { server, person } = setBrowserStage({ fullCamera: true })

type Health = { workers: { pid: number; rooms: number }[] }
const health = async () => (await (await fetch(`${server().url}/health`)).json()) as Health

async function together() {
  const ann = await person('ann')
  const ben = await person('ben')
  await ann.startMeeting()
  await ann.ring(['Ben Osei'])
  await ben.answer('Video')
  await ann.seesMoving('Ben Osei')
  await ben.seesMoving('Ann Kovač')
  return [ann, ben] as const
}

test('the media worker is killed: picture and sound are back by themselves within 5 s', async () => {
  const [ann, ben] = await together()
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
  const [ann, ben] = await together()
  const database = new DatabaseSync(join(server().dataFolder, 'parley.sqlite'), { timeout: 5_000 })
  database.exec("DELETE FROM seats WHERE userId = (SELECT id FROM users WHERE login = 'ann')")
  database.close()
  for (const worker of (await health()).workers) if (worker.rooms > 0) process.kill(worker.pid, 'SIGKILL')
  const notice = ann.page.getByRole('alert').filter({ hasText: 'The connection to this meeting is lost' })
  await notice.waitFor({ timeout: 30_000 })
  const before = (await ann.stats()).captures
  await notice.getByRole('button', { name: 'Join again' }).click()
  await ann.seesMoving('Ben Osei')
  await ben.seesMoving('Ann Kovač')
  await ben.hears()
  await notice.waitFor({ state: 'detached' })
  expect((await ann.stats()).captures, 'what was on stays on, and is not opened twice').toBe(before)
})
