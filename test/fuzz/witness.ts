// What the database holds of people who only sit there: whatever strangers send, it stays as it was.
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'

export type Rows = ReadonlyMap<string, string>

export type Witness = {
  /** What it looks at. */
  kinds: readonly string[]
  look(): Rows
  /** Every row that is another one now, has gone, or has come. */
  differences(before: Rows): string[]
}

/** `still`: those who do nothing. Rows that change by themselves, as time passes, are left out. */
export function takeWitness(
  dataFolder: string,
  { still, roomId }: { still: readonly string[]; roomId: string },
): Witness {
  const database = new DatabaseSync(join(dataFolder, 'parley.sqlite'), { readOnly: true })
  const people = still.map((id) => `'${id}'`).join(',')
  const queries: Record<string, string> = {
    account: `select id, login, name, role, disabledAt, declineWhenBusy, doNotDisturbUntil, whoMayRing, erasedAt from users where id in (${people})`,
    role: `select id, role from users where guestOf is null`,
    credentials: `select userId as id, passwordHash from credentials`,
    session: `select deviceId as id, userId, id as session, refreshHash from sessions where userId in (${people})`,
    device: `select id, userId, platform, label from devices where userId in (${people})`,
    seat: `select * from seats where userId in (${people})`,
    member: `select userId as id, role, removedBy, mayReturn from members where roomId = '${roomId}' and userId in (${people})`,
    room: `select id, name, ownerId, status, whoMayInvite, membersLack, locked, lobby, guestsAllowed, guestsWait, passwordHash, version
      from rooms where id = '${roomId}'`,
    call: `select id, status, reason, handledBy, endedBy from calls where callerId in (${people}) and calleeId in (${people})
      and status not in ('timeout')`,
    chat: `select id, fromId, text from chatMessages where roomId = '${roomId}' and fromId in (${people})`,
    block: `select userId || blockedId as id from blocks where userId in (${people})`,
    contact: `select userId || contactId as id from contacts where userId in (${people})`,
    ringRule: `select name as id, value from meta where name = 'ringRule'`,
    ringAllowed: `select userId as id from ringAllowed`,
    token: `select id, hash, scopes, revokedAt from apiTokens`,
    webhook: `select id, url, events, pausedAt from webhooks`,
    invitation: `select id, tokenHash, kind, role from invitations`,
    identity: `select issuer || subject as id, userId from identities`,
    series: `select id, name, open, skipped, sequence from series where ownerId in (${people})`,
    schedule: `select roomId as id, startsAt, endsAt from schedules where roomId in (select id from rooms where ownerId in (${people}))`,
  }

  const witness: Witness = {
    kinds: Object.keys(queries),
    look() {
      const rows = new Map<string, string>()
      for (const [kind, query] of Object.entries(queries)) {
        for (const row of database.prepare(query).all()) {
          const key = String(row['id'] ?? row['userId'])
          rows.set(`${kind} ${key}`, JSON.stringify(row))
        }
      }
      return rows
    },
    differences(before) {
      const now = witness.look()
      const keys = new Set([...before.keys(), ...now.keys()])
      return [...keys].flatMap((key) => {
        const [was, is] = [before.get(key), now.get(key)]
        // A ring that nobody answered has run out meanwhile.
        if (was === is || (key.startsWith('call ') && is === undefined)) return []
        return [`${key}: ${was ?? 'nothing'} → ${is ?? 'nothing'}`]
      })
    },
  }
  return witness
}
