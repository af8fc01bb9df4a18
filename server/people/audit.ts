// Writing down who did what to whom: in the same transaction as the deed itself, so that one is never without the other.
import type { AuditAction } from '../../shared/protocol/trust.ts'
import { insertAudit } from '../storage/auditRows.ts'
import type { Work } from '../storage/store.ts'

/** `operator`: whoever works at the server's own command line. */
export type Actor =
  { kind: 'user'; id: string } | { kind: 'token'; id: string } | { kind: 'operator' } | { kind: 'server' }

export type AuditEntry = {
  action: AuditAction
  actor: Actor
  /** The user it was done to. */
  subjectId?: string
  roomId?: string
  /** From where, as an IP address. */
  address?: string | null
  /** Never a secret, and no more of people than their ids. */
  details?: Record<string, string | number | boolean | null>
}

export async function audit({ db, now }: Pick<Work, 'db' | 'now'>, entry: AuditEntry): Promise<void> {
  const { action, actor, subjectId = null, roomId = null, address = null, details } = entry
  await insertAudit(db, {
    at: now,
    action,
    actorKind: actor.kind,
    actorId: 'id' in actor ? actor.id : null,
    subjectId,
    roomId,
    address,
    details: details === undefined ? null : JSON.stringify(details),
  })
}
