// One room, as big as it gets: what a core carries beside a bare router, how long it takes to get in, and what each person costs.
import { benchForwarding, type ForwardingFigures } from './forwarding.ts'
import { benchJoins, type JoinFigures } from './joins.ts'

export type RoomFigures = ForwardingFigures & JoinFigures

export async function benchRoom({ say }: { say(line: string): void }): Promise<RoomFigures> {
  return { ...(await benchForwarding({ say })), ...(await benchJoins({ say })) }
}
