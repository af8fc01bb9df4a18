// What people do, and what befalls them, in one history: a list of actions drawn from the seed, each with dice of its own,
// so that leaving one out changes nothing about the others.
import type { Session } from '../../shared/client/session.ts'
import { isRinging } from '../../shared/call/call.ts'
import type { CommandInput } from '../../shared/protocol/contract.ts'
import type { Result } from '../../shared/protocol/result.ts'
import type { RoomSnapshot } from '../../shared/protocol/things.ts'
import type { Clock } from './clock.ts'
import type { SimDevice } from './device.ts'
import type { Network } from './network.ts'
import type { Options } from './options.ts'
import { createDice, partSeed, type Dice } from './random.ts'
import type { CrashMoment, ServerSide } from './serverSide.ts'

const WEIGHTS = {
  create: 4,
  join: 4,
  invite: 12,
  accept: 10,
  acceptAtTheLast: 4,
  acceptTwice: 3,
  reject: 4,
  cancel: 3,
  leave: 3,
  end: 1,
  setRole: 2,
  remove: 2,
  transferOwner: 3,
  mute: 1,
  direct: 6,
  glare: 3,
  cancelAll: 2,
  whoMayInvite: 2,
  declineWhenBusy: 2,
  doNotDisturb: 2,
  comeOnline: 4,
  drop: 3,
  partition: 3,
  wakeUp: 2,
  crashDevice: 3,
  crashServer: 3,
} as const
export type Deed = keyof typeof WEIGHTS

export type Action = { index: number; at: number; deed: Deed; person: number; device: number }

const DEEDS = Object.entries(WEIGHTS).flatMap(([deed, weight]) => Array<Deed>(weight).fill(deed as Deed))

export function drawStory(options: Options): Action[] {
  const dice = createDice(partSeed(options.seed, 1))
  const actions: Action[] = []
  const add = (at: number, deed: Deed) => {
    const person = dice.whole(0, options.people - 1)
    actions.push({ index: actions.length, at: Math.round(at), deed, person, device: dice.whole(0, 9) })
  }
  // A story needs somebody in a meeting, and somebody ringing somebody.
  add(dice.whole(300, 2_000), 'create')
  add(dice.whole(2_000, 6_000), 'invite')
  for (let count = 0; count < options.actions; count++) {
    const deed = dice.pick(DEEDS) ?? 'invite'
    add(dice.whole(1_000, options.chaosMs), deed === 'crashServer' && !options.serverCrashes ? 'invite' : deed)
  }
  // People go on when the network is good again.
  const calm = ['create', 'invite', 'accept', 'invite', 'reject', 'direct'] as const
  calm.forEach((deed, number) => add(options.chaosMs + 21_000 + number * 1_500, deed))
  return actions.sort((one, other) => one.at - other.at)
}

export const retell = (actions: readonly Action[]): string[] =>
  actions.map(
    ({ at, deed, person, device }) => `${String(at).padStart(6)} ms  person ${person}, device ${device}: ${deed}`,
  )

export type Cast = {
  clock: Clock
  network: Network
  server: ServerSide
  people: readonly (readonly SimDevice[])[]
  counts: { crashes: number; partitions: number }
}

/** Carries out one action; whatever it starts goes on by itself. */
export function act(cast: Cast, options: Options, action: Action): void {
  const dice = createDice(partSeed(options.seed, 1_000 + action.index))
  const devices = cast.people[action.person] ?? []
  const on = devices.filter((device) => device.on)
  const device = on[action.device % Math.max(1, on.length)]
  if (action.deed === 'comeOnline') return void devices.find((other) => !other.on)?.start()
  if (action.deed === 'crashServer') return crashServer(cast, dice)
  if (device?.session) doOn(cast, action, device, device.session, dice)
}

function crashServer({ server, clock, counts }: Cast, dice: Dice) {
  const moment = dice.pick<CrashMoment>(['idle', 'beforeCommit', 'afterCommit']) ?? 'idle'
  counts.crashes++
  server.crash(moment)
  const downMs = dice.whole(200, 12_000)
  clock.after(dice.whole(100, 3_000) + downMs, () => server.restart())
}

