// What SQLite has to see, or must not see, to plan a query once: a plan that depends on the value of a parameter is thrown away
// with every new value, and planning costs ten times as much as a query of ours itself.
import { sql, type RawBuilder } from 'kysely'

/** A value that a partial index is made of (`… where status = 'calling'`): in the text, where it is known before any run. */
export const literal = <const Value extends string | number>(value: Value): RawBuilder<Value> => sql.lit(value)

/** How many rows at most. SQLite plans by a bare parameter behind `limit`, and takes a sum as it comes. */
export const atMost = (rows: number | RawBuilder<number>): RawBuilder<number> => sql<number>`${rows} + 0`
