// How a ring ended, in a sentence for the person whose answer came too late.
import type { Call } from '../../shared/protocol/things.ts'

/** `deviceId`: the device the sentence is for. */
export function sayHowItEnded(call: Call, deviceId: string): string {
  const who = call.caller.name
  switch (call.status) {
    case 'accepted':
      if (call.handledBy === deviceId) return 'You have answered this call already.'
      return call.reason === 'joined'
        ? 'You have joined this meeting already.'
        : 'You answered this call on another device.'
    case 'rejected':
      return call.handledBy === deviceId ? 'You have declined this call.' : 'You declined this call on another device.'
    case 'cancelled':
      return call.reason === 'callerGone' ? `${who} has left the meeting.` : `${who} has cancelled the call.`
    case 'revoked':
      return call.reason === 'roomEnded' ? 'The meeting has ended.' : 'The call was taken back.'
    case 'timeout':
      return 'The call has run out.'
    case 'calling':
      throw new Error(`call ${call.id} has not ended`)
  }
}
