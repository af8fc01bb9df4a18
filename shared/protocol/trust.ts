// Who looks after a server, and what is written down of what happens there.
import { z } from 'zod'

export const accountRoleSchema = z.enum(['user', 'administrator'])
export type AccountRole = z.infer<typeof accountRoleSchema>

/** Everything the audit log knows of. */
export const AUDIT_ACTIONS = [
  'session.started',
  'session.refused',
  'session.ended',
  'session.tokenReused',
  'account.created',
  'account.linked',
  'account.invited',
  'account.invitationRevoked',
  'account.resetAsked',
  'account.passwordChanged',
  'account.lockedOut',
  'account.roleChanged',
  'account.renamed',
  'account.disabled',
  'account.enabled',
  'account.exported',
  'account.erased',
  'apiToken.created',
  'apiToken.revoked',
  'webhook.created',
  'webhook.changed',
  'webhook.deleted',
  'policy.changed',
  'call.invited',
  'call.cancelled',
  'call.revoked',
  'room.created',
  'room.changed',
  'room.ended',
  'participant.removed',
  'participant.roleChanged',
  'audit.exported',
  'audit.shortened',
] as const
export const auditActionSchema = z.enum(AUDIT_ACTIONS)
export type AuditAction = z.infer<typeof auditActionSchema>
