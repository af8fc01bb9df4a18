// The server is killed with SIGKILL again and again in the midst of busy ringing over real sockets, and started again on the same data:
//   npm run test:kill -- --kills 200 --seed 1 --json
import { randomUUID } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import type { CommandInput, CommandName } from '../../shared/protocol/contract.ts'
import type { Result } from '../../shared/protocol/result.ts'
import { createDice, type Dice } from '../simulation/random.ts'
import { TestDevice } from '../support/testDevice.ts'
import { MortalServer } from './process.ts'
import { createLedger, type Entry } from './ledger.ts'

const RECOVERY_MS = 2_000
const LOGINS = ['ann', 'ben', 'chloe', 'dan', 'emil']

const { values } = parseArgs({
  options: {
    kills: { type: 'string', default: '200' },
    seed: { type: 'string', default: '1' },
    json: { type: 'boolean', default: false },
  },
})

const data = mkdtempSync(path.join(tmpdir(), 'parley-kill-'))
const server = new MortalServer(data)
const dice = createDice(Number(values.seed))
const ledger = createLedger(path.join(data, 'parley.sqlite'))
const say = (text: string) => process.stderr.write(`${text}\n`)

/** Asks, and writes into the ledger what was answered; nothing is thrown when the server dies meanwhile. */
async function ask<Name extends CommandName>(
  device: TestDevice,
  name: Name,
  input: CommandInput<Name>,
): Promise<unknown> {
  const entry: Entry = { device, name, input, commandId: randomUUID(), answer: null }
  ledger.asked(entry)
  try {
    entry.answer = (await device.ask(name, input, entry.commandId)) as Result<unknown>
  } catch {
    return null
  }
  return entry.answer.ok ? entry.answer.value : null
}

/** One person rings others, and takes some rings back, until the connection is gone. */
async function ringsBusily(device: TestDevice, others: TestDevice[], own: Dice): Promise<void> {
  let seat = (await device.syncs().catch(() => null))?.seat?.room.id
  if (seat === undefined) {
    const made = (await ask(device, 'room.create', { name: `room ${randomUUID()}`, rtpCapabilities: null })) as {
      snapshot?: { room: { id: string } }
    } | null
    seat = made?.snapshot?.room.id
  }
  while (device.connected && seat !== undefined) {
    const callees = others.filter(() => own.chance(0.6)).map((other) => other.id)
    const roomId = seat
    const timeoutSeconds = own.chance(0.6) ? 5 : own.whole(6, 60)
    if (callees.length > 0)
      await ask(device, 'call.invite', {
        roomId,
        calleeIds: callees,
        timeoutSeconds,
        media: 'audio',
        extension: randomUUID(),
      })
    if (callees.length > 0 && own.chance(0.4))
      await ask(device, 'call.cancel', { roomId, calleeIds: callees.slice(0, 1) })
    await wait(own.whole(1, 15))
  }
}

/** One device answers or declines what rings, until the connection is gone. */
async function answersBusily(device: TestDevice, own: Dice): Promise<void> {
  let heard = 0
  while (device.connected) {
    const rings = device.heard('call.received').slice(heard)
    heard += rings.length
    for (const { ring } of rings) {
      const callId = ring.call.id
      await ask(device, 'call.received', { callIds: [callId] })
      if (own.chance(0.3)) await ask(device, 'call.accept', { callId, rtpCapabilities: null, leaveOther: true })
      else if (own.chance(0.4)) await ask(device, 'call.reject', { callId, reason: 'rejected' })
      if (own.chance(0.2)) {
        const seat = (await device.syncs().catch(() => null))?.seat?.room.id
        if (seat !== undefined) await ask(device, 'room.leave', { roomId: seat })
      }
    }
    await wait(3)
  }
}

async function connectAll(devices: readonly TestDevice[]): Promise<void> {
  for (const device of devices) {
    device.told.length = 0
    if ((await device.triesToConnect()) === null) continue
    await device.signsIn()
    await device.connects()
  }
}

async function round(devices: readonly TestDevice[], number: number): Promise<void> {
  const callers = devices.slice(0, 2)
  const callees = devices.slice(2)
  const busy = [
    ...callers.map((caller, index) => ringsBusily(caller, callees, createDice(number * 10 + index))),
    ...callees.map((callee, index) => answersBusily(callee, createDice(number * 10 + 5 + index))),
  ]
  await wait(dice.whole(20, 500))
  await server.kill()
  for (const device of devices) device.disconnects()
  await Promise.all(busy)
  await wait(dice.whole(0, 800))
  await server.start()
  await connectAll(devices)
  await ledger.sendAgain()
  await ledger.check(devices, server.listeningAt, RECOVERY_MS)
}

async function main(): Promise<number> {
  await server.start()
  const devices = [...LOGINS, 'chloe', 'dan'].map(
    (login, index) => new TestDevice(() => server.url, login, `${login} ${index}`),
  )
  for (const device of devices) await device.signsIn()
  await connectAll(devices)
  const kills = Number(values.kills)
  for (let number = 1; number <= kills; number++) {
    await round(devices, number)
    if (number % 20 === 0) say(`${number} kills: ${JSON.stringify(ledger.totals())}`)
  }
  for (const device of devices) device.disconnects()
  const result = { kills, ...ledger.totals() }
  if (values.json) process.stdout.write(`${JSON.stringify(result)}\n`)
  else
    say(
      Object.entries(result)
        .map(([name, value]) => `${name}: ${value}`)
        .join('\n'),
    )
  for (const problem of ledger.problems) say(problem)
  return ledger.problems.length === 0 ? 0 : 1
}

try {
  process.exitCode = await main()
} finally {
  await server.kill()
  rmSync(data, { recursive: true, force: true })
}
