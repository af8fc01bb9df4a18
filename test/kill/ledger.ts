// Every command that was sent, what it was answered, and whether the database agrees after each kill.
import { DatabaseSync } from 'node:sqlite'
import { isTerminal } from '../../shared/call/call.ts'
import type { CommandInput, CommandName } from '../../shared/protocol/contract.ts'
import type { Result } from '../../shared/protocol/result.ts'
import type { Call } from '../../shared/protocol/things.ts'
import type { TestDevice } from '../support/testDevice.ts'

export type Entry = {
  device: TestDevice
  name: CommandName
  input: unknown
  commandId: string
  answer: Result<unknown> | null
}

/** How many acknowledged commands of a round are sent once more, to see that they are remembered. */
const REPEATED = 5

export function createLedger(file: string) {
  let entries: Entry[] = []
  const problems: string[] = []
  const counts = { acknowledged: 0, lost: 0, doubled: 0, wrongEndings: 0, worstRecoveryMs: 0 }
  /** What was acknowledged about each call: the newest of it. */
  const calls = new Map<string, Call>()

  function wrong(kind: 'lost' | 'doubled' | 'wrongEndings', details: string) {
    counts[kind]++
    if (problems.length < 20) problems.push(`${kind}: ${details}`)
  }

  function note(entry: Entry) {
    if (entry.answer?.ok !== true) return
    counts.acknowledged++
    for (const call of callsIn(entry.answer.value)) {
      const known = calls.get(call.id)
      if (known && isTerminal(known.status) && isTerminal(call.status) && known.status !== call.status)
        wrong('wrongEndings', `call ${call.id} was said to be ${known.status}, then ${call.status}`)
      if (!known || known.version < call.version) calls.set(call.id, call)
    }
  }

  async function repeat(entry: Entry): Promise<Result<unknown> | null> {
    const { device, name, input, commandId } = entry
    return device.ask(name, input as CommandInput<CommandName>, commandId).catch(() => null)
  }

  /** Each sent command may have made each call, and each room, once. */
  function checkDoubled(database: DatabaseSync) {
    const twice = database
      .prepare(`select extension, calleeId, count(*) as n from calls group by extension, calleeId having n > 1`)
      .all()
    for (const row of twice) wrong('doubled', `an invitation rang ${row['n']} times`)
    const rooms = database.prepare(`select name, count(*) as n from rooms group by name having n > 1`).all()
    for (const row of rooms) wrong('doubled', `${String(row['name'])} was made ${row['n']} times`)
  }

  function checkCall(call: Call, database: DatabaseSync, bootedAt: number) {
    const row = database.prepare('select status, version, expiresAt, endedAt from calls where id = ?').get(call.id)
    if (!row || Number(row['version']) < call.version)
      return wrong('lost', `call ${call.id} at version ${call.version}`)
    if (isTerminal(call.status) && row['status'] !== call.status)
      return wrong('wrongEndings', `call ${call.id} was ${call.status} and is ${String(row['status'])}`)
    if (row['expiresAt'] !== call.expiresAt) return wrong('wrongEndings', `call ${call.id} has another deadline now`)
    if (row['status'] === 'calling' && call.expiresAt < bootedAt)
      wrong('wrongEndings', `call ${call.id} rings ${bootedAt - call.expiresAt} ms past its deadline`)
    if (row['status'] === 'accepted' && Number(row['endedAt']) >= call.expiresAt)
      wrong('wrongEndings', `call ${call.id} was accepted after its deadline`)
  }

  /** A ring that goes on does so at every device of the callee, with its true deadline. */
  async function checkRinging(devices: readonly TestDevice[], database: DatabaseSync) {
    for (const device of devices) {
      const sync = await device.syncs()
      const open = `select id, expiresAt from calls where calleeId = ? and status = 'calling' and expiresAt > ?`
      const due = database.prepare(open).all(device.id, Date.now() + 500)
      for (const row of due) {
        const ring = sync.rings.find((one) => one.call.id === row['id'])
        if (ring?.call.expiresAt !== row['expiresAt'])
          wrong('wrongEndings', `call ${String(row['id'])} does not ring on`)
      }
    }
  }

  return {
    problems,
    totals: () => ({ ...counts }),
    asked: (entry: Entry) => void entries.push(entry),

    /** What was not acknowledged goes again under its id, as a client does it; some of the rest as well. */
    async sendAgain(): Promise<void> {
      const answered = entries.filter((entry) => entry.answer !== null)
      for (const entry of answered) note(entry)
      for (const entry of answered.slice(-REPEATED)) {
        const again = await repeat(entry)
        const first = entry.answer?.ok === true ? callsIn(entry.answer.value) : []
        const second = again?.ok === true ? callsIn(again.value) : first
        if (!areSameCalls(first, second)) wrong('doubled', `${entry.name} was answered otherwise the second time`)
      }
      for (const entry of entries.filter((one) => one.answer === null)) {
        entry.answer = await repeat(entry)
        note(entry)
      }
      entries = []
    },

    async check(devices: readonly TestDevice[], listeningAt: number, recoveryMs: number): Promise<void> {
      const database = new DatabaseSync(file, { readOnly: true })
      try {
        await checkRinging(devices, database)
        checkDoubled(database)
        for (const [id, call] of calls) {
          checkCall(call, database, listeningAt)
          if (isTerminal(call.status)) calls.delete(id)
        }
        const took = Date.now() - listeningAt
        counts.worstRecoveryMs = Math.max(counts.worstRecoveryMs, took)
        if (took > recoveryMs) problems.push(`recovery took ${took} ms`)
      } finally {
        database.close()
      }
    },
  }
}

/** Asked again, a command tells of the very calls it made; a ring as it is by now, an ending just as before. */
const areSameCalls = (first: readonly Call[], second: readonly Call[]): boolean =>
  first.length === second.length &&
  first.every((call, place) => {
    const again = second[place]
    if (again?.id !== call.id) return false
    return isTerminal(call.status) ? JSON.stringify(again) === JSON.stringify(call) : again.version >= call.version
  })

function callsIn(value: unknown): Call[] {
  const answer = value as { call?: Call; results?: { call?: Call }[] }
  return [...(answer.call ? [answer.call] : []), ...(answer.results ?? []).flatMap((row) => row.call ?? [])]
}
