// A meeting that one worker is not enough for: whoever comes third is on another one, and nobody notices.
import type { Page } from 'playwright'
import { expect, test } from 'vitest'
import { setBrowserStage } from '../support/browserStage.ts'
import { until } from '../support/browsers.ts'
import type { Person } from '../support/person.ts'

const stage = setBrowserStage({
  env: { PARLEY_MEDIA_WORKERS: '2', PARLEY_MEDIA_CONSUMERS: '2' },
  fullCamera: true,
})

type Health = { workers: { pid: number; rooms: number }[] }

async function workers(): Promise<Health['workers']> {
  const answer = await fetch(`${stage.server().url}/health`)
  return ((await answer.json()) as Health).workers
}

/** How many voices are heard on this page. */
const voices = (page: Page): Promise<number> =>
  page.evaluate(async () => {
    const { connections } = (window as unknown as { parleyTest: { connections: RTCPeerConnection[] } }).parleyTest
    const open = connections.filter(({ connectionState }) => connectionState === 'connected')
    const reports = await Promise.all(open.map((connection) => connection.getStats()))
    const entries = reports.flatMap((report) => [...report.values()]) as RTCInboundRtpStreamStats[]
    return entries.filter(
      ({ type, kind, packetsReceived = 0, totalAudioEnergy = 0 }) =>
        type === 'inbound-rtp' && kind === 'audio' && packetsReceived > 10 && totalAudioEnergy > 0,
    ).length
  })

const NAMES = { ann: 'Ann Kovač', ben: 'Ben Osei', chloe: 'Chloe Martin' }

async function seeAndHearEachOther(people: readonly Person[]) {
  for (const person of people) {
    for (const other of people) if (other !== person) await person.seesMoving(NAMES[other.login as keyof typeof NAMES])
    await until(`two voices at ${person.login}`, async () => (await voices(person.page)) >= people.length - 1)
  }
}

test('three people on two workers see and hear each other, mute, go dark, and come back when a worker dies', async () => {
  const [ann, ben, chloe] = [await stage.person('ann'), await stage.person('ben'), await stage.person('chloe')]
  const all = [ann, ben, chloe]
  await ann.startMeeting()
  await ann.ring([NAMES.ben])
  await ben.answer('Video')
  await ann.ring([NAMES.chloe])
  await chloe.answer('Video')
  await seeAndHearEachOther(all)
  expect((await workers()).map(({ rooms }) => rooms)).toEqual([1, 1])

  const control = (name: string) =>
    ann.page.getByRole('toolbar', { name: 'Meeting controls' }).getByRole('button', { name, exact: true }).click()
  const picture = chloe.tile(NAMES.ann).locator('.video')
  const muted = chloe.tile(NAMES.ann).getByRole('img', { name: 'Muted' })
  await control('Turn camera off')
  await control('Mute')
  await Promise.all([picture.waitFor({ state: 'hidden' }), muted.waitFor()])
  await control('Turn camera on')
  await control('Unmute')
  await Promise.all([chloe.seesMoving(NAMES.ann), muted.waitFor({ state: 'detached' })])

  const [, second] = await workers()
  process.kill(second!.pid, 'SIGKILL')
  await until('another worker', async () => {
    const now = await workers()
    return now.length === 2 && now.every(({ pid, rooms }) => pid !== second!.pid && rooms === 1)
  })
  await seeAndHearEachOther(all)

  // Who is where by now is not known; that nothing stays behind is.
  await chloe.leave()
  await ann.seesMoving(NAMES.ben)
  await ben.seesMoving(NAMES.ann)
  await ben.leave()
  const rooms = async () => (await workers()).map((worker) => worker.rooms).toSorted()
  await until('a room on one worker alone', async () => (await rooms()).join() === '0,1')
})
