// The one place where what a transaction decided reaches the outside.
import type { Effect } from './effects.ts'
import type { Connections } from './gateway/connections.ts'
import type { Call } from '../shared/protocol/things.ts'
import type { MediaEngine } from './media/engine.ts'
import type { WarmDesk } from './media/warmDesk.ts'
import type { PresenceBoard } from './people/presence.ts'

export type PerformerParts = {
  connections: Pick<Connections, 'deliver' | 'dismiss'>
  engine: Pick<MediaEngine, 'closeSeat' | 'closeRoom' | 'stopSources'>
  presence: Pick<PresenceBoard, 'refresh'>
  warm: Pick<WarmDesk, 'callChanged'>
  noteDue(at: number): void
  wakeWebhooks(): void
  noteCall(call: Call): void
  onError(error: unknown): void
}

export function createPerformer({
  connections,
  engine,
  presence,
  warm,
  noteDue,
  wakeWebhooks,
  noteCall,
  onError,
}: PerformerParts) {
  const perform = (effect: Effect): void => {
    switch (effect.kind) {
      case 'send':
        connections.deliver(effect.to, effect.event)
        if (!('call' in effect.event.payload)) return
        noteCall(effect.event.payload.call)
        return warm.callChanged(effect.event.payload.call)
      case 'closeSeatMedia':
        return engine.closeSeat(effect.seat)
      case 'stopSources':
        return engine.stopSources(effect.seat, effect.sources)
      case 'closeRoomMedia':
        return engine.closeRoom(effect.roomId)
      case 'webhooks':
        return wakeWebhooks()
      case 'due':
        return noteDue(effect.at)
      case 'presence':
        return presence.refresh(effect.userId)
      case 'signedOut':
        return connections.dismiss(effect.device, {
          name: 'session.ended',
          payload: { message: effect.message, ...(effect.reason === undefined ? {} : { reason: effect.reason }) },
        })
    }
  }
  return (effects: readonly Effect[]): void => {
    for (const effect of effects) {
      // The commit stands whatever happens here; whoever misses an effect gets it by sync.
      try {
        perform(effect)
      } catch (error) {
        onError(error)
      }
    }
  }
}
