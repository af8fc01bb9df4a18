// Queries about groups of rings: several people, one of whom is to come.
import type { RingGroup } from '../../shared/protocol/integrations.ts'
import { literal } from './literal.ts'
import { prepared, type Values } from './prepared.ts'
import type { Db } from './store.ts'
import type { Tables } from './tables.ts'

export type RingGroupRow = Tables['ringGroups']

export const calleesOf = ({ calleeIds }: Pick<RingGroupRow, 'calleeIds'>): string[] => calleeIds.split(',')

export async function insertRingGroup(db: Db, group: RingGroupRow): Promise<void> {
  await db.insertInto('ringGroups').values(group).execute()
}

export async function updateRingGroup(db: Db, groupId: string, fields: Partial<RingGroupRow>): Promise<void> {
  await db.updateTable('ringGroups').set(fields).where('id', '=', groupId).execute()
}

export async function linkRing(db: Db, link: Tables['ringGroupCalls']): Promise<void> {
  await db
    .insertInto('ringGroupCalls')
    .values(link)
    .onConflict((conflict) => conflict.doNothing())
    .execute()
}

const openGroups = prepared((db) =>
  db.selectFrom('ringGroups').selectAll().where('status', '=', literal('ringing')).orderBy('createdAt').orderBy('id'),
)

export async function openRingGroups(db: Db): Promise<RingGroupRow[]> {
  return openGroups.all(db, {})
}

const openGroupIn = prepared((db, value: Values<{ roomId: string }>) =>
  db
    .selectFrom('ringGroups')
    .select('id')
    .where('status', '=', literal('ringing'))
    .where('roomId', '=', value('roomId')),
)

export async function hasRingGroup(db: Db, roomId: string): Promise<boolean> {
  return (await openGroupIn.first(db, { roomId })) !== null
}

export async function findRingGroup(db: Db, groupId: string): Promise<RingGroupRow | null> {
  return (await db.selectFrom('ringGroups').selectAll().where('id', '=', groupId).executeTakeFirst()) ?? null
}

/** In the order they were started. */
export async function callIdsOf(db: Db, groupId: string): Promise<string[]> {
  const rows = await db
    .selectFrom('ringGroupCalls')
    .innerJoin('calls', 'calls.id', 'ringGroupCalls.callId')
    .select('callId')
    .where('groupId', '=', groupId)
    .orderBy('calls.createdAt')
    .orderBy('calls.id')
    .execute()
  return rows.map(({ callId }) => callId)
}

/** The newest group of this token that the call belongs to. */
export async function groupOfCall(db: Db, callId: string, tokenId: string): Promise<RingGroupRow | null> {
  const row = await db
    .selectFrom('ringGroups')
    .innerJoin('ringGroupCalls', 'ringGroupCalls.groupId', 'ringGroups.id')
    .selectAll('ringGroups')
    .where('ringGroupCalls.callId', '=', callId)
    .where('ringGroups.tokenId', '=', tokenId)
    .orderBy('ringGroups.createdAt', 'desc')
    .executeTakeFirst()
  return row ?? null
}

export const toRingGroup = async (db: Db, row: RingGroupRow): Promise<RingGroup> => ({
  id: row.id,
  strategy: row.strategy,
  status: row.status,
  waiting: row.status === 'ringing' ? calleesOf(row).slice(row.started) : [],
  callIds: await callIdsOf(db, row.id),
})
