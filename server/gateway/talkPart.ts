// The part of the command table about what people say and show in a meeting: chat, reactions, raised hands.
import { CHAT_RATE, SIGNAL_RATE } from '../../shared/chat/limits.ts'
import type { chatCommands } from '../../shared/protocol/chat.ts'
import { failure, success, type Result } from '../../shared/protocol/result.ts'
import type { signalCommands } from '../../shared/protocol/signals.ts'
import * as chatDesk from '../chat/chatDesk.ts'
import type { DeviceKey } from '../effects.ts'
import * as hands from '../rooms/hands.ts'
import { react } from '../rooms/reactions.ts'
import type { Work } from '../storage/store.ts'
import type { Asking, CommandTable, Tools } from './commandTable.ts'
import { keyOf } from './connections.ts'
import { createPersonalLimit, type Rate } from './rateLimit.ts'

export type TalkPart = Pick<CommandTable, keyof typeof chatCommands | keyof typeof signalCommands>

export function talkPart({ store, remembered }: Tools): TalkPart {
  /** As `remembered`, for what everybody is told at once: no more often than this. What was done before costs nothing again. */
  const limited = (rate: Rate): Tools['remembered'] => {
    const take = createPersonalLimit(rate)
    return <Value>(asking: Asking, name: Parameters<Tools['remembered']>[1], work: LimitedWork<Value>) =>
      remembered<Value>(asking, name, async (unit, device) => {
        const waitMs = take(device.userId, unit.now)
        if (waitMs > 0)
          return failure('rateLimited', 'That was a lot at once. Wait a moment.', { retryAfterMs: waitMs })
        return work(unit, device)
      })
  }
  const writing = limited(CHAT_RATE)
  const signalling = limited(SIGNAL_RATE)
  return {
    'chat.send': (asking, input) => writing(asking, 'chat.send', (unit, device) => chatDesk.send(unit, device, input)),
    'chat.list': ({ connection }, input) => store.read((db) => chatDesk.list(db, keyOf(connection), input)),
    'room.react': (asking, input) =>
      done(signalling(asking, 'room.react', (unit, device) => react(unit, device, input))),
    'participant.raiseHand': (asking, input) =>
      signalling(asking, 'participant.raiseHand', (unit, device) => hands.raiseHand(unit, device, input)),
    'participant.lowerHand': (asking, input) =>
      done(remembered(asking, 'participant.lowerHand', (unit, device) => hands.lowerHand(unit, device, input))),
    'participant.lowerAllHands': (asking, input) =>
      done(remembered(asking, 'participant.lowerAllHands', (unit, device) => hands.lowerAllHands(unit, device, input))),
  }
}

type LimitedWork<Value> = (unit: Work, device: DeviceKey) => Promise<Result<Value>>

async function done(result: Promise<Result<object>>): Promise<Result<Record<string, never>>> {
  const settled = await result
  return settled.ok ? success({}) : settled
}
