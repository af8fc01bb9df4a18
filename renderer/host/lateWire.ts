// The wire of the web client: socket.io is loaded with the first connection, since nobody needs it to sign in.
import { createSocketWire } from '../../shared/client/socketWire.ts'
import type { Wire } from '../../shared/client/wire.ts'

type Connect = Parameters<typeof createSocketWire>[0]

/** `load` is asked again after it has failed: an attempt that could not load counts as one that did not connect. */
export function createLateWire(load: () => Promise<{ io: Connect }>): Wire {
  let wire: Wire | null = null
  /** The attempt that counts; an earlier one has been replaced, or closed. */
  let attempt = 0
  return {
    open(server, handshake, handlers) {
      if (wire) return wire.open(server, handshake, handlers)
      const mine = ++attempt
      load().then(
        ({ io }) => {
          wire ??= createSocketWire(io)
          if (mine === attempt) wire.open(server, handshake, handlers)
        },
        () => mine === attempt && handlers.closed(),
      )
    },
    close() {
      attempt++
      wire?.close()
    },
    send(message, onAnswer) {
      wire?.send(message, onAnswer)
    },
  }
}
