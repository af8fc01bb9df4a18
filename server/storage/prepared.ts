// Queries whose text never changes, built and compiled once and then run with other values: doing that anew at every run takes
// several times as long as SQLite takes to answer.
import { sql, type Compilable, type CompiledQuery, type RawBuilder } from 'kysely'
import type { Db } from './store.ts'

/** Stands in the query for the value of this name. */
export type Values<Input> = <Name extends keyof Input & string>(name: Name) => RawBuilder<Input[Name]>

export interface Prepared<Input, Row> {
  all(db: Db, input: Input): Promise<Row[]>
  /** Null when there is none. */
  first(db: Db, input: Input): Promise<Row | null>
}

class Gap {
  readonly name: string
  constructor(name: string) {
    this.name = name
  }
}

/** All columns of a row that is written whole; a table that gets another column does not compile until it is named here. */
export function wholeRow<Row extends object>(
  value: Values<Row>,
  columns: Record<keyof Row & string, true>,
): { [Name in keyof Row & string]: RawBuilder<Row[Name]> } {
  const names = Object.keys(columns) as (keyof Row & string)[]
  const gaps = names.map((name) => [name, value(name)])
  return Object.fromEntries(gaps) as { [Name in keyof Row & string]: RawBuilder<Row[Name]> }
}

/** `build` is called once; whatever changes from run to run has to come in through its second argument. */
export function prepared<Input extends object, Row>(
  build: (db: Db, value: Values<Input>) => Compilable<Row>,
): Prepared<Input, Row> {
  let compiled: CompiledQuery<Row> | null = null

  async function all(db: Db, input: Input): Promise<Row[]> {
    compiled ??= build(db, (name) => sql`${new Gap(name)}`).compile()
    const known = input as Record<string, unknown>
    const parameters = compiled.parameters.map((value) => (value instanceof Gap ? known[value.name] : value))
    return (await db.executeQuery<Row>({ ...compiled, parameters })).rows
  }

  return { all, first: async (db, input) => (await all(db, input))[0] ?? null }
}
