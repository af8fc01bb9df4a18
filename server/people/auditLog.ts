// Reading the audit log, giving it out, and letting go of what is too old.
import type { AuditFilter, AuditFormat, AuditNames, AuditRow } from '../../shared/protocol/reach.ts'
import { deleteAuditBefore, firstAuditAt, namesOfTokens, namesOfUsers, pageOfAudit } from '../storage/auditRows.ts'
import { findMeta, putMeta } from '../storage/metaRows.ts'
import type { Db, Store, Work } from '../storage/store.ts'
import { audit, type Actor } from './audit.ts'

export const AUDIT_DAYS_DEFAULT = 365
const DAY_MS = 24 * 60 * 60_000
/** So many at once, so that nobody waits for it; the rest a moment later. */
const SLICE = 2_000
const SLICE_PAUSE_MS = 250
const EXPORT_PAGE = 500

export type AuditPage = AuditFilter & {
  /** The `seq` of the last entry of the page before. */
  after?: number | undefined
  limit: number
}

/** Newest first. */
export async function listAudit(db: Db, page: AuditPage): Promise<{ entries: AuditRow[]; nextAfter: number | null }> {
  const rows = await pageOfAudit(db, { ...page, limit: page.limit + 1 })
  const entries = rows.slice(0, page.limit).map(({ details, ...row }): AuditRow => {
    return { ...row, details: details === null ? null : (JSON.parse(details) as AuditRow['details']) }
  })
  return { entries, nextAfter: rows.length > page.limit ? (entries.at(-1)?.seq ?? null) : null }
}

/** The same, with what the people and the programs in it are called today: the log itself holds ids alone. */
export async function listNamedAudit(db: Db, page: AuditPage) {
  const { entries, nextAfter } = await listAudit(db, page)
  const tokenIds = entries.flatMap(({ actorKind, actorId }) => (actorKind === 'token' && actorId ? [actorId] : []))
  const userIds = entries.flatMap(({ actorKind, actorId, subjectId }) => [
    ...(actorKind === 'user' && actorId ? [actorId] : []),
    ...(subjectId ? [subjectId] : []),
  ])
  const names: AuditNames = {}
  for (const { id, name } of await namesOfTokens(db, [...new Set(tokenIds)])) names[id] = { name }
  for (const { id, name, guestOf } of await namesOfUsers(db, [...new Set(userIds)]))
    names[id] = guestOf === null ? { name } : { name, guest: true }
  return { entries, names, nextAfter }
}

const COLUMNS = [
  'seq',
  'time',
  'action',
  'actorKind',
  'actorId',
  'subjectId',
  'roomId',
  'address',
  'details',
] as const satisfies readonly (keyof AuditRow | 'time')[]

/** A spreadsheet takes a cell that begins so for a formula and runs it; with an apostrophe in front it shows it. */
const FORMULA = /^[=+\-@\t\r]/

export function csvCell(value: string | number | null): string {
  const text = value === null ? '' : String(value)
  const safe = typeof value === 'string' && FORMULA.test(text) ? `'${text}` : text
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe
}

function lineOf(row: AuditRow, format: AuditFormat): string {
  const time = new Date(row.at).toISOString()
  if (format === 'jsonl') return `${JSON.stringify({ ...row, time })}\n`
  const cells = { ...row, time, details: row.details === null ? null : JSON.stringify(row.details) }
  return `${COLUMNS.map((column) => csvCell(cells[column])).join(',')}\r\n`
}

type Export = { format: AuditFormat; filter?: AuditFilter }

/** That the log is given out, and to whom, is itself written down first. */
export async function noteExport(unit: Work, { format, filter = {}, actor }: Export & { actor: Actor }): Promise<void> {
  const chosen: Record<string, string | number> = {}
  for (const [name, value] of Object.entries(filter)) if (value !== undefined) chosen[name] = value
  await audit(unit, { action: 'audit.exported', actor, details: { format, ...chosen } })
}

/** The text of one piece, newest entry first; the first piece, without `after`, begins with what the format begins with. */
export async function pieceOfAudit(db: Db, { format, filter = {}, after }: Export & { after?: number | undefined }) {
  const { entries, nextAfter } = await listAudit(db, { ...filter, after, limit: EXPORT_PAGE })
  const head = after === undefined && format === 'csv' ? `${COLUMNS.join(',')}\r\n` : ''
  return {
    text: head + entries.map((entry) => lineOf(entry, format)).join(''),
    entries: entries.length,
    nextAfter,
  }
}

/** All pieces, read page by page: other work goes on in between, and what is written meanwhile is not in it. */
export async function* exportAudit(store: Store, options: Export & { actor: Actor }): AsyncGenerator<string> {
  await store.write((unit) => noteExport(unit, options))
  let after: number | undefined
  for (;;) {
    const { text, nextAfter } = await store.read((db) => pieceOfAudit(db, { ...options, after }))
    yield text
    if (nextAfter === null) return
    after = nextAfter
  }
}

const SHORTENED = 'auditShortenedAt'

/** Lets go of a slice of what is older than so many days, once a day. Gives when to come back; null when there is nothing at all. */
export async function shortenAudit(unit: Work, days: number): Promise<number | null> {
  const { db, now } = unit
  const nextAt = Number((await findMeta(db, SHORTENED)) ?? 0)
  if (now < nextAt) return nextAt
  const before = now - days * DAY_MS
  const gone = await deleteAuditBefore(db, before, SLICE)
  if (gone > 0) await audit(unit, { action: 'audit.shortened', actor: { kind: 'server' }, details: { gone, before } })
  if (gone === SLICE) return now + SLICE_PAUSE_MS
  const first = await firstAuditAt(db)
  if (first === null) return null
  await putMeta(db, SHORTENED, String(now + DAY_MS))
  return now + DAY_MS
}
