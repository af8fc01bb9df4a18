// A call rings on all of somebody's devices; one answers: how long until the others know that they must be silent?
import { startServer } from '../support/serverProcess.ts'
import { TestDevice } from '../support/testDevice.ts'
import { percentile, rounded } from './figures.ts'
import { unlimited } from './unlimited.ts'

const OTHER_DEVICES = 3
/** Two commands of one device a call: this keeps it within the server's limit of a device. */
const PAUSE_MS = 120

export type SilenceFigures = { n: number; p50: number; p99: number; max: number }

/** From the press on one device until the last of the others has been told, in ms, over real sockets. */
export async function benchSilence(options: { calls?: number; say(line: string): void }): Promise<SilenceFigures> {
  const { calls = 200, say } = options
  const server = await startServer({ env: unlimited })
  const opened: TestDevice[] = []
  const open = async (login: string, label: string) => {
    const device = new TestDevice(() => server.url, login, label)
    opened.push(device)
    await device.signsIn()
    await device.connects()
    return device
  }
  try {
    const ann = await open('ann', 'desk')
    const answering = await open('ben', 'desk')
    const others: TestDevice[] = []
    for (let number = 1; number <= OTHER_DEVICES; number++) others.push(await open('ben', `other ${number}`))
    const { room } = await ann.opensMeeting()
    const times: number[] = []
    for (let number = 0; number < calls; number++) {
      times.push(await oneCall({ ann, answering, others, roomId: room.id }))
      for (const device of opened) device.told.length = 0
      await new Promise((resolve) => setTimeout(resolve, PAUSE_MS))
    }
    const figures = {
      n: times.length,
      p50: percentile(times, 0.5),
      p99: percentile(times, 0.99),
      max: Math.max(...times),
    }
    say(`silent after ${rounded(figures.p50)} ms (median), ${rounded(figures.p99)} ms (99 %), of ${calls} calls`)
    return { n: figures.n, p50: rounded(figures.p50), p99: rounded(figures.p99), max: rounded(figures.max) }
  } finally {
    for (const device of opened) device.disconnects()
    await server.stop()
  }
}

type Scene = { ann: TestDevice; answering: TestDevice; others: TestDevice[]; roomId: string }

async function oneCall({ ann, answering, others, roomId }: Scene): Promise<number> {
  const call = await ann.rings(answering, roomId)
  await Promise.all([answering, ...others].map((device) => device.hearsRing(call.id)))
  const pressedAt = performance.now()
  const silent = others.map((device) =>
    device.hears('call.handledByOtherDevice', (payload) => payload.call.id === call.id).then(() => performance.now()),
  )
  const [answer] = await Promise.all([answering.answers(call), ...silent])
  if (answer.outcome !== 'joined') throw new Error(answer.message)
  const took = Math.max(...(await Promise.all(silent))) - pressedAt
  await answering.does('room.leave', { roomId })
  return took
}
