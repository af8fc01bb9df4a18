// One room, as big as it gets, on one worker or piped over several: what a core carries beside a bare router, how long it takes to get in, and what each person costs.
import { benchForwarding, type ForwardingFigures } from './forwarding.ts'
import { benchJoins, type JoinFigures } from './joins.ts'

export type RoomFigures = ForwardingFigures & JoinFigures

export async function benchRoom(options: { say(line: string): void; workers: number }): Promise<RoomFigures> {
  return { ...(await benchForwarding(options)), ...(await benchJoins(options)) }
}