function doOn(cast: Cast, action: Action, device: SimDevice, session: Session, dice: Dice): void {
  const { clock, counts, network } = cast
  const { mirror } = session.state
  const seat = mirror.seat?.room.id
  const ring = dice.pick(device.ringing())
  const others = cast.people.flatMap(([first]) => (first && first.user.id !== device.user.id ? [first.user.id] : []))
  switch (action.deed) {
    case 'create':
      return create(device, `room ${action.index}`, dice.chance(0.5))
    case 'join':
      return join(cast, device, dice)
    case 'invite':
      if (seat === undefined)
        return dice.chance(0.6) ? create(device, `room ${action.index}`, true) : join(cast, device, dice)
      return invite(device, seat, some(others, dice), dice)
    case 'accept':
      return ring && accept(device, ring.id, dice.chance(0.8))
    case 'acceptTwice':
      // Two devices of one person answer at nearly the same time.
      for (const other of cast.people[action.person] ?? [])
        if (ring && other.on) clock.after(dice.whole(0, 40), () => accept(other, ring.id, true))
      return
    case 'acceptAtTheLast':
      if (ring) clock.at(ring.expiresAt - dice.whole(-20, 150), () => accept(device, ring.id, true))
      return
    case 'reject':
      if (ring) void device.asks({ name: 'reject', callId: ring.id }, (on) => on.decline({ callId: ring.id }))
      return
    case 'cancel':
      return cancel(device, dice)
    case 'leave':
      if (seat) void device.asks({ name: 'leave', roomId: seat }, (on) => on.leaveRoom(seat))
      return
    case 'end':
      if (seat) void device.asks({ name: 'end', roomId: seat }, (on) => on.endRoom(seat))
      return
    case 'setRole':
    case 'remove':
    case 'transferOwner':
    case 'mute':
      return mirror.seat === null ? undefined : moderate(device, mirror.seat, action.deed, dice)
    case 'direct': {
      const calleeId = dice.pick(others)
      return calleeId === undefined ? undefined : direct(device, calleeId, dice)
    }
    case 'glare':
      return glare(cast, device, dice)
    case 'cancelAll':
      if (seat)
        void device.asks({ name: 'cancelAll', roomId: seat }, (on) => on.ask('call.cancelAll', { roomId: seat }))
      return
    case 'whoMayInvite':
      return seat === undefined ? undefined : whoMayInvite(device, seat, dice)
    case 'declineWhenBusy':
      return setPolicy(device, { declineWhenBusy: dice.chance(0.7) })
    case 'doNotDisturb': {
      // The server's clock, as this device knows it: its own may be ten minutes off.
      const until = Math.round(device.now() + mirror.clockOffsetMs + dice.whole(5_000, 60_000))
      return setPolicy(device, { doNotDisturbUntil: dice.chance(0.7) ? until : null })
    }
    case 'drop':
      return network.cut(device.port)
    case 'partition':
      counts.partitions++
      return device.partition(dice.whole(500, 45_000))
    case 'wakeUp':
      return session.wakeUp()
    case 'crashDevice':
      device.crash()
      return void clock.after(dice.whole(500, 25_000), () => device.start())
    case 'comeOnline':
    case 'crashServer':
      return
  }
}

const some = (ids: readonly string[], dice: Dice): string[] => {
  const chosen = ids.filter(() => dice.chance(0.5))
  return chosen.length > 0 ? chosen : ids.slice(0, 1)
}

function create(device: SimDevice, roomName: string, leaveOther: boolean) {
  const input = { name: roomName, microphone: true, camera: true, leaveOther }
  void device.asks({ name: 'create', roomName }, (on) => on.createRoom(input))
}

/** Into a meeting that somebody told this person of. */
function join(cast: Cast, device: SimDevice, dice: Dice) {
  const rooms = cast.people.flatMap((devices) =>
    devices.flatMap((other) => other.session?.state.mirror.seat?.room.id ?? []),
  )
  const roomId = dice.pick([...new Set(rooms)])
  const input = { microphone: true, camera: true, leaveOther: dice.chance(0.5) }
  if (roomId !== undefined)
    void device.asks({ name: 'join', roomId }, (on) => on.joinRoom({ ...input, room: { id: roomId } }))
}

