// Hostile people try to make one person's devices alert more often than the limits say: by every command that can, in any order, from
// several accounts, devices and rooms, as guests, with commands sent twice and connections lost. Somebody that person knows has to
// get through to her all the while.
import { limitsWith, type Limits, type RateName } from '../../server/limits.ts'
import type { CommandInput, CommandName } from '../../shared/protocol/contract.ts'
import { createAlertCount, alertsIn, type Excess } from './alertCount.ts'
import { openScene, type Device, type Scene } from './alertScene.ts'

/** What would only slow the attack down, so that it is the limits of alerts alone that hold. */
const LET_THROUGH: readonly RateName[] = [
  'ringsPerCaller',
  'ringsPerRoom',
  'ringsPerAddress',
  'schedulingPerUser',
  'joinsPerUser',
  'joinsPerAddress',
  'moderationPerUser',
  'chatPerRoom',
  'signalsPerUser',
  'commandsPerDevice',
  'commandsPerUser',
]
export const ALERT_LIMITS = [
  'ringsPerPair',
  'ringsByStrangers',
  'requestsPerPair',
  'knocksPerUser',
  'guestKnocksPerAddress',
  'invitationsPerPair',
  'remindersPerPair',
  'chatPerUser',
] as const satisfies readonly RateName[]

/** As in use, or with these taken away as well. */
export const fuzzLimits = (without: readonly RateName[] = []): Limits =>
  limitsWith({ rates: Object.fromEntries([...LET_THROUGH, ...without].map((name) => [name, null])) })

export type AlertOutcome = {
  attempts: number
  seed: number
  virtualMinutes: number
  /** Commands that were carried out. */
  done: number
  rateLimited: number
  /** Alerts by hostile people, by the limit that bounds them. */
  alerts: Partial<Record<RateName, number>>
  /** More than promised: the first few, and how many. */
  excesses: Excess[]
  excessCount: number
  /** Rings by somebody she knows: made, and refused for being too many. */
  friendRings: number
  friendRefused: number
}

/** What they put their minds to for a while; `anything` is every trick there is. */
export const FOCUSES = ['anything', 'rings', 'inside', 'knocks', 'guests', 'plans'] as const
export type Focus = (typeof FOCUSES)[number]

const FOCUS_ATTEMPTS = 400
/** As often as one person may ring another for ever. */
const FRIEND_MS = 61_000
const EVERY_TWICE = 0.05
const GUESTS_MAX = 4

export async function fuzzAlerts(options: {
  attempts: number
  seed: number
  limits?: Limits
  /** Left out, one after the other. */
  focus?: Focus
}): Promise<AlertOutcome> {
  const { attempts, seed, limits = fuzzLimits() } = options
  const count = createAlertCount()
  const hostile = new Set<string>()
  const guestAddress = new Map<string, string>()
  let victimId = ''
  const scene: Scene = await openScene({
    seed,
    limits,
    told(device, event) {
      if (device.user.id !== victimId) return
      for (const alert of alertsIn(event, (id) => guestAddress.get(id) ?? null))
        if (hostile.has(alert.by)) count.note(alert, scene.now())
    },
  })
  const { dice } = scene
  const vera = await scene.person('Vera', 2, '192.0.2.1')
  const [friend] = await scene.person('Omar', 1, '192.0.2.2')
  const gangs = [await scene.person('Mallory', 3, '192.0.2.66'), await scene.person('Mordred', 2, '192.0.2.66')]
  const [front] = vera
  if (front === undefined || friend === undefined) throw new Error('nobody is there')
  victimId = front.user.id
  for (const [one] of gangs) if (one) hostile.add(one.user.id)
  for (const address of ['192.0.2.66', '192.0.2.67']) hostile.add(address)
  await front.ask('people.setContact', { userId: friend.user.id, contact: true })
  const startedAt = scene.now()
  const victim = createVictim(scene, vera, friend)
  const attackers = gangs.map((devices) => createAttacker(scene, devices, victim))
  const guests: Device[] = []
  let [done, rateLimited, friendRings, friendRefused] = [0, 0, 0, 0]

  async function guestMoves() {
    const { room } = victim
    const knocking = guests.length < GUESTS_MAX || dice.chance(0.5)
    if (!knocking) return void guests.shift()?.leave()
    if (room === null) return
    const address = dice.chance(0.5) ? '192.0.2.66' : '192.0.2.67'
    const guest = await scene.guest(room.code, address)
    if (guest === null) return
    guestAddress.set(guest.user.id, address)
    guests.push(guest)
    const input = { room: { id: room.id }, rtpCapabilities: null }
    const answer = await guest.ask('room.join', input)
    if (!answer.ok && answer.error.code === 'rateLimited') rateLimited++
    if (answer.ok && dice.chance(0.5)) await guest.ask('lobby.leave', { roomId: room.id })
  }

  let focus: Focus = 'anything'
  let hurried = false
  let friendRingsAt = startedAt + FRIEND_MS
  for (let attempt = 0; attempt < attempts; attempt++) {
    if (attempt % FOCUS_ATTEMPTS === 0) {
      focus = options.focus ?? FOCUSES[(attempt / FOCUS_ATTEMPTS) % FOCUSES.length] ?? 'anything'
      await victim.opens(focus !== 'inside')
    }
    // In bursts, and with rests in which buckets fill.
    if (dice.chance(hurried ? 0.02 : 0.05)) hurried = !hurried
    if (!hurried) await scene.advance(dice.pick([0, 0, 0, 1, 5, 20, 40, 40, 200, 1_000]) ?? 0)
    if (dice.chance(0.0005)) await scene.advance(20 * 60_000)
    if (dice.chance(focus === 'inside' ? 0.005 : 0.04)) await victim.moves()
    if (dice.chance(focus === 'guests' ? 0.9 : 0.04)) await guestMoves()
    if (scene.now() >= friendRingsAt) {
      friendRingsAt = scene.now() + FRIEND_MS
      const answer = await victim.isRungBy(friend)
      friendRings++
      if (answer === 'rateLimited') friendRefused++
    }
    const code = await dice.pick(attackers)?.moves(focus)
    if (code === 'ok') done++
    if (code === 'rateLimited') rateLimited++
  }
  const virtualMinutes = Math.round((scene.now() - startedAt) / 60_000)
  await scene.close()
  const { counts, excesses } = count.result()
  return {
    attempts,
    seed,
    virtualMinutes,
    done,
    rateLimited,
    alerts: counts,
    excesses: excesses.slice(0, 5),
    excessCount: excesses.length,
    friendRings,
    friendRefused,
  }
}

