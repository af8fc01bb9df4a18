// Queries about the audit log.
import type { Insertable } from 'kysely'
import { prepared, type Values } from './prepared.ts'
import type { Db } from './store.ts'
import type { Tables } from './tables.ts'

type NewAudit = Required<Omit<Insertable<Tables['audit']>, 'seq'>>

const auditInsert = prepared((db, value: Values<NewAudit>) =>
  db.insertInto('audit').values({
    at: value('at'),
    action: value('action'),
    actorKind: value('actorKind'),
    actorId: value('actorId'),
    subjectId: value('subjectId'),
    roomId: value('roomId'),
    address: value('address'),
    details: value('details'),
  }),
)

export async function insertAudit(db: Db, row: NewAudit): Promise<void> {
  await auditInsert.all(db, row)
}
