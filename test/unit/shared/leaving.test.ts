// Which rings are answered at once, and which have to ask first.
import { expect, test } from 'vitest'
import { leavingFor } from '../../../shared/client/leaving.ts'
import { emptyMirror, type MirrorState } from '../../../shared/client/mirror.ts'
import { aCall, ann, aParticipant, aRoom, ben, chloe, id } from '../../support/things.ts'

const ring = aCall()
const ownCall = aCall({ id: id(101), roomId: id(51), caller: ben, callee: ann })
const ownSeat = {
  room: aRoom({ id: id(51), kind: 'direct', ownerId: ben.id }),
  participants: [aParticipant({ roomId: id(51), user: ben })],
}
/** Ben sits in his own call to Ann, and she rings him. */
const ringingEachOther: Partial<MirrorState> = { seat: ownSeat, calls: { [ownCall.id]: ownCall } }

test.each<[string, Partial<MirrorState>, string]>([
  ['nowhere', {}, 'nothing'],
  ['in the very room already', { seat: { room: aRoom(), participants: [aParticipant({ user: ben })] } }, 'nothing'],
  [
    'in the very room on another device',
    { elsewhere: { roomId: id(50), deviceId: id(13), deviceLabel: 'x' } },
    'nothing',
  ],
  ['in another meeting', { seat: { room: aRoom({ id: id(51) }), participants: [] } }, 'meeting'],
  [
    'in another meeting on another device',
    { elsewhere: { roomId: id(51), deviceId: id(13), deviceLabel: 'x' } },
    'meeting',
  ],
  ['in his own call to the very caller', ringingEachOther, 'ownCall'],
  [
    'in his own call to somebody else',
    { ...ringingEachOther, calls: { [ownCall.id]: { ...ownCall, callee: chloe } } },
    'meeting',
  ],
  [
    'in his own call, which the other one has answered',
    { ...ringingEachOther, calls: { [ownCall.id]: { ...ownCall, status: 'accepted', reason: 'answered' } } },
    'meeting',
  ],
  [
    'in his own call, with somebody in it',
    {
      ...ringingEachOther,
      seat: { ...ownSeat, participants: [...ownSeat.participants, aParticipant({ roomId: id(51), user: ann })] },
    },
    'meeting',
  ],
  [
    'alone in a meeting he rings the caller into',
    { ...ringingEachOther, seat: { ...ownSeat, room: { ...ownSeat.room, kind: 'meeting' } } },
    'meeting',
  ],
])('%s', (_where, mirror, leaving) => {
  expect(leavingFor({ ...emptyMirror, me: ben, ...mirror }, ring)).toBe(leaving)
})
