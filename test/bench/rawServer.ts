// A socket.io server that does nothing but acknowledge, set up like ours: what the wire alone costs. Prints where it listens; ends with
// SIGTERM.
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { Server } from 'socket.io'
import { SOCKET_PATH } from '../../shared/client/socketWire.ts'

const http = createServer()
const sockets = new Server(http, {
  path: SOCKET_PATH,
  transports: ['websocket'],
  perMessageDeflate: false,
  serveClient: false,
})
sockets.on('connection', (socket) => {
  socket.on('command', (_message: unknown, acknowledge: (answer: unknown) => void) => acknowledge({ ok: true }))
})
http.listen(0, '127.0.0.1', () => {
  process.stdout.write(`listening on http://127.0.0.1:${(http.address() as AddressInfo).port}\n`)
})
process.on('SIGTERM', () => process.exit(0))
