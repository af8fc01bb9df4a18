// Watches a whole simulated world from outside and holds it against the invariants (calls.md, section 9).
import type { DatabaseSync } from 'node:sqlite'
import type { Effect } from '../../server/effects.ts'
import { isTerminal, seenBy } from '../../shared/call/call.ts'
import type { SessionState } from '../../shared/client/session.ts'
import type { Result } from '../../shared/protocol/result.ts'
import type { Call } from '../../shared/protocol/things.ts'
import type { AskNote, SimDevice } from './device.ts'
import { change, rowOf, rowsOf } from './look.ts'
import type { Options } from './options.ts'
import { callOf, checkBarred, checkDirectRooms, checkGlare, checkOwners, checkPolicy, checkRights } from './rules.ts'

/** Every ring has ended by then, while a server runs. */
const ENDING_GRACE_MS = 1_000

export type Asked = {
  device: SimDevice
  what: AskNote
  at: number
  run: number
  link: unknown
  result: Result<unknown> | null
}
type Knowledge = { run: number; calls: Map<string, Call>; mirrorCalls: unknown }

export type Auditor = ReturnType<typeof createAuditor>

export function createAuditor(options: Options, now: () => number) {
  const violations: string[] = []
  const told = new Map<string, Call>()
  const asks: Asked[] = []
  const knowledge = new Map<SimDevice, Knowledge>()
  const counts = { commands: 0 }
  // A clock offset is known to half the difference of the two ways of one exchange.
  const { delayMs, slow, slowMs } = options.network
  const offsetErrorMs = (slow > 0 ? slowMs : delayMs.most) / 2 + 500

  const violated = (rule: string, details: string) => {
    const text = `${rule}: ${details}`
    if (violations.length < 20 && !violations.includes(text)) violations.push(text)
  }
  const say = (call: Call) => `call …${call.id.slice(-4)} v${call.version} ${call.status}/${call.reason ?? '-'}`

  /** One change of a call as the server decided it. */
  function decided(call: Call, at: number, look: DatabaseSync) {
    const before = told.get(call.id)
    if (before && before.version >= call.version) {
      if (JSON.stringify(before) !== JSON.stringify(call) && before.version === call.version)
        violated('one ending', `${say(call)} differs from ${say(before)} of the same version`)
      return
    }
    told.set(call.id, call)
    if (!before) checkPolicy(call, at, look, violated)
    if (before && isTerminal(before.status))
      violated('terminal calls never change', `${say(before)} became ${say(call)}`)
    if (before && call.version !== before.version + 1)
      violated('version grows by one', `${say(before)} became ${say(call)}`)
    if (!before && call.version !== 1) violated('version starts at 1', say(call))
    if (call.version > 1 && call.status !== 'timeout' && at >= call.expiresAt)
      violated('deadline', `${say(call)} was decided ${at - call.expiresAt} ms after its deadline`)
    if (call.status !== 'accepted') return
    const seat = rowOf(look, 'select roomId, deviceId from seats where userId = ?', call.callee.id)
    if (seat?.['roomId'] !== call.roomId || seat?.['deviceId'] !== call.handledBy)
      violated('accepted and in the room are one', `${say(call)} without the seat`)
  }

  function checkKnown(device: SimDevice, state: SessionState) {
    const known = knowledge.get(device) ?? { run: device.run, calls: new Map<string, Call>(), mirrorCalls: null }
    knowledge.set(device, known)
    if (known.mirrorCalls === state.mirror.calls) return
    known.mirrorCalls = state.mirror.calls
    for (const call of Object.values(state.mirror.calls)) {
      const before = known.calls.get(call.id)
      if (before === call) continue
      known.calls.set(call.id, call)
      if ((told.get(call.id)?.version ?? 0) < call.version)
        violated('told only after the commit', `${device.device.label} has heard of ${say(call)}`)
      if (!before) continue
      if (call.version < before.version)
        violated('version never goes down', `${device.device.label}: ${say(before)} became ${say(call)}`)
      if (isTerminal(before.status) && (call.status !== before.status || call.reason !== before.reason))
        violated('terminal calls never change', `${device.device.label}: ${say(before)} became ${say(call)}`)
    }
  }

  function checkRinging(device: SimDevice) {
    const known = knowledge.get(device)
    for (const call of device.ringing()) {
      const learnt = known?.calls.get(call.id)
      if (learnt && isTerminal(learnt.status))
        violated('silent after the end', `${device.device.label} rings, ${say(learnt)}`)
      if (now() > call.expiresAt + offsetErrorMs)
        violated('silent after the deadline', `${device.device.label} rings ${now() - call.expiresAt} ms past it`)
    }
  }

  return {
    violations,
    counts,
    asks,
    committed(effects: readonly Effect[], at: number, look: DatabaseSync) {
      const calls = effects.flatMap((effect) => callOf(effect) ?? [])
      for (const call of calls) decided(call, at, look)
      checkGlare(calls, look, violated)
      if (!effects.some(({ kind }) => kind === 'send')) return
      checkDirectRooms(look, violated)
      checkRights(look, violated)
      checkOwners(look, violated)
      checkBarred(look, violated)
    },
    /** Whatever reaches a device, news or answer, before it makes anything of it. */
    heard(device: SimDevice, value: object) {
      for (const call of callsIn(value))
        if (call.reason === 'doNotDisturb' && call.callee.id !== device.user.id)
          violated('do not disturb is not revealed', `${device.device.label} has heard of ${say(call)}`)
    },
    deviceShows(device: SimDevice, state: SessionState) {
      checkKnown(device, state)
      checkRinging(device)
    },
    deviceGone: (device: SimDevice) => void knowledge.delete(device),
    asked(device: SimDevice, what: AskNote, link: unknown): Asked {
      const note: Asked = { device, what, at: now(), run: device.run, link, result: null }
      asks.push(note)
      return note
    },
    answered(note: Asked, result: Result<unknown>) {
      note.result = result
      const { device, what } = note
      if (what.name !== 'accept' || !result.ok) return
      const { outcome, call } = result.value as { outcome: string; call?: Call }
      const entry = device.session?.state.entry
      const lost = outcome === 'ended' && call?.handledBy !== device.device.id
      if (lost && entry?.callId === what.callId) violated('the loser opens no media', device.device.label)
      const attempts = asks.filter(
        (other) => other.device === device && other.what.name === 'accept' && other.what.callId === what.callId,
      )
      if (
        outcome === 'ended' &&
        call?.handledBy === device.device.id &&
        call.reason === 'answered' &&
        attempts.length === 1
      )
        violated('never applied twice', `${device.device.label} answered once and is told that it had answered before`)
    },
    /** Looked at once a second while a server runs. */
    tick(devices: readonly SimDevice[], look: DatabaseSync, upSince: number | null) {
      for (const device of devices) if (device.on) checkRinging(device)
      if (upSince === null) return
      const grace = ENDING_GRACE_MS + options.timerLatenessMs
      if (now() - upSince < grace) return
      const late = rowOf(look, `select id from calls where status = 'calling' and expiresAt < ?`, now() - grace)
      if (late) violated('every ring ends', `call …${String(late['id']).slice(-4)} still rings after its deadline`)
    },
    /** The network has been good for a while: everybody is there, and rings what has to ring. */
    calm(devices: readonly SimDevice[], look: DatabaseSync) {
      for (const device of devices)
        if (device.on && !device.online)
          violated('everybody comes back', `${device.device.label} is ${device.session?.state.status}`)
      const ringing = rowsOf(
        look,
        `select id, calleeId, roomId, expiresAt, createdAt from calls where status = 'calling'`,
      )
      for (const row of ringing) {
        if (!refusesSecondRing(look, row)) violated('one ring per callee', 'the database takes a second one')
        if (Number(row['expiresAt']) < now() + offsetErrorMs || Number(row['createdAt']) > now() - 1_000) continue
        for (const device of devices) {
          if (device.user.id !== row['calleeId'] || !device.online) continue
          if (!device.ringing().some((call) => call.id === row['id']))
            violated('all devices ring', `${device.device.label} does not show call …${String(row['id']).slice(-4)}`)
        }
      }
    },
    /** Asked on a connection that lived on when the network became good: sent again until it was answered. */
    pendingAtHeal: (): Asked[] =>
      asks.filter((ask) => {
        const { device } = ask
        return (
          ask.result === null &&
          ask.run === device.run &&
          device.online &&
          device.port.link?.open &&
          now() - ask.at < 6_000
        )
      }),
    answeredInTime(pending: readonly { ask: Asked; link: unknown }[]) {
      for (const { ask, link } of pending) {
        if (ask.device.port.link !== link || ask.device.run !== ask.run) continue
        if (ask.result === null || (!ask.result.ok && ask.result.error.code === 'unavailable'))
          violated('asked until answered', `${ask.device.device.label}: ${ask.what.name}`)
      }
    },
    /** Everything has come to rest: the rows are the truth for everybody. */
    quiet(devices: readonly SimDevice[], rows: ReadonlyMap<string, Call>, look: DatabaseSync) {
      for (const call of rows.values()) if (!isTerminal(call.status)) violated('every ring ends', say(call))
      for (const [id, call] of told) {
        const row = rows.get(id)
        if (!row) violated('nothing decided is lost', say(call))
        else if (row.status !== call.status || row.reason !== call.reason || row.version !== call.version)
          violated('what was told is what is stored', `${say(call)}, stored ${say(row)}`)
      }
      for (const device of devices) {
        if (!device.session) continue
        for (const call of Object.values(device.session.state.mirror.calls)) {
          const row = rows.get(call.id)
          const same = row && seenBy(row, device.user.id).reason === call.reason && row.status === call.status
          if (!same)
            violated(
              'every device shows the ending',
              `${device.device.label} shows ${say(call)}, stored ${row ? say(row) : 'nothing'}`,
            )
        }
      }
      checkAnswers(rows, look)
      for (const device of devices) if (device.session) checkSeat(device, device.session.state, look)
    },
  }

  /** A device is in the meeting that its seat is in, and shows the people who are inside, or is in none. */
  function checkSeat(device: SimDevice, { mirror }: SessionState, look: DatabaseSync) {
    const sql = 'select roomId from seats where userId = ? and deviceId = ?'
    const roomId = rowOf(look, sql, device.user.id, device.device.id)?.['roomId']
    const shown = mirror.seat?.room.id
    if (shown !== roomId)
      violated(
        'every device shows its seat',
        `${device.device.label} is in ${shown}, and its seat in ${String(roomId)}`,
      )
    if (mirror.seat === null || shown !== roomId) return
    const inside = rowsOf(
      look,
      `select seats.userId, role, mutedVersion from seats
       join members on members.roomId = seats.roomId and members.userId = seats.userId
       where seats.roomId = ? order by seats.userId`,
      mirror.seat.room.id,
    )
    const stored = inside.map((row) => `${row['userId']} ${row['role']} ${row['mutedVersion'] ?? ''}`).join()
    const faces = mirror.seat.participants.map(({ user, role, muted }) => `${user.id} ${role} ${muted?.version ?? ''}`)
    const shownFaces = faces.sort().join()
    if (shownFaces !== stored)
      violated(
        'every device shows who is inside, and as what',
        `${device.device.label} shows ${shownFaces}, inside are ${stored}`,
      )
    const room = rowOf(look, 'select version, whoMayInvite, ownerId from rooms where id = ?', mirror.seat.room.id)
    const { version, settings, ownerId } = mirror.seat.room
    const sameRoom = room?.['version'] === version && room['ownerId'] === ownerId
    if (!sameRoom || room['whoMayInvite'] !== settings.whoMayInvite)
      violated('every device shows the room as it is', device.device.label)
  }

  function checkAnswers(rows: ReadonlyMap<string, Call>, look: DatabaseSync) {
    const joined = new Map<string, string>()
    for (const { device, what, result } of asks) {
      if (what.name === 'create') checkCreated(what.roomName, result, look)
      if (what.name === 'direct') checkCalled(device.user.id, what.calleeId, look)
      if (!result?.ok) continue
      for (const call of callsIn(result.value)) {
        const row = rows.get(call.id)
        const kept = row && row.version >= call.version && (!isTerminal(call.status) || row.status === call.status)
        if (!kept)
          violated(
            'an acknowledged command is never lost',
            `${what.name}: ${say(call)}, stored ${row ? say(row) : 'nothing'}`,
          )
      }
      if (what.name === 'accept' && (result.value as { outcome: string }).outcome === 'joined') {
        const other = joined.get(what.callId)
        if (other && other !== device.device.id)
          violated('never two accepting devices', `call …${what.callId.slice(-4)}`)
        joined.set(what.callId, device.device.id)
        if (rows.get(what.callId)?.handledBy !== device.device.id)
          violated('an acknowledged command is never lost', 'accept')
      }
    }
  }

  function checkCalled(callerId: string, calleeId: string, look: DatabaseSync) {
    const sql = `select count(*) as n from calls join rooms on rooms.id = calls.roomId and rooms.kind = 'direct'
      where callerId = ? and calleeId = ?`
    const made = Number(rowOf(look, sql, callerId, calleeId)?.['n'])
    const asked = asks.filter(
      ({ device, what }) => what.name === 'direct' && what.calleeId === calleeId && device.user.id === callerId,
    )
    if (made > asked.length) violated('never applied twice', `${made} direct calls, asked for ${asked.length} times`)
  }

  function checkCreated(name: string, result: Result<unknown> | null, look: DatabaseSync) {
    const made = Number(rowOf(look, 'select count(*) as n from rooms where name = ?', name)?.['n'])
    if (made > 1) violated('never applied twice', `room ${name} was made ${made} times`)
    if (result?.ok && made === 0) violated('an acknowledged command is never lost', `room ${name} is not there`)
    if (result && !result.ok && result.error.code === 'inOtherRoom' && made > 0)
      violated('never applied twice', `room ${name} was made, and its maker was told that it was not`)
  }
}

function refusesSecondRing(look: DatabaseSync, row: Record<string, unknown>): boolean {
  change(look, 'begin')
  try {
    change(
      look,
      `insert into calls (id, roomId, callerId, calleeId, media, status, delivery, createdAt, expiresAt, version)
       select 'second', roomId, callerId, calleeId, media, status, delivery, createdAt, expiresAt, 1 from calls where id = ?`,
      String(row['id']),
    )
    return false
  } catch {
    return true
  } finally {
    change(look, 'rollback')
  }
}

function callsIn(value: unknown): Call[] {
  const { call, ring, ...lists } = value as Partial<{
    call: Call
    ring: { call: Call }
    calls: Call[]
    missed: Call[]
    results: { call?: Call }[]
    rings: { call: Call }[]
  }>
  const rows = [ring, ...(lists.results ?? []), ...(lists.rings ?? [])]
  return [
    ...[call, ...rows.map((row) => row?.call)].flatMap((one) => one ?? []),
    ...(lists.calls ?? []),
    ...(lists.missed ?? []),
  ]
}
