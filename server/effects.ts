// What a transaction leaves to be done after its commit, as data: who is told what, which media closes, when to look again.
import type { ServerEvent } from '../shared/protocol/contract.ts'
import type { ProducerSource } from '../shared/protocol/media.ts'
import type { SessionEnd } from '../shared/protocol/session.ts'
import type { SeatKey } from './media/engine.ts'

export type DeviceKey = { userId: string; deviceId: string }

/** The union of all devices named here, each told once. */
export type Target = {
  /** Every online device of these users. */
  users?: readonly string[]
  devices?: readonly DeviceKey[]
  /** Left out, even when named above. */
  except?: DeviceKey
  /** Every online device of everybody. */
  everyone?: true
}

export type Effect =
  | { kind: 'send'; to: Target; event: ServerEvent }
  | { kind: 'closeSeatMedia'; seat: SeatKey }
  /** What this seat sends of these stops, until its person turns it on again. */
  | { kind: 'stopSources'; seat: SeatKey; sources: readonly ProducerSource[] }
  | { kind: 'closeRoomMedia'; roomId: string }
  /** Something is to be sent to another server. */
  | { kind: 'webhooks' }
  /** A stored deadline at this time (ms since the epoch): look at the rows then. */
  | { kind: 'due'; at: number }
  /** This user's presence may have changed. */
  | { kind: 'presence'; userId: string }
  /** This device is signed out: close its connection. */
  | { kind: 'signedOut'; device: DeviceKey; message: string; reason?: SessionEnd }