function invite(device: SimDevice, roomId: string, calleeIds: string[], dice: Dice) {
  const timeoutSeconds = dice.chance(0.5) ? dice.whole(5, 15) : dice.whole(16, 90)
  const input = { roomId, calleeIds, timeoutSeconds, media: 'video' as const, extension: 'about lunch' }
  void device.asks({ name: 'invite', roomId, calleeIds }, (on) => on.ask('call.invite', input))
}

function direct(device: SimDevice, calleeId: string, dice: Dice) {
  const media = dice.pick(['audio', 'video'] as const) ?? 'audio'
  const input = { calleeId, media, leaveOther: dice.chance(0.7) }
  void device.asks({ name: 'direct', calleeId }, (on) => on.callDirectly(input))
}

/** Two people ring each other at nearly the same time; a little later one of them answers, or both do. */
function glare({ clock, people }: Cast, device: SimDevice, dice: Dice) {
  const others = people.flat().filter((other) => other.on && other.user.id !== device.user.id)
  const other = dice.pick(others)
  if (other === undefined) return
  direct(device, other.user.id, dice)
  clock.after(dice.whole(0, 300), () => direct(other, device.user.id, dice))
  const answerers = dice.pick([[device], [other], [device, other]]) ?? []
  for (const answerer of answerers) {
    clock.after(dice.whole(600, 4_000), () => {
      const ring = answerer.ringing().find((call) => call.caller.id === (answerer === device ? other : device).user.id)
      if (ring) accept(answerer, ring.id, true)
    })
  }
}

function whoMayInvite(device: SimDevice, roomId: string, dice: Dice) {
  const settings = { whoMayInvite: dice.pick(['everyone', 'admins', 'admins'] as const) ?? 'admins' }
  void device.asks({ name: 'update', roomId }, (on) => on.ask('room.update', { roomId, settings }))
}

/** Owners and admins look after their meeting; others try to, and whoever is first in line takes an owner's place. */
function moderate(
  device: SimDevice,
  { room, participants }: RoomSnapshot,
  deed: 'setRole' | 'remove' | 'transferOwner' | 'mute',
  dice: Dice,
) {
  const roomId = room.id
  const others = participants.filter(({ user }) => user.id !== device.user.id)
  const ownerless = participants.every(({ user }) => user.id !== room.ownerId)
  const userId = deed === 'transferOwner' && ownerless ? device.user.id : dice.pick(others)?.user.id
  if (userId === undefined) return
  const role = dice.pick(['admin', 'member'] as const) ?? 'admin'
  const mayReturn = dice.chance(0.5)
  void device.asks({ name: deed, roomId }, (on): Promise<Result<object>> => {
    switch (deed) {
      case 'setRole':
        return on.ask('participant.setRole', { roomId, userId, role })
      case 'remove':
        return on.ask('participant.remove', { roomId, userId, mayReturn })
      case 'transferOwner':
        return on.ask('participant.transferOwner', { roomId, userId })
      case 'mute':
        return mayReturn ? on.ask('participant.mute', { roomId, userId }) : on.ask('participant.muteAll', { roomId })
    }
  })
}

function setPolicy(device: SimDevice, policy: CommandInput<'people.setPolicy'>) {
  void device.asks({ name: 'setPolicy' }, (on) => on.ask('people.setPolicy', policy))
}

function accept(device: SimDevice, callId: string, leaveOther: boolean) {
  void device.asks({ name: 'accept', callId }, (on) => on.answer({ callId, camera: true, leaveOther }))
}

/** Takes back a ring of one's own, or, as owner or admin, somebody else's. */
function cancel(device: SimDevice, dice: Dice) {
  const calls = Object.values(device.session?.state.mirror.calls ?? {})
  const ring = dice.pick(calls.filter((call) => isRinging(call, call.createdAt) && call.callee.id !== device.user.id))
  if (ring === undefined) return
  const { roomId } = ring
  void device.asks({ name: 'cancel', roomId }, (on) => on.ask('call.cancel', { roomId, calleeIds: [ring.callee.id] }))
}
