// Ready-made users, calls, rooms and rings for tests; ids are valid uuids that tell their owner apart.
import { emptyMirror } from '../../shared/client/mirror.ts'
import type { HostState } from '../../shared/host.ts'
import type { Sync } from '../../shared/protocol/session.ts'
import type { Call, Participant, Ring, Room, User } from '../../shared/protocol/things.ts'
import { everythingAllowed } from '../../shared/rights.ts'
import { defaultSettings } from '../../shared/settings.ts'

/** `id(7)` is the uuid that ends in 7. */
export const id = (number: number): string => `00000000-0000-4000-8000-${String(number).padStart(12, '0')}`

export const ann: User = { id: id(1), name: 'Ann Kovač' }
export const ben: User = { id: id(2), name: 'Ben Osei' }
export const chloe: User = { id: id(3), name: 'Chloe Martin' }

export const aCall = (fields: Partial<Call> = {}): Call => ({
  id: id(100),
  roomId: id(50),
  caller: ann,
  callee: ben,
  media: 'video',
  status: 'calling',
  delivery: 'sent',
  createdAt: 1_000,
  expiresAt: 31_000,
  version: 1,
  ...fields,
})

export const aRing = (call: Call = aCall()): Ring => ({
  call,
  roomName: 'Design review',
  roomKind: 'meeting',
  inside: [ann],
  insideCount: 1,
})

export const aRoom = (fields: Partial<Room> = {}): Room => ({
  id: id(50),
  code: 'abc-defg-hij',
  kind: 'meeting',
  name: 'Design review',
  ownerId: ann.id,
  status: 'running',
  createdAt: 1_000,
  settings: {
    whoMayInvite: 'everyone',
    membersMay: everythingAllowed,
    locked: false,
    lobby: false,
    guestsAllowed: false,
    guestsWait: true,
    hasPassword: false,
  },
  version: 1,
  ...fields,
})

export const aParticipant = (fields: Partial<Participant> = {}): Participant => ({
  roomId: id(50),
  user: ann,
  deviceId: id(11),
  role: 'owner',
  joinedAt: 1_000,
  connected: true,
  microphone: true,
  camera: false,
  screen: false,
  version: 2,
  ...fields,
})

/** Ben's device, signed in, with nothing going on. */
export const aHostState = (fields: Partial<HostState> = {}): HostState => ({
  status: 'online',
  problem: null,
  server: 'http://127.0.0.1:4400',
  user: ben,
  guestRoom: null,
  mirror: { ...emptyMirror, me: ben, deviceId: id(12) },
  entry: null,
  answering: null,
  wish: null,
  refusals: {},
  openid: null,
  settings: defaultSettings,
  sharing: false,
  desktop: null,
  prefill: null,
  ...fields,
})

/** What a server tells Ben's device when nothing is going on. */
export const aSync = (fields: Partial<Sync> = {}): Sync => ({
  serverNow: 2_000,
  me: ben,
  role: 'user',
  deviceId: id(12),
  policy: { declineWhenBusy: false, doNotDisturbUntil: null, whoMayRing: 'everyone' },
  blocked: [],
  contacts: [],
  rings: [],
  calls: [],
  seat: null,
  requests: [],
  elsewhere: null,
  waiting: null,
  lobby: null,
  denied: [],
  removed: [],
  scheduled: [],
  missed: [],
  presence: [],
  ...fields,
})