/** Whom it is about: she has a meeting with a lobby that takes guests, goes to others' too, and declines most rings. */
function createVictim({ dice }: Scene, devices: readonly Device[], friend: Device) {
  const [front] = devices
  if (front === undefined) throw new Error('she has no device')
  let room: { id: string; code: string } | null = null
  const any = () => dice.pick(devices) ?? front

  async function opens(lobby: boolean) {
    const made = await front!.ask('room.create', { name: 'Hers', rtpCapabilities: null, leaveOther: true })
    if (!made.ok) return
    room = made.value.snapshot.room
    const settings = { lobby, guestsAllowed: true, guestsWait: true, membersMay: { camera: false } }
    await front!.ask('room.update', { roomId: room.id, settings })
  }
  return {
    id: front.user.id,
    opens,
    get room() {
      return room
    },
    async moves() {
      const device = any()
      const sync = await device.ask('session.sync', {})
      if (!sync.ok) return
      const { rings, lobby, seat } = sync.value
      room = seat !== null && seat.room.ownerId === front.user.id ? seat.room : null
      const ring = dice.pick(rings)
      if (ring !== undefined && dice.chance(0.3))
        return void (await device.ask('call.accept', { callId: ring.call.id, rtpCapabilities: null, leaveOther: true }))
      if (ring !== undefined && dice.chance(0.7))
        return void (await device.ask('call.reject', { callId: ring.call.id, reason: 'rejected' }))
      const waiting = dice.pick(lobby?.people ?? [])
      if (waiting !== undefined && lobby !== null && dice.chance(0.5))
        return void (await device.ask('lobby.admit', { roomId: lobby.roomId, userIds: [waiting.user.id] }))
      if (dice.chance(0.1)) return device.reconnect()
      if (dice.chance(0.1)) return void (await device.ask('people.setPolicy', { declineWhenBusy: dice.chance(0.5) }))
      if (seat === null || dice.chance(0.2)) await opens(dice.chance(0.7))
    },
    /** What came of a ring by somebody she knows. */
    async isRungBy(one: Device): Promise<string> {
      const input = { calleeId: front.user.id, media: 'audio', rtpCapabilities: null, leaveOther: true } as const
      const answer = await friend.ask('call.direct', input)
      if (answer.ok) await one.ask('room.leave', { roomId: answer.value.call.roomId })
      return answer.ok ? 'ok' : answer.error.code
    },
  }
}

type Victim = ReturnType<typeof createVictim>

