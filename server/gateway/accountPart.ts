// The part of the command table about accounts: a person's own devices and password, and what administrators do.
import type { adminCommands } from '../../shared/protocol/admin.ts'
import type { CommandName } from '../../shared/protocol/contract.ts'
import type { deviceCommands } from '../../shared/protocol/devices.ts'
import { success, type Result } from '../../shared/protocol/result.ts'
import type { DeviceKey } from '../effects.ts'
import * as administration from '../people/administration.ts'
import { makeInvitation, makeResetLink } from '../people/invitations.ts'
import { listDevices, signOutDevice, signOutOthers } from '../people/ownDevices.ts'
import type { Db, Work } from '../storage/store.ts'
import type { Asking, CommandTable, Tools } from './commandTable.ts'
import { keyOf } from './connections.ts'

export type AccountPart = Pick<CommandTable, keyof typeof deviceCommands | keyof typeof adminCommands>

export const accountPart = (tools: Tools): AccountPart => ({ ...devicePart(tools), ...adminPart(tools) })

async function done(result: Promise<Result<object>>): Promise<Result<Record<string, never>>> {
  const settled = await result
  return settled.ok ? success({}) : settled
}

function devicePart({ store, recent, remembered, ownPassword, isDeviceOnline }: Tools) {
  return {
    'session.listDevices': ({ connection }) =>
      store.read(async (db, now) =>
        success({ devices: await listDevices(db, now, keyOf(connection), isDeviceOnline) }),
      ),
    'session.signOutDevice': (asking, input) =>
      done(remembered(asking, 'session.signOutDevice', (unit, device) => signOutDevice(unit, device, input))),
    'session.signOutOthers': (asking) => remembered(asking, 'session.signOutOthers', signOutOthers),
    'session.changePassword': ({ connection, commandId }, input) => {
      const device = keyOf(connection)
      // Remembered beside the database, since passwords are looked at outside of any transaction.
      return done(recent({ ...device, commandId }, 'session.changePassword', () => ownPassword.change(device, input)))
    },
  } satisfies Pick<CommandTable, keyof typeof deviceCommands>
}

type AdminCommand = keyof typeof adminCommands

function adminPart({ store, recent, remembered, entropy, presence }: Tools) {
  const isOnline = (userId: string) => presence.isOnline(userId)

  /** Whoever asks is looked at in the very transaction that does it: a role that was taken away is gone at once. */
  const look = <Value>({ connection }: Asking, query: (db: Db, now: number) => Promise<Result<Value>>) =>
    store.read<Result<Value>>(
      async (db, now) => (await administration.refuseUnlessAdministrator(db, connection.user.id)) ?? query(db, now),
    )
  const checked =
    <Value>(work: (unit: Work, actor: { kind: 'user'; id: string }) => Promise<Result<Value>>) =>
    async (unit: Work, { userId }: DeviceKey): Promise<Result<Value>> =>
      (await administration.refuseUnlessAdministrator(unit.db, userId)) ?? work(unit, { kind: 'user', id: userId })
  const change = <Value>(
    asking: Asking,
    name: AdminCommand & CommandName,
    work: Parameters<typeof checked<Value>>[0],
  ) => remembered<Value>(asking, name, checked(work))
  /** A token must not lie in the database with the other answers: it is remembered in memory alone. */
  const secret = <Value>(
    { connection, commandId }: Asking,
    name: AdminCommand & CommandName,
    work: Parameters<typeof checked<Value>>[0],
  ) => {
    const device = keyOf(connection)
    return recent({ ...device, commandId }, name, () => store.write((unit) => checked(work)(unit, device)))
  }

  return {
    'admin.listPeople': (asking, input) => look(asking, (db) => administration.listAccounts(db, input, isOnline)),
    'admin.listInvitations': (asking) =>
      look(asking, async (db, now) => success({ invitations: await administration.listInvitations(db, now) })),
    'admin.invite': (asking, input) =>
      secret(asking, 'admin.invite', async (unit, actor) => {
        const { token, id, expiresAt } = await makeInvitation(unit, { ...input, actor }, entropy)
        const by = asking.connection.user
        const invitation = { id, role: input.role, by, createdAt: unit.now, expiresAt }
        return success({ token, expiresAt, invitation })
      }),
    'admin.revokeInvitation': (asking, { invitationId }) =>
      change(asking, 'admin.revokeInvitation', async (unit, actor) => {
        await administration.revokeInvitation(unit, invitationId, actor)
        return success({})
      }),
    'admin.resetLink': (asking, { userId }) =>
      secret(asking, 'admin.resetLink', async (unit, actor) => {
        const link = await makeResetLink(unit, { userId, actor }, entropy)
        return link.ok ? success({ token: link.value.token, expiresAt: link.value.expiresAt }) : link
      }),
    'admin.setRole': (asking, input) =>
      change(asking, 'admin.setRole', async (unit, actor) => {
        const row = await administration.setRole(unit, { ...input, actor })
        return row.ok ? success({ person: administration.toAccount(row.value, isOnline) }) : row
      }),
    'admin.setDisabled': (asking, input) =>
      change(asking, 'admin.setDisabled', async (unit, actor) => {
        const row = await administration.setDisabled(unit, { ...input, actor })
        return row.ok ? success({ person: administration.toAccount(row.value, isOnline) }) : row
      }),
  } satisfies Pick<CommandTable, AdminCommand>
}
