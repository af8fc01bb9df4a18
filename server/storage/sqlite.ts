// Kysely's SQLite dialect over Node's own `node:sqlite`: WAL, synchronous FULL, foreign keys on.
import { DatabaseSync, type SQLInputValue, type StatementSync } from 'node:sqlite'
import {
  CompiledQuery,
  SqliteDialect,
  SqliteDriver,
  type DatabaseConnection,
  type Driver,
  type SqliteDatabase,
  type SqliteStatement,
} from 'kysely'

/** Statements kept prepared; the queries of this server are fewer than this. */
const STATEMENTS_MAX = 300

const toSql = (value: unknown): SQLInputValue => {
  if (value === undefined) return null
  if (typeof value === 'boolean') return value ? 1 : 0
  return value as SQLInputValue
}

function wrapStatement(statement: StatementSync): SqliteStatement {
  return {
    reader: statement.columns().length > 0,
    all: (parameters) => statement.all(...parameters.map(toSql)),
    run: (parameters) => statement.run(...parameters.map(toSql)),
    iterate: (parameters) => statement.iterate(...parameters.map(toSql)),
  }
}

function openFile(file: string): SqliteDatabase {
  const database = new DatabaseSync(file)
  // An acknowledged command survives a power cut: FULL waits for the disk on every commit.
  database.exec(
    'pragma journal_mode = wal; pragma synchronous = full; pragma foreign_keys = on; pragma busy_timeout = 5000',
  )
  const statements = new Map<string, SqliteStatement>()
  return {
    close: () => {
      statements.clear()
      database.close()
    },
    prepare: (sql) => {
      const known = statements.get(sql)
      if (known !== undefined) return known
      const statement = wrapStatement(database.prepare(sql))
      if (statements.size >= STATEMENTS_MAX) statements.clear()
      statements.set(sql, statement)
      return statement
    },
  }
}

const beginImmediate = CompiledQuery.raw('begin immediate')

/** Takes the write lock at the start, so that no transaction fails half-way because another process (`user add`) wrote. */
class ImmediateDriver extends SqliteDriver {
  override async beginTransaction(connection: DatabaseConnection): Promise<void> {
    await connection.executeQuery(beginImmediate)
  }
}

class NodeSqliteDialect extends SqliteDialect {
  readonly #file: string

  constructor(file: string) {
    super({ database: async () => openFile(file) })
    this.#file = file
  }

  override createDriver(): Driver {
    return new ImmediateDriver({ database: async () => openFile(this.#file) })
  }
}

/** `file` is a path, or `:memory:` for a database that lives as long as the server. */
export const sqliteDialect = (file: string): SqliteDialect => new NodeSqliteDialect(file)
