// What `npm run admin` does, in the database itself. What a running server has to carry out (telling devices, closing connections) is
// left for it in the same transaction.
import { passwordProblem, passwordSentence } from '../../shared/passwords.ts'
import { failure, success, type Result } from '../../shared/protocol/result.ts'
import { addAccount } from '../people/accounts.ts'
import { setDisabled, setRole, toAccount } from '../people/administration.ts'
import type { Actor } from '../people/audit.ts'
import { endSession, endSessionsOf } from '../people/endSession.ts'
import { makeInvitation, makeResetLink, type NewLink } from '../people/invitations.ts'
import { endRoom } from '../rooms/endRoom.ts'
import { liveRoom, roomMeant } from '../rooms/roomDesk.ts'
import { findAccount, pageOfAccounts, type AccountRow } from '../storage/accountRows.ts'
import { newestAudit, runningRooms } from '../storage/operatorRows.ts'
import { sessionsOf, signedInDevices } from '../storage/sessionRows.ts'
import type { Db } from '../storage/store.ts'
import type { AdminAction, AdminLine } from './commandLine.ts'
import { personActions } from './personActions.ts'
import { change, type AdminTools, type Told } from './telling.ts'

type Act = (line: AdminLine, tools: AdminTools) => Promise<Result<Told>>

const OPERATOR: Actor = { kind: 'operator' }

async function accountOf(db: Db, login: string | undefined): Promise<Result<AccountRow>> {
  const row = login === undefined ? null : await findAccount(db, { login })
  return row === null ? failure('unknownUser', `There is no account "${login}".`) : success(row)
}

const describe = (row: AccountRow) => {
  const { user, online: _, ...rest } = toAccount(row, () => false)
  return { id: user.id, name: user.name, ...rest }
}
const timeOf = (at: number) => new Date(at).toISOString()
const lineOf = (row: AccountRow): string =>
  [
    row.login,
    row.name,
    row.role,
    row.disabledAt === null ? '' : 'disabled',
    `${row.devices ?? 0} devices`,
    row.lastSeenAt === null ? 'never seen' : `seen ${timeOf(row.lastSeenAt)}`,
  ]
    .filter((part) => part !== '')
    .join('  ')

const told = (row: Result<AccountRow>): Result<Told> =>
  row.ok ? success({ value: describe(row.value), lines: [lineOf(row.value)] }) : row

const linkTold = ({ token, expiresAt }: NewLink, { address }: AdminLine): Told => {
  const link = `${address}/invite/${token}`
  return { value: { link, expiresAt }, lines: [link, `Works once, until ${timeOf(expiresAt)}.`] }
}

type PersonAction = keyof typeof personActions

const users: Pick<Record<AdminAction, Act>, Exclude<Extract<AdminAction, `users ${string}`>, PersonAction>> = {
  'users list': async ({ search }, { store }) => {
    const rows = await store.read((db) => pageOfAccounts(db, { query: search, after: null, limit: 100_000 }))
    return success({ value: rows.map(describe), lines: rows.map(lineOf) })
  },
  'users add': async (
    { args: [login = '', ...words], administrator },
    { store, entropy, passwordCost, askPassword },
  ) => {
    const name = words.join(' ')
    const password = await askPassword()
    const problem = passwordProblem(password, { login, name })
    if (problem !== null) return failure('invalid', passwordSentence(problem), { field: 'password' })
    const role = administrator ? 'administrator' : 'user'
    const added = await addAccount({ store, entropy, passwordCost }, { login, name, password, role })
    return added.ok ? told(await store.read((db) => accountOf(db, login))) : added
  },
  'users invite': async (line, tools) => {
    const role = line.administrator ? 'administrator' : 'user'
    const days = line.days === undefined ? {} : { days: line.days }
    const wanted = { role, ...days, actor: OPERATOR } as const
    const link = await change(tools, async (unit) => success(await makeInvitation(unit, wanted, tools.entropy)))
    return link.ok ? success(linkTold(link.value, line)) : link
  },
  'users reset': async (line, tools) => {
    const link = await change(tools, async (unit) => {
      const account = await accountOf(unit.db, line.args[0])
      if (!account.ok) return account
      return makeResetLink(unit, { userId: account.value.id, actor: OPERATOR }, tools.entropy)
    })
    return link.ok ? success(linkTold(link.value, line)) : link
  },
  'users role': async ({ args: [login, role] }, tools) => {
    if (role !== 'user' && role !== 'administrator') return failure('invalid', 'A role is user or administrator.')
    return told(
      await change(tools, async (unit) => {
        const account = await accountOf(unit.db, login)
        return account.ok ? setRole(unit, { userId: account.value.id, actor: OPERATOR, role }) : account
      }),
    )
  },
  'users disable': (line, tools) => disabling(line, tools, true),
  'users enable': (line, tools) => disabling(line, tools, false),
}

