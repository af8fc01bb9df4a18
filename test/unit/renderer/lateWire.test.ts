import { expect, test, vi } from 'vitest'
import { createLateWire } from '../../../renderer/host/lateWire.ts'
import type { WireHandlers } from '../../../shared/client/wire.ts'

const handshake = { accessToken: 'a', device: { id: '1', platform: 'web' as const, label: 'Here' } }
const listen = () => ({ opened: vi.fn(), refused: vi.fn(), closed: vi.fn(), event: vi.fn() }) satisfies WireHandlers

function fakeSockets() {
  const opened: string[] = []
  const io = (server: string) => {
    opened.push(server)
    return { on: () => {}, removeAllListeners: () => {}, disconnect: () => {}, emit: () => {} }
  }
  return { opened, io: io as never }
}

test('nothing is loaded before a connection is wanted, and once is enough', async () => {
  const { opened, io } = fakeSockets()
  const load = vi.fn(() => Promise.resolve({ io }))
  const wire = createLateWire(load)
  expect(load).not.toHaveBeenCalled()
  wire.open('one', handshake, listen())
  await vi.waitFor(() => expect(opened).toEqual(['one']))
  wire.open('two', handshake, listen())
  expect(opened).toEqual(['one', 'two'])
  expect(load).toHaveBeenCalledTimes(1)
})

test('closed or replaced while it loads, an attempt is none', async () => {
  const { opened, io } = fakeSockets()
  let arrive = () => {}
  const loading = new Promise<{ io: never }>((done) => (arrive = () => done({ io })))
  const wire = createLateWire(() => loading)
  const closed = listen()
  wire.open('closed', handshake, closed)
  wire.close()
  wire.open('replaced', handshake, listen())
  wire.open('counts', handshake, listen())
  arrive()
  await vi.waitFor(() => expect(opened).toEqual(['counts']))
  expect(closed.closed).not.toHaveBeenCalled()
})

test('what cannot be loaded is a connection that was not made, and is tried again', async () => {
  const { opened, io } = fakeSockets()
  const load = vi.fn<() => Promise<{ io: never }>>()
  load.mockRejectedValueOnce(new Error('no network')).mockResolvedValueOnce({ io })
  const wire = createLateWire(load)
  const handlers = listen()
  wire.open('one', handshake, handlers)
  await vi.waitFor(() => expect(handlers.closed).toHaveBeenCalledTimes(1))
  wire.open('one', handshake, handlers)
  await vi.waitFor(() => expect(opened).toEqual(['one']))
})
