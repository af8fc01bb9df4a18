// Lists of calls, in pages: what rings into a room, and one person's history. Reading only.
import { seenBy } from '../../shared/call/call.ts'
import { PENDING_KEEP_MS } from '../../shared/call/limits.ts'
import type { HistoryEntry } from '../../shared/protocol/calls.ts'
import type { CheckedInput } from '../../shared/protocol/contract.ts'
import { failure, success, type Failure, type Result } from '../../shared/protocol/result.ts'
import type { Call } from '../../shared/protocol/things.ts'
import { findPresent } from '../rooms/roomDesk.ts'
import { historyOf, pendingCalls } from '../storage/callRows.ts'
import { isBarred } from '../storage/roomRows.ts'
import { decodeCursor, encodeCursor } from '../storage/cursor.ts'
import type { Db } from '../storage/store.ts'

type Place = { createdAt: number; id: string }

/** Where a page starts; null for the first one. */
function placeOf(cursor: string | undefined): Result<Place | null> {
  if (cursor === undefined) return success(null)
  const position = decodeCursor(cursor)
  return position !== undefined && /^\d{1,15}$/.test(position.key)
    ? success({ createdAt: Number(position.key), id: position.id })
    : notOurs
}
const notOurs: Failure = failure('invalid', 'This page marker is not one of ours.', { field: 'cursor' })

/** `rows`: one more than fits, when there is more. */
function pageOf<Row>(rows: readonly Row[], limit: number, callOf: (row: Row) => Call) {
  const shown = rows.slice(0, limit)
  const last = shown.at(-1)
  if (rows.length <= shown.length || last === undefined) return { shown, nextCursor: null }
  const { createdAt, id } = callOf(last)
  return { shown, nextCursor: encodeCursor({ key: String(createdAt), id }) }
}

export async function listPending(
  db: Db,
  now: number,
  userId: string,
  input: CheckedInput<'call.listPending'>,
): Promise<Result<{ calls: Call[]; nextCursor: string | null }>> {
  const present = await findPresent(db, input.roomId, userId)
  if (!present.ok) return present
  const before = placeOf(input.cursor)
  if (!before.ok) return before
  const page = { roomId: input.roomId, endedSince: now - PENDING_KEEP_MS, before: before.value, limit: input.limit + 1 }
  const { shown, nextCursor } = pageOf(await pendingCalls(db, page), input.limit, (call) => call)
  return success({ calls: shown.map((call) => seenBy(call, userId)), nextCursor })
}

export async function listHistory(
  db: Db,
  userId: string,
  input: CheckedInput<'call.history'>,
): Promise<Result<{ entries: HistoryEntry[]; nextCursor: string | null }>> {
  const before = placeOf(input.cursor)
  if (!before.ok) return before
  const rows = await historyOf(db, { userId, missed: input.missed, before: before.value, limit: input.limit + 1 })
  const { shown, nextCursor } = pageOf(rows, input.limit, (row) => row.call)
  const entries: HistoryEntry[] = []
  for (const { call, running, ...entry } of shown) {
    const joinable = running && entry.roomKind === 'meeting' && !(await isBarred(db, call.roomId, userId))
    entries.push({ ...entry, call: seenBy(call, userId), joinable })
  }
  return success({ entries, nextCursor })
}
