// The part of the command table about what people say and show in a meeting: chat, reactions, raised hands.
import type { chatCommands } from '../../shared/protocol/chat.ts'
import { success, type Result } from '../../shared/protocol/result.ts'
import type { signalCommands } from '../../shared/protocol/signals.ts'
import * as chatDesk from '../chat/chatDesk.ts'
import * as hands from '../rooms/hands.ts'
import { react } from '../rooms/reactions.ts'
import type { CommandTable, Tools } from './commandTable.ts'
import { keyOf } from './connections.ts'
import { tooMuch } from './rateLimit.ts'

export type TalkPart = Pick<CommandTable, keyof typeof chatCommands | keyof typeof signalCommands>

export function talkPart({ store, limiter, remembered }: Tools): TalkPart {
  return {
    'chat.send': (asking, input) =>
      remembered(asking, 'chat.send', async (unit, device) => {
        const sent = await chatDesk.send(unit, device, input)
        const waitMs = sent.ok ? limiter.take([['chatPerRoom', input.roomId]], unit.now) : 0
        return waitMs > 0 ? tooMuch(waitMs) : sent
      }),
    'chat.list': ({ connection }, input) => store.read((db) => chatDesk.list(db, keyOf(connection), input)),
    'room.react': (asking, input) =>
      done(remembered(asking, 'room.react', (unit, device) => react(unit, device, input))),
    'participant.raiseHand': (asking, input) =>
      remembered(asking, 'participant.raiseHand', (unit, device) => hands.raiseHand(unit, device, input)),
    'participant.lowerHand': (asking, input) =>
      done(remembered(asking, 'participant.lowerHand', (unit, device) => hands.lowerHand(unit, device, input))),
    'participant.lowerAllHands': (asking, input) =>
      done(remembered(asking, 'participant.lowerAllHands', (unit, device) => hands.lowerAllHands(unit, device, input))),
  }
}

async function done(result: Promise<Result<object>>): Promise<Result<Record<string, never>>> {
  const settled = await result
  return settled.ok ? success({}) : settled
}
