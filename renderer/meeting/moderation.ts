// What is asked again before it is done to somebody in the meeting.
import type { Participant } from '../../shared/protocol/things.ts'

export type Question = { what: 'remove' | 'makeOwner'; person: Participant }
