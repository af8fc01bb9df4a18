// One signaling connection as the link sees it. `socketWire.ts` implements it over socket.io, the simulation over a lossy network.
import type { CommandMessage } from '../protocol/contract.ts'
import type { ProtocolError } from '../protocol/result.ts'
import type { Device } from '../protocol/things.ts'

export type Handshake = { accessToken: string; device: Device }

export type WireHandlers = {
  opened(): void
  /** The server refused the connection, and says why. */
  refused(error: ProtocolError): void
  /** The connection was lost, or could not be made. */
  closed(): void
  /** One event message, unchecked. It is acknowledged by returning. */
  event(message: unknown): void
}

export interface Wire {
  /** One attempt; exactly one of `opened`, `refused`, `closed` follows, later `closed` when it is lost. Replaces an earlier connection silently. */
  open(server: string, handshake: Handshake, handlers: WireHandlers): void
  /** Silent: calls no handler any more. */
  close(): void
  send(message: CommandMessage, onAnswer: (answer: unknown) => void): void
}
