// Queries about who has blocked whom, and about the rings that nobody hears because of it.
import type { User } from '../../shared/protocol/things.ts'
import { atMost, literal } from './literal.ts'
import { prepared, type Values } from './prepared.ts'
import type { Db } from './store.ts'

const blocked = prepared((db, value: Values<{ userId: string }>) =>
  db
    .selectFrom('blocks')
    .innerJoin('users', 'users.id', 'blocks.blockedId')
    .select(['users.id', 'users.name'])
    .where('blocks.userId', '=', value('userId'))
    .orderBy('users.searchName')
    .orderBy('users.id'),
)

/** By name. */
export function blockedBy(db: Db, userId: string): Promise<User[]> {
  return blocked.all(db, { userId })
}

type Pair = { userId: string; blockedId: string }

const blockOf = prepared((db, value: Values<Pair>) =>
  db
    .selectFrom('blocks')
    .select('since')
    .where('userId', '=', value('userId'))
    .where('blockedId', '=', value('blockedId')),
)

export async function hasBlocked(db: Db, pair: Pair): Promise<boolean> {
  return (await blockOf.first(db, pair)) !== null
}

export async function insertBlock(db: Db, pair: Pair, since: number): Promise<void> {
  await db
    .insertInto('blocks')
    .values({ ...pair, since })
    .execute()
}

export async function deleteBlock(db: Db, { userId, blockedId }: Pair): Promise<void> {
  await db.deleteFrom('blocks').where('userId', '=', userId).where('blockedId', '=', blockedId).execute()
}

/** `receiptAt`: ms since the epoch; null when no receipt comes, or has come. What is silent already stays as it is. */
export async function silence(db: Db, callId: string, receiptAt: number | null): Promise<void> {
  await db
    .insertInto('silencedCalls')
    .values({ callId, receiptAt })
    .onConflict((conflict) => conflict.doNothing())
    .execute()
}

const silencedCall = prepared((db, value: Values<{ callId: string }>) =>
  db.selectFrom('silencedCalls').select('callId').where('callId', '=', value('callId')),
)

export async function isSilenced(db: Db, callId: string): Promise<boolean> {
  return (await silencedCall.first(db, { callId })) !== null
}

const receiptsAt = prepared((db, value: Values<{ now: number }>) =>
  db.selectFrom('silencedCalls').select(['callId', 'receiptAt']).where('receiptAt', '<=', value('now')),
)
const receiptsGiven = prepared((db, value: Values<{ now: number }>) =>
  db.updateTable('silencedCalls').set({ receiptAt: null }).where('receiptAt', '<=', value('now')),
)

/** The silenced rings whose receipt would have come by now, and when it would; each is given once. */
export async function takeSilencedReceipts(db: Db, now: number): Promise<{ callId: string; at: number }[]> {
  const due = await receiptsAt.all(db, { now })
  if (due.length > 0) await receiptsGiven.all(db, { now })
  return due.map(({ callId, receiptAt }) => ({ callId, at: receiptAt ?? now }))
}

const unseen = prepared((db, value: Values<{ calleeId: string }>) =>
  db
    .selectFrom('calls')
    .innerJoin('silencedCalls', 'silencedCalls.callId', 'calls.id')
    .select('calls.id')
    .where('calls.status', '=', literal('calling'))
    .where('calls.calleeId', '=', value('calleeId'))
    .where('calls.receivedAt', 'is', null)
    .where('silencedCalls.receiptAt', 'is', null),
)

/** Silenced rings to this person that no device would have shown yet, by id. */
export async function silencedUnseen(db: Db, calleeId: string): Promise<string[]> {
  return (await unseen.all(db, { calleeId })).map(({ id }) => id)
}

export async function setSilencedReceipt(db: Db, callId: string, receiptAt: number): Promise<void> {
  await db.updateTable('silencedCalls').set({ receiptAt }).where('callId', '=', callId).execute()
}

const nextReceipt = prepared((db) =>
  db
    .selectFrom('silencedCalls')
    .select(({ fn }) => fn.min('receiptAt').as('at'))
    .where('receiptAt', 'is not', null),
)

export async function nextSilencedReceipt(db: Db): Promise<number | null> {
  return (await nextReceipt.first(db, {}))?.at ?? null
}

const RECENT = 20
const receiptsOf = prepared((db, value: Values<{ calleeId: string }>) =>
  db
    .selectFrom('calls')
    .select(['createdAt', 'receivedAt'])
    .where('calleeId', '=', value('calleeId'))
    .where('receivedAt', 'is not', null)
    .where(({ not, exists, selectFrom }) =>
      not(exists(selectFrom('silencedCalls').select('callId').whereRef('silencedCalls.callId', '=', 'calls.id'))),
    )
    .orderBy('createdAt', 'desc')
    .limit(atMost(RECENT)),
)

/** How long the latest rings to this person took to be shown, in ms. */
export async function receiptDelays(db: Db, calleeId: string): Promise<number[]> {
  const rows = await receiptsOf.all(db, { calleeId })
  return rows.map(({ createdAt, receivedAt }) => Math.max(0, (receivedAt ?? createdAt) - createdAt))
}
