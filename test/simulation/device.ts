// One device of one person: the real client (link, mirror, session) behind a simulated cable, with a ringer that tells what it shows.
import { createSession, type Session, type Stored } from '../../shared/client/session.ts'
import { ringingHere } from '../../shared/client/mirror.ts'
import type { Wire } from '../../shared/client/wire.ts'
import type { Result } from '../../shared/protocol/result.ts'
import type { Device, User } from '../../shared/protocol/things.ts'
import type { Auditor } from './auditor.ts'
import { createMachineTimers, type Clock, type MachineTimers } from './clock.ts'
import type { Mutant } from './mutants.ts'
import { SILENCE_MS, type Network, type Port } from './network.ts'
import { createDice, createIds, partSeed } from './random.ts'
import { firstTokens } from './serverSide.ts'

export type DeviceParts = {
  clock: Clock
  network: Network
  auditor: Auditor
  mutant: Mutant | null
  seed: number
  number: number
  user: User
  device: Device
  skewMs: number
}

export type SimDevice = ReturnType<typeof createDevice>

export function createDevice({ clock, network, auditor, mutant, seed, number, user, device, skewMs }: DeviceParts) {
  const dice = createDice(partSeed(seed, 100 + number))
  const createId = createIds(0x1000 + number)
  const port: Port = { name: device.label, partitionedUntil: 0, alive: false, link: null }
  const mine: Device = device
  let kept: Stored | null = { server: 'http://server', user, tokens: firstTokens(user.id, device.id, clock.now()) }
  let session: Session | null = null
  let timers: MachineTimers | null = null
  let run = 0

  function wire(): Wire {
    const bare = network.wireFor(port)
    const real: Wire = {
      ...bare,
      open: (server, handshake, handlers) =>
        bare.open(server, handshake, {
          ...handlers,
          event(message) {
            auditor.heard(self, (message as { payload: object }).payload)
            handlers.event(message)
          },
        }),
      send: (message, onAnswer) =>
        bare.send(message, (answer) => {
          auditor.heard(self, (answer as { value?: object }).value ?? {})
          onAnswer(answer)
        }),
    }
    return mutant?.wire?.(real, { state: () => session!.state.mirror, now: () => timers!.now() }) ?? real
  }

  const self = {
    user,
    device: mine,
    port,
    skewMs,
    get session() {
      return session
    },
    /** Counts its starts: what it knew before one is forgotten. */
    get run() {
      return run
    },
    get on() {
      return session !== null
    },
    get online() {
      return session?.state.status === 'online'
    },
    now: () => Math.round(clock.now() + skewMs),
    ringing: () => (session === null ? [] : ringingHere(session.state.mirror, self.now()).map((ring) => ring.call)),

    start() {
      if (session !== null || kept === null) return
      run++
      port.alive = true
      timers = createMachineTimers(clock, skewMs)
      session = createSession({
        wire: wire(),
        timers,
        random: dice.next,
        createId,
        device: mine,
        http: ({ url, body }) => network.post(port, new URL(url).pathname, body),
        store: {
          load: () => kept,
          save: (stored) => void (kept = structuredClone(stored)),
          clear: () => void (kept = null),
        },
        onMediaEvent: () => {},
        onTalkEvent: () => {},
      })
      let { mirror } = session.state
      let listed: string | undefined
      session.subscribe((state) => {
        auditor.deviceShows(self, state)
        const roomId = state.status === 'online' ? state.mirror.seat?.room.id : undefined
        // As the list of a meeting does when it is entered, and after every reconnection.
        if (roomId !== undefined && roomId !== listed) void session?.ask('call.listPending', { roomId })
        listed = roomId
        if (state.mirror === mirror) return
        mirror = state.mirror
        const rings = self.ringing()
        if (rings.length > 0) session?.ringsShown(rings.map((call) => call.id))
      })
      session.resume()
    },

    /** The power is cut: nothing is said to anybody. */
    crash() {
      if (session === null) return
      port.alive = false
      port.link?.closeByDevice()
      port.link = null
      timers?.kill()
      session = null
      auditor.deviceGone(self)
    },

    /** No message passes for a while; a connection that is silent for long is given up by both sides. */
    partition(ms: number) {
      port.partitionedUntil = clock.now() + ms
      const { link } = port
      clock.after(SILENCE_MS, () => {
        if (link !== null && port.link === link && clock.now() <= port.partitionedUntil)
          link.closeByServer('ping timeout')
      })
    },

    /** Does something as a person would, and tells the auditor how it was answered; null when the device is off. */
    async asks<Value>(what: AskNote, ask: (session: Session) => Promise<Result<Value>>): Promise<Result<Value> | null> {
      if (session === null) return null
      const note = auditor.asked(self, what, port.link)
      const result = await ask(session)
      auditor.answered(note, result as Result<unknown>)
      return result
    },
  }
  return self
}

export type AskNote =
  | { name: 'create'; roomName: string }
  | { name: 'join'; roomId: string }
  | { name: 'invite'; roomId: string; calleeIds: string[] }
  | { name: 'accept'; callId: string }
  | { name: 'reject'; callId: string }
  | { name: 'cancel'; roomId: string }
  | { name: 'leave'; roomId: string }
  | { name: 'end'; roomId: string }
  | { name: 'setRole' | 'remove' | 'transferOwner' | 'mute'; roomId: string }
  | { name: 'direct'; calleeId: string }
  | { name: 'cancelAll'; roomId: string }
  | { name: 'update'; roomId: string }
  | { name: 'setPolicy' }