/** One person with several devices, who tries whatever might be heard. */
function createAttacker(scene: Scene, devices: readonly Device[], victim: Victim) {
  const { dice, createId } = scene
  const [first] = devices
  if (first === undefined) throw new Error('an attacker needs a device')
  /** Where they got in last. */
  let here = ''
  const rooms: string[] = []
  const planned: string[] = []
  const requests: string[] = []
  const keep = (list: string[], id: string) => {
    list.push(id)
    if (list.length > 6) list.shift()
  }
  const target = victim.id

  async function ask<Name extends CommandName>(name: Name, input: CommandInput<Name>): Promise<string> {
    const device = dice.pick(devices) ?? first!
    const commandId = createId()
    const answer = await device.ask(name, input, commandId)
    if (dice.chance(EVERY_TWICE)) await device.ask(name, input, commandId)
    if (!answer.ok) return answer.error.code
    const value = answer.value as {
      snapshot?: { room: { id: string } }
      room?: { id: string }
      request?: { id: string }
    }
    if (value.snapshot) {
      here = value.snapshot.room.id
      keep(rooms, here)
    }
    if (value.room && name === 'room.schedule') keep(planned, value.room.id)
    if (value.request) keep(requests, value.request.id)
    return 'ok'
  }
  /** A room of their own, or hers. */
  const someRoom = () => {
    if (here !== '' && dice.chance(0.6)) return here
    return dice.chance(0.4) && victim.room ? victim.room.id : (dice.pick(rooms) ?? createId())
  }
  const join = () => ({
    room: { id: dice.chance(0.6) && victim.room ? victim.room.id : someRoom() },
    rtpCapabilities: null,
    leaveOther: true,
  })
  const source = () => dice.pick(['microphone', 'camera'] as const) ?? 'microphone'
  const soon = () => {
    // Often many at the same time, so that their reminders come at once.
    const startsAt = dice.chance(0.7)
      ? Math.ceil((scene.now() + 120_000) / 600_000) * 600_000
      : scene.now() + dice.whole(1, 20) * 60_000
    return { startsAt, endsAt: startsAt + 3_600_000, remindBeforeMs: dice.pick([0, 60_000, 600_000]) ?? 0 }
  }
  const invite = (timeoutSeconds: number) =>
    ask('call.invite', { roomId: someRoom(), calleeIds: [target], media: 'video', timeoutSeconds })

  const rings = [
    () => invite(5),
    () => invite(dice.whole(5, 60)),
    async () => {
      await ask('call.cancel', { roomId: someRoom(), calleeIds: [target] })
      return invite(5)
    },
    () => ask('call.cancelAll', { roomId: someRoom() }),
    () => {
      const input = { calleeId: target, media: 'audio', rtpCapabilities: null, leaveOther: true } as const
      return ask('call.direct', { ...input, timeoutSeconds: 5 })
    },
    () => ask('room.create', { name: 'Trap', rtpCapabilities: null, leaveOther: true }),
    () => ask('room.join', join()),
    () => ask('room.leave', { roomId: someRoom() }),
    () => ask('room.end', { roomId: someRoom() }),
  ]
  const inside = [
    () => ask('room.join', join()),
    () => ask('participant.askToTurnOn', { roomId: someRoom(), userId: target, source: source() }),
    () => ask('participant.askPermission', { roomId: someRoom(), source: 'camera' }),
    () => ask('participant.cancelRequest', { requestId: requests.at(-1) ?? createId() }),
    () => ask('chat.send', { roomId: someRoom(), id: createId(), text: 'Hey' }),
    () => ask('chat.send', { roomId: someRoom(), id: createId(), text: 'You', to: target }),
  ]
  const knocks = [
    () => ask('room.join', { ...join(), room: { id: victim.room?.id ?? createId() } }),
    () => ask('lobby.leave', { roomId: victim.room?.id ?? createId() }),
  ]
  const plans = [
    () => ask('room.schedule', { name: 'Plan', attendeeIds: [target], ...soon() }),
    () => ask('room.reschedule', { roomId: dice.pick(planned) ?? createId(), ...soon() }),
    () => {
      const attendeeIds = dice.chance(0.5) ? [target] : []
      return ask('room.reschedule', { roomId: dice.pick(planned) ?? createId(), attendeeIds })
    },
    () => ask('room.cancelSchedule', { roomId: dice.pick(planned) ?? createId() }),
    () => ask('room.schedule', { name: 'Plan', attendeeIds: [target], ...soon() }),
  ]
  const reconnects = async () => {
    dice.pick(devices)?.reconnect()
    return 'ok'
  }
  const all = [...rings, ...inside, ...knocks, ...plans, reconnects]
  const tricks: Record<Focus, (() => Promise<string>)[]> = { anything: all, rings, inside, knocks, guests: all, plans }
  return {
    async moves(focus: Focus) {
      const trick = dice.pick(dice.chance(0.85) ? tricks[focus] : all)
      return (await trick?.()) ?? 'ok'
    },
  }
}
