// API tokens: made by administrators, or at the server's command line, and shown once. Stored is a hash of each, which is enough:
// a token is 256 random bits, so nobody finds one by trying.
import { createHash } from 'node:crypto'
import type { z } from 'zod'
import { TOKENS_MAX, type ApiToken, type newTokenSchema } from '../../shared/protocol/integrations.ts'
import { failure, success, type Result } from '../../shared/protocol/result.ts'
import { endGroup } from '../calls/ringGroups.ts'
import { settleRing } from '../calls/settling.ts'
import type { Entropy } from '../entropy.ts'
import { audit } from '../people/audit.ts'
import {
  countGoodTokens,
  findTokenByHash,
  findTokenById,
  insertToken,
  listTokens,
  openRingsOf,
  shownToken,
  updateToken,
  type TokenRow,
} from '../storage/apiRows.ts'
import { findCall } from '../storage/callRows.ts'
import { openRingGroups } from '../storage/ringGroupRows.ts'
import type { Db, Work } from '../storage/store.ts'
import type { By } from '../webhooks/webhookDesk.ts'

/** What scanners for leaked secrets know ours by. */
const PREFIX = 'parley_'
const hashOf = (token: string): string => createHash('sha256').update(token).digest('base64url')

export async function createToken(
  unit: Work,
  { name, scopes, expiresAt }: z.output<typeof newTokenSchema>,
  { actor, userId }: By,
  entropy: Entropy,
): Promise<Result<{ apiToken: ApiToken; token: string }>> {
  const { db, now } = unit
  if (expiresAt !== undefined && expiresAt <= now)
    return failure('invalid', 'This time has passed. Choose a later one.', { field: 'expiresAt' })
  if ((await countGoodTokens(db, now)) >= TOKENS_MAX)
    return failure('notAllowed', `There are ${TOKENS_MAX} tokens in use. Revoke one that is not needed.`)
  const token = PREFIX + Buffer.from(entropy.bytes(32)).toString('base64url')
  const row: TokenRow = {
    id: entropy.uuid(),
    hash: hashOf(token),
    name,
    scopes: [...new Set(scopes)].join(),
    serviceId: entropy.uuid(),
    createdBy: userId,
    createdAt: now,
    expiresAt: expiresAt ?? null,
    lastUsedAt: null,
    revokedAt: null,
  }
  await insertToken(db, row)
  await audit(unit, { action: 'apiToken.created', actor, details: { token: row.id, name, scopes: row.scopes } })
  const apiToken = await shownToken(db, row.id)
  if (apiToken === null) throw new Error('a token that was just made is gone')
  return success({ apiToken, token })
}

export const allTokens = async (db: Db): Promise<Result<{ apiTokens: ApiToken[] }>> =>
  success({ apiTokens: await listTokens(db) })

/** From now on it opens nothing, and what it rings stops. Revoked again, it stays as it is. */
export async function revokeToken(unit: Work, tokenId: string, { actor }: By): Promise<Result<{ apiToken: ApiToken }>> {
  const row = await findTokenById(unit.db, tokenId)
  if (row === null) return failure('invalid', 'There is no such token.', { field: 'tokenId' })
  if (row.revokedAt === null) {
    await updateToken(unit.db, tokenId, { revokedAt: unit.now })
    // At the command line nobody could be told; the running server ends its groups when it looks next.
    if (actor.kind !== 'operator') await endAllOf(unit, row)
    await audit(unit, { action: 'apiToken.revoked', actor, details: { token: tokenId, name: row.name } })
  }
  const apiToken = await shownToken(unit.db, tokenId)
  if (apiToken === null) throw new Error('a token that was just revoked is gone')
  return success({ apiToken })
}

async function endAllOf(unit: Work, { id, serviceId }: TokenRow): Promise<void> {
  for (const group of await openRingGroups(unit.db)) if (group.tokenId === id) await endGroup(unit, group, 'stopped')
  for (const callId of await openRingsOf(unit.db, serviceId)) {
    const call = await findCall(unit.db, callId)
    if (call !== null) await settleRing(unit, call, { type: 'cancel', byUserId: serviceId })
  }
}

/** The row of a token that is good now; null for any other text. */
export async function findGoodToken(db: Db, token: string, now: number): Promise<TokenRow | null> {
  if (!token.startsWith(PREFIX)) return null
  const row = await findTokenByHash(db, hashOf(token))
  const good = row !== null && row.revokedAt === null && (row.expiresAt === null || row.expiresAt > now)
  return good ? row : null
}

const USE_NOTED_EVERY_MS = 60_000

/** Worth a write only now and then. */
export const isUseWorthNoting = ({ lastUsedAt }: TokenRow, now: number): boolean =>
  lastUsedAt === null || now - lastUsedAt >= USE_NOTED_EVERY_MS
