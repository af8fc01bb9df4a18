// The ringer in virtual time: what surfaces are told, and that time alone ends a ring.
import { beforeEach, describe, expect, test } from 'vitest'
import { createRinger } from '../../../electron/main/ringing/ringer.ts'
import { emptyMirror, type MirrorState } from '../../../shared/client/mirror.ts'
import type { Ring } from '../../../shared/protocol/things.ts'
import { createManualTimers, type ManualTimers } from '../../support/manualTimers.ts'
import { aCall, aRing, ben, id } from '../../support/things.ts'

const mirrorWith = (rings: readonly Ring[], more: Partial<MirrorState> = {}): MirrorState => ({
  ...emptyMirror,
  me: ben,
  calls: Object.fromEntries(rings.map((ring) => [ring.call.id, ring.call])),
  rings: Object.fromEntries(rings.map((ring) => [ring.call.id, ring])),
  ...more,
})

let timers: ManualTimers
let told: string[][]
let shown: string[]
const open = () =>
  createRinger({
    timers,
    surfaces: [{ show: (rings) => told.push(rings.map((ring) => ring.call.id)) }],
    onShown: (callIds) => shown.push(...callIds),
    log: { info() {}, warn() {}, error() {} },
  })

const first = aRing(aCall({ id: id(101), createdAt: 1_000, expiresAt: 31_000 }))
const second = aRing(aCall({ id: id(102), createdAt: 2_000, expiresAt: 12_000 }))

beforeEach(() => {
  timers = createManualTimers(2_000)
  told = []
  shown = []
})

describe('ringer', () => {
  test('tells every surface the rings, newest first, and says that they are shown', async () => {
    open().update(mirrorWith([first, second]))
    expect(told).toEqual([[id(102), id(101)]])
    expect(shown).toEqual([id(102), id(101)])
  })

  test('ends each ring at its own deadline with no news from anywhere', async () => {
    const ringer = open()
    ringer.update(mirrorWith([first, second]))
    await timers.advance(9_999)
    expect(told).toHaveLength(1)
    await timers.advance(1)
    expect(told.at(-1)).toEqual([id(101)])
    await timers.advance(19_000)
    expect(told.at(-1)).toEqual([])
    expect(ringer.rings).toEqual([])
  })

  test("goes by the server's clock", async () => {
    open().update(mirrorWith([first], { clockOffsetMs: -5_000 }))
    await timers.advance(33_999)
    expect(told.at(-1)).toEqual([id(101)])
    await timers.advance(1)
    expect(told.at(-1)).toEqual([])
  })

  test('a call that ended stops at once, and stays stopped', async () => {
    const ringer = open()
    ringer.update(mirrorWith([first]))
    ringer.update(mirrorWith([{ ...first, call: { ...first.call, status: 'cancelled', version: 2 } }]))
    expect(told.at(-1)).toEqual([])
    await timers.advance(60_000)
    expect(told).toHaveLength(2)
  })

  test('other news do not disturb the surfaces', async () => {
    const ringer = open()
    const mirror = mirrorWith([first])
    ringer.update(mirror)
    ringer.update({ ...mirror, speakers: [id(1)] })
    expect(told).toHaveLength(1)
  })

  test('a call that is not addressed here never rings', async () => {
    open().update(mirrorWith([], { calls: { [id(101)]: first.call } }))
    expect(told).toEqual([[]])
    expect(shown).toEqual([])
  })

  test('stopping takes every ring down, and nothing is told afterwards', async () => {
    const ringer = open()
    ringer.update(mirrorWith([first]))
    ringer.stop()
    await timers.advance(60_000)
    expect(told).toEqual([[id(101)], []])
  })
})
