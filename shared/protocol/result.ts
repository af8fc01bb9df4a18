// Answers at every border are values: `{ok: true, value}` or `{ok: false, error}`. One list of error codes serves all commands.
import { z } from 'zod'

/** Every error code a command can answer with, and whether asking again (same command, later) can cure it. */
export const ERROR_CODES = {
  unauthenticated: { retryable: false },
  tokenExpired: { retryable: true },
  invalid: { retryable: false },
  tooLarge: { retryable: false },
  unknownUser: { retryable: false },
  unknownRoom: { retryable: false },
  unknownCall: { retryable: false },
  notInRoom: { retryable: false },
  notAllowed: { retryable: false },
  inOtherRoom: { retryable: false },
  roomFull: { retryable: true },
  roomLocked: { retryable: false },
  wrongPassword: { retryable: false },
  roomEnded: { retryable: false },
  rateLimited: { retryable: true },
  conflict: { retryable: false },
  unavailable: { retryable: true },
} as const

export type ErrorCode = keyof typeof ERROR_CODES

export const protocolErrorSchema = z.object({
  code: z.enum(Object.keys(ERROR_CODES) as [ErrorCode, ...ErrorCode[]]),
  /** A sentence for a person, in English; clients show their own words for the code when they have them. */
  message: z.string(),
  retryable: z.boolean(),
  /** The input field that is wrong, as a dotted path; with `invalid` and `tooLarge`. */
  field: z.string().optional(),
  /** With `rateLimited`: how long to wait, in milliseconds. */
  retryAfterMs: z.number().optional(),
})

export type ProtocolError = z.infer<typeof protocolErrorSchema>
export type Success<Value> = { ok: true; value: Value }
export type Failure = { ok: false; error: ProtocolError }
export type Result<Value> = Success<Value> | Failure

export const success = <Value>(value: Value): Success<Value> => ({ ok: true, value })

/** A typed error answer; `retryable` always follows from the code, so that no two places disagree. */
export const failure = (
  code: ErrorCode,
  message: string,
  more: { field?: string; retryAfterMs?: number } = {},
): Failure => ({ ok: false, error: { code, message, retryable: ERROR_CODES[code].retryable, ...more } })

/** The shape of any answer, for checking what came over the wire before its value is looked at. */
export const answerSchema = z.union([
  z.object({ ok: z.literal(true), value: z.unknown() }),
  z.object({ ok: z.literal(false), error: protocolErrorSchema }),
])
