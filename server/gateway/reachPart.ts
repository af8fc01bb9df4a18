// The part of the command table about who may ring whom, and about what was done: contacts, the server's own rule, the audit log.
import { success, type Result } from '../../shared/protocol/result.ts'
import type { reachCommands } from '../../shared/protocol/reach.ts'
import { listNamedAudit, noteExport, pieceOfAudit } from '../people/auditLog.ts'
import { setContact } from '../people/contacts.ts'
import { refuseOthers, ringPolicyOf, setRingPolicy } from '../people/ringPolicy.ts'
import type { Db } from '../storage/store.ts'
import type { Asking, CommandTable, Tools } from './commandTable.ts'

export type ReachPart = Pick<CommandTable, keyof typeof reachCommands>

export function reachPart({ store, ringTools: { ringRule }, remembered }: Tools): ReachPart {
  const forAdministrators = <Value>({ connection }: Asking, read: (db: Db) => Promise<Value>): Promise<Result<Value>> =>
    store.read(async (db) => (await refuseOthers(db, connection.user.id)) ?? success(await read(db)))
  return {
    'people.setContact': (asking, input) =>
      remembered(asking, 'people.setContact', (unit, device) => setContact(unit, device, input)),
    'admin.ringPolicy': (asking) =>
      forAdministrators(asking, async (db) => ({ policy: await ringPolicyOf(db, ringRule) })),
    'admin.setRingPolicy': (asking, input) =>
      remembered(asking, 'admin.setRingPolicy', (unit, device) => setRingPolicy(unit, device, input, ringRule)),
    'admin.listAudit': (asking, input) => forAdministrators(asking, (db) => listNamedAudit(db, input)),
    'admin.exportAudit': async (asking, { format, after, ...filter }) => {
      if (after !== undefined) return forAdministrators(asking, (db) => pieceOfAudit(db, { format, filter, after }))
      const noted = await remembered(asking, 'admin.exportAudit', async (unit, { userId }) => {
        const refusal = await refuseOthers(unit.db, userId)
        if (refusal !== null) return refusal
        await noteExport(unit, { format, filter, actor: { kind: 'user', id: userId } })
        return success({})
      })
      return noted.ok ? forAdministrators(asking, (db) => pieceOfAudit(db, { format, filter })) : noted
    },
  }
}
