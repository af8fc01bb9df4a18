// A wire that takes its time: passes TCP on to the server, each piece `delayMs` later, both ways and in order.
import { createServer, connect, type AddressInfo, type Socket } from 'node:net'

export type DelayProxy = { url: string; setDelay(ms: number): void; close(): Promise<void> }

export async function openDelayProxy(target: string): Promise<DelayProxy> {
  const { hostname, port } = new URL(target)
  const sockets = new Set<Socket>()
  let delayMs = 0

  function pass(from: Socket, to: Socket) {
    let free = 0
    const later = (action: () => void) => {
      // Never before the piece that came earlier, also when the delay has just been made smaller.
      free = Math.max(free, performance.now() + delayMs)
      if (delayMs === 0 && free <= performance.now()) action()
      else setTimeout(action, free - performance.now())
    }
    from.on('data', (piece: Buffer) => later(() => to.destroyed || to.write(piece)))
    from.on('close', () => later(() => to.destroy()))
    from.on('error', () => from.destroy())
  }

  const proxy = createServer((near) => {
    const far = connect(Number(port), hostname)
    for (const socket of [near, far]) {
      socket.setNoDelay(true)
      sockets.add(socket)
      socket.on('close', () => sockets.delete(socket))
    }
    pass(near, far)
    pass(far, near)
  })
  await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve))
  return {
    url: `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`,
    setDelay: (ms) => void (delayMs = ms),
    async close() {
      for (const socket of sockets) socket.destroy()
      await new Promise((resolve) => proxy.close(resolve))
    },
  }
}
