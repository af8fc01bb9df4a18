// The moments between two workers that no test with real ones meets every time: what closes, is muted or goes away on its way over.
import { EventEmitter } from 'node:events'
import type { PipeTransport, Producer, Router } from 'mediasoup/types'
import { beforeEach, expect, test } from 'vitest'
import { RouterLink } from '../../../server/media/routerLink.ts'

class Thing {
  observer = new EventEmitter()
  closed = false
  close() {
    if (this.closed) return
    this.closed = true
    this.observer.emit('close')
  }
}

class FakeCopy extends Thing {
  paused: boolean
  refuses = false
  constructor(paused: boolean) {
    super()
    this.paused = paused
  }
  pause = async () => this.#set(true)
  resume = async () => this.#set(false)
  async #set(paused: boolean) {
    if (this.refuses) throw new Error('the worker is gone')
    this.paused = paused
  }
}

class FakePipe extends Thing {
  tuple = { localAddress: '127.0.0.1', localPort: 40_000 }
  consumers: (Thing & { producerPaused: boolean })[] = []
  copies: FakeCopy[] = []
  /** Called by whoever lets the next copy be made. */
  release: (() => void)[] = []
  holdsCopies = false
  connect = async () => undefined
  consume = async ({ producerId }: { producerId: string }) => {
    const consumer = Object.assign(new Thing(), { producerId, kind: 'video', rtpParameters: {}, producerPaused: false })
    this.consumers.push(consumer)
    return consumer
  }
  produce = async ({ paused }: { paused: boolean }) => {
    if (this.holdsCopies) await new Promise<void>((resolve) => this.release.push(resolve))
    const copy = new FakeCopy(paused)
    this.copies.push(copy)
    return copy
  }
}

class FakeRouter extends Thing {
  pipe = new FakePipe()
  made: Promise<void> = Promise.resolve()
  createPipeTransport = async () => {
    await this.made
    return this.pipe as unknown as PipeTransport
  }
}

const turn = () => new Promise((resolve) => setImmediate(resolve))

let near: FakeRouter
let far: FakeRouter
let producer: Thing
beforeEach(() => {
  near = new FakeRouter()
  far = new FakeRouter()
  producer = Object.assign(new Thing(), { id: 'producer' })
})

const sideOf = (router: FakeRouter) => ({ opened: Promise.resolve(router as unknown as Router) })

function linked() {
  const [one, other] = [sideOf(near), sideOf(far)]
  const link = new RouterLink(one, other)
  return { link, bring: () => link.bring(producer as unknown as Producer, one) }
}
const consumer = () => near.pipe.consumers.at(-1)! as Thing & { producerPaused: boolean }
const copy = () => far.pipe.copies.at(-1)!

test('whoever asks meanwhile or later gets the same copy, until it has closed', async () => {
  const { bring } = linked()
  await Promise.all([bring(), bring()])
  await bring()
  expect(far.pipe.copies).toHaveLength(1)
  consumer().close()
  expect(copy().closed).toBe(true)
  await bring()
  expect(far.pipe.copies).toHaveLength(2)
})

test('what closes while it is copied leaves no copy, and is told', async () => {
  const { bring } = linked()
  far.pipe.holdsCopies = true
  const bringing = bring()
  const told = expect(bringing).rejects.toThrow('closed')
  await turn()
  producer.close()
  far.pipe.release[0]!()
  await told
  expect([consumer().closed, copy().closed]).toEqual([true, true])
})

test('a mute while it is copied holds for the copy', async () => {
  const { bring } = linked()
  far.pipe.holdsCopies = true
  const bringing = bring()
  await turn()
  consumer().producerPaused = true
  far.pipe.release[0]!()
  await bringing
  expect(copy().paused).toBe(true)
})

test('a copy that cannot be made leaves no consumer, and can be asked for again', async () => {
  const { bring } = linked()
  const { produce } = far.pipe
  far.pipe.produce = () => Promise.reject(new Error('refused'))
  await expect(bring()).rejects.toThrow('refused')
  expect(consumer().closed).toBe(true)
  far.pipe.produce = produce
  await bring()
  expect(far.pipe.copies).toHaveLength(1)
})

test('muting finds the other worker gone: no harm', async () => {
  const unhandled: unknown[] = []
  const note = (reason: unknown) => unhandled.push(reason)
  process.on('unhandledRejection', note)
  const { bring } = linked()
  await bring()
  copy().refuses = true
  consumer().producerPaused = true
  consumer().observer.emit('pause')
  await turn()
  process.off('unhandledRejection', note)
  expect(unhandled).toEqual([])
})

test.each([
  ['fails', (opening: { fail(): void }) => opening.fail()],
  ['comes after its router has closed', (opening: { closed(): void }) => opening.closed()],
])('an end that %s takes the other one along', async (_, happens) => {
  const opening = Promise.withResolvers<void>()
  far.made = opening.promise
  const { link, bring } = linked()
  const told = expect(bring()).rejects.toThrow(/refused|closed/)
  link.joined.catch(() => undefined)
  await turn()
  happens({
    fail: () => opening.reject(new Error('refused')),
    closed() {
      far.close()
      opening.resolve()
    },
  })
  await told
  expect(near.pipe.closed).toBe(true)
})

test('with one end the other one closes', async () => {
  const { bring } = linked()
  await bring()
  far.pipe.close()
  expect(near.pipe.closed).toBe(true)
})
