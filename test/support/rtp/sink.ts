// Where forwarded packets go when only their number counts: a port that nobody reads. The system drops what does not fit, which costs
// the receiving side nothing and the sending side what any packet costs.
import { Worker } from 'node:worker_threads'

export type Sink = { port: number; close(): Promise<unknown> }

const NEVER_READS = `
const { parentPort } = require('node:worker_threads')
const socket = require('node:dgram').createSocket({ type: 'udp4', recvBufferSize: 4096 })
socket.bind(0, '127.0.0.1', () => {
  parentPort.postMessage(socket.address().port)
  setImmediate(() => Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0))
})`

export async function openSink(): Promise<Sink> {
  const thread = new Worker(NEVER_READS, { eval: true })
  const port = await new Promise<number>((resolve, reject) => {
    thread.once('message', resolve)
    thread.once('error', reject)
  })
  return { port, close: () => thread.terminate() }
}