async function disabling({ args: [login] }: AdminLine, tools: AdminTools, disabled: boolean): Promise<Result<Told>> {
  return told(
    await change(tools, async (unit) => {
      const account = await accountOf(unit.db, login)
      return account.ok ? setDisabled(unit, { userId: account.value.id, actor: OPERATOR, disabled }) : account
    }),
  )
}

const devices: Pick<Record<AdminAction, Act>, Extract<AdminAction, `devices ${string}`>> = {
  'devices list': async ({ args: [login] }, { store }) => {
    const found = await store.read(async (db) => {
      const account = await accountOf(db, login)
      return account.ok ? success(await signedInDevices(db, account.value.id)) : account
    })
    if (!found.ok) return found
    const rows = found.value.map(({ id, label, platform, createdAt, renewedAt, seenAt }) => {
      return { id, label, platform, signedInAt: createdAt, lastSeenAt: Math.max(renewedAt, seenAt ?? 0) }
    })
    const lines = rows.map((row) => `${row.id}  ${row.label}  ${row.platform}  seen ${timeOf(row.lastSeenAt)}`)
    return success({ value: rows, lines })
  },
  'devices sign-out': async ({ args: [login, deviceId] }, tools) => {
    const ending = { reason: 'signedOutByOperator', actor: OPERATOR } as const
    const result = await change(tools, async (unit) => {
      const account = await accountOf(unit.db, login)
      if (!account.ok) return account
      const userId = account.value.id
      if (deviceId === undefined) return success(await endSessionsOf(unit, userId, ending))
      const known = (await sessionsOf(unit.db, userId)).some((session) => session.deviceId === deviceId)
      if (!known) return failure('invalid', `${login} is not signed in on a device ${deviceId}.`)
      await endSession(unit, { userId, deviceId }, ending)
      return success(1)
    })
    if (!result.ok) return result
    return success({ value: { signedOut: result.value }, lines: [`Signed out: ${result.value}`] })
  },
}

const rooms: Pick<Record<AdminAction, Act>, Extract<AdminAction, `rooms ${string}`>> = {
  'rooms list': async (_line, { store }) => {
    const rows = await store.read(runningRooms)
    const lines = rows.map((row) => `${row.code}  ${row.name}  ${row.people} inside  since ${timeOf(row.createdAt)}`)
    return success({ value: rows, lines })
  },
  'rooms end': async ({ args: [code = ''] }, tools) => {
    const ended = await change(tools, async (unit) => {
      const room = liveRoom(await roomMeant(unit.db, { code }))
      if (!room.ok) return room
      await endRoom(unit, room.value, undefined, { actor: OPERATOR })
      return success(room.value)
    })
    if (!ended.ok) return ended
    const { id, name } = ended.value
    return success({ value: { id, name }, lines: [`Ended: ${name}`] })
  },
}

const auditing: Pick<Record<AdminAction, Act>, 'audit list'> = {
  'audit list': async ({ limit }, { store }) => {
    const rows = await store.read((db) => newestAudit(db, limit))
    const lines = rows.map(({ at, action, actorKind, actorId, subjectId, address, details }) =>
      [timeOf(at), action, `by ${actorId ?? actorKind}`, subjectId && `to ${subjectId}`, address, details]
        .filter((part) => part !== null && part !== '')
        .join('  '),
    )
    return success({ value: rows, lines })
  },
}

export const actions: Record<AdminAction, Act> = { ...users, ...devices, ...rooms, ...auditing, ...personActions }
