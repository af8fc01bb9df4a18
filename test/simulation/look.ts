// Looking into a history's database from outside: each question is prepared once for each connection.
import type { DatabaseSync, SQLInputValue, StatementSync } from 'node:sqlite'

type Row = Record<string, unknown>

const known = new WeakMap<DatabaseSync, Map<string, StatementSync>>()

function statement(look: DatabaseSync, sql: string): StatementSync {
  const statements = known.get(look) ?? new Map<string, StatementSync>()
  known.set(look, statements)
  const prepared = statements.get(sql) ?? look.prepare(sql)
  statements.set(sql, prepared)
  return prepared
}

export const rowOf = (look: DatabaseSync, sql: string, ...values: SQLInputValue[]): Row | undefined =>
  statement(look, sql).get(...values)

export const rowsOf = (look: DatabaseSync, sql: string, ...values: SQLInputValue[]): Row[] =>
  statement(look, sql).all(...values)

export const change = (look: DatabaseSync, sql: string, ...values: SQLInputValue[]): void =>
  void statement(look, sql).run(...values)
