// The wire over socket.io (WebSocket only). socket.io-client is passed in, since this folder runs where no transport exists.
import type { io as Connect, Socket } from 'socket.io-client'
import { PROTOCOL_VERSION } from '../protocol/session.ts'
import { protocolErrorSchema } from '../protocol/result.ts'
import type { Wire } from './wire.ts'

export const SOCKET_PATH = '/socket'

export function createSocketWire(connect: typeof Connect): Wire {
  let socket: Socket | null = null
  const drop = () => {
    socket?.removeAllListeners()
    socket?.disconnect()
    socket = null
  }
  return {
    open(server, handshake, handlers) {
      drop()
      // Reconnecting is the link's business: it knows about tokens, backoff and waking up.
      socket = connect(server, {
        path: SOCKET_PATH,
        transports: ['websocket'],
        reconnection: false,
        forceNew: true,
        auth: { ...handshake, protocol: PROTOCOL_VERSION },
      })
      socket.on('connect', () => handlers.opened())
      socket.on('disconnect', () => handlers.closed())
      socket.on('connect_error', (error: Error & { data?: unknown }) => {
        const refusal = protocolErrorSchema.safeParse(error.data)
        if (refusal.success) handlers.refused(refusal.data)
        else handlers.closed()
      })
      socket.on('event', (message: unknown, acknowledge: unknown) => {
        handlers.event(message)
        if (typeof acknowledge === 'function') acknowledge()
      })
    },
    close: drop,
    send(message, onAnswer) {
      socket?.emit('command', message, onAnswer)
    },
  }
}
