// The bad line that network tests run over, in the test's own time.
import { beforeEach, describe, expect, test } from 'vitest'
import { createDice } from '../../simulation/random.ts'
import { createBadLine, FAIR, type BadLine, type Weather } from '../../support/badLine.ts'

const PACKET_BYTES = 125

let now: number
let due: { at: number; action: () => void }[]
let arrived: { packet: number; at: number }[]
let weather: Weather
let line: BadLine<number>

const open = (seed = 1) =>
  createBadLine<number>({
    dice: createDice(seed),
    weather: () => weather,
    sizeOf: () => PACKET_BYTES,
    now: () => now,
    after(ms, action) {
      const entry = { at: now + ms, action }
      due.push(entry)
      return () => void (due = due.filter((one) => one !== entry))
    },
    deliver: (packet) => arrived.push({ packet, at: now }),
  })

function advance(ms: number) {
  const end = now + ms
  for (;;) {
    const [next] = due.filter(({ at }) => at <= end).toSorted((one, other) => one.at - other.at)
    if (!next) break
    due = due.filter((one) => one !== next)
    now = Math.max(now, next.at)
    next.action()
  }
  now = end
}

beforeEach(() => {
  now = 0
  due = []
  arrived = []
  weather = FAIR
  line = open()
})

describe('a bad line', () => {
  test('passes everything on at once in fair weather', () => {
    for (const packet of [1, 2, 3]) line.send(packet)
    expect(arrived).toEqual([1, 2, 3].map((packet) => ({ packet, at: 0 })))
  })

  test('delays each packet alike, and keeps their order when it becomes quicker', () => {
    weather = { ...FAIR, delayMs: 150 }
    line.send(1)
    advance(10)
    line.send(2)
    weather = FAIR
    line.send(3)
    advance(200)
    expect(arrived).toEqual([
      { packet: 1, at: 150 },
      { packet: 2, at: 160 },
      { packet: 3, at: 160 },
    ])
  })

  test('loses about the share it is told to, and the same packets for the same seed', () => {
    const lostOf = (seed: number) => {
      arrived = []
      const one = open(seed)
      for (let packet = 0; packet < 10_000; packet++) one.send(packet)
      expect(arrived.length + one.counts().lost).toBe(10_000)
      return arrived.map(({ packet }) => packet)
    }
    weather = { ...FAIR, lossShare: 0.03 }
    const first = lostOf(7)
    expect(first.length / 10_000).toBeGreaterThan(0.96)
    expect(first.length / 10_000).toBeLessThan(0.98)
    expect(lostOf(7)).toEqual(first)
    expect(lostOf(8)).not.toEqual(first)
  })

  test('carries no more than its rate, and throws away what would wait too long', () => {
    weather = { ...FAIR, bitsPerSecond: 100_000 }
    // 1000 bits each: 10 ms of this line.
    for (let packet = 0; packet < 100; packet++) line.send(packet)
    advance(1_000)
    expect(arrived.slice(0, 3).map(({ at }) => at)).toEqual([10, 20, 30])
    expect(arrived.at(-1)?.at).toBeLessThanOrEqual(260)
    expect(line.counts()).toEqual({ sent: 100, lost: 0, dropped: 100 - arrived.length })
    line.send(100)
    advance(10)
    expect(arrived.at(-1)).toEqual({ packet: 100, at: 1_010 })
  })

  test('delivers nothing once it is closed', () => {
    weather = { ...FAIR, delayMs: 50 }
    line.send(1)
    line.close()
    advance(100)
    expect(arrived).toEqual([])
    expect(due).toEqual([])
  })
})
