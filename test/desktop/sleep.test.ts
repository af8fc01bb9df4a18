// Fifty times asleep, and somebody rings meanwhile: awake again it rings with the time that is left, or it was missed; never both.
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Standin } from '../support/electron-standin/control.ts'
import { openScene, type Scene } from './scene.ts'

const NIGHTS = 50

let scene: Scene
beforeAll(async () => {
  scene = await openScene()
})
afterAll(() => scene.close())

/** The process stands still, as in sleep: its sockets stay open and silent, and its clock goes on without it. */
async function sleeps(sleptMs: number, during: () => Promise<void>): Promise<void> {
  const { app } = scene
  const fallAsleep = (_electron: unknown, ms: number, standin: Standin) => {
    standin.power('suspend')
    const now = Date.now.bind(Date)
    Date.now = () => now() + ms
  }
  await app.evaluate(fallAsleep, sleptMs)
  process.kill(app.pid, 'SIGSTOP')
  try {
    await during()
  } finally {
    process.kill(app.pid, 'SIGCONT')
  }
  await app.evaluate((_electron, _nothing, standin) => standin.power('resume'))
}

test(
  'a ring that came during sleep rings with its remaining time, or is missed, and never both',
  { timeout: 85_000 },
  async (context) => {
    const { app, ann, benElsewhere, roomId, world } = scene
    if (app.kind !== 'standin' || process.platform === 'win32') context.skip('only the stand-in can be put to sleep')
    const alive: string[] = []
    const over: string[] = []
    for (let night = 0; night < NIGHTS; night++) {
      const late = night % 2 === 1
      const before = ((await scene.log()).match(/woke up: resume/g) ?? []).length
      let callId = ''
      const sleptMs = late ? 6_000 : 2_000
      await sleeps(sleptMs, async () => {
        callId = (await ann.rings(benElsewhere, roomId, { timeoutSeconds: late ? 5 : 30 })).id
        await world.advance(sleptMs)
      })
      await app.until('to be awake and online', async () => {
        const log = await scene.log()
        const last = log.split('woke up: resume')
        return last.length - 1 > before && last.at(-1)!.includes('connection online')
      })
      if (late) {
        await scene.untilState('a missed call', ({ mirror }) => mirror.missed.some(({ id }) => id === callId))
        over.push(callId)
        continue
      }
      await scene.untilTray('Parley – Ann Kovač is calling')
      const { mirror } = await scene.state()
      const leftMs = mirror.calls[callId]!.expiresAt - world.now
      expect(leftMs).toBe(28_000)
      expect(mirror.missed.map(({ id }) => id)).not.toContain(callId)
      alive.push(callId)
      await app.pressTray('Decline Ann Kovač')
      await ann.hears('call.rejected', ({ call }) => call.id === callId)
    }

    const rung = new Set((await scene.log()).match(/(?<=ring )\S+(?= shown)/g) ?? [])
    const missed = (await scene.state()).mirror.missed.map(({ id }) => id)
    expect([alive.length, over.length]).toEqual([NIGHTS / 2, NIGHTS / 2])
    expect([...rung].sort()).toEqual([...alive].sort())
    expect([...missed].sort()).toEqual([...over].sort())
  },
)
