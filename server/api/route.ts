// What a route of the HTTP API is: one flat checked input (path, query or body), one checked answer, and the scope it takes.
import { createHash } from 'node:crypto'
import { z } from 'zod'
import type { Scope } from '../../shared/protocol/integrations.ts'
import type { ErrorCode, Result } from '../../shared/protocol/result.ts'
import type { Once } from '../gateway/once.ts'
import type { Actor } from '../people/audit.ts'
import type { RingTools } from '../calls/reach.ts'
import type { PresenceBoard } from '../people/presence.ts'
import type { TokenRow } from '../storage/apiRows.ts'
import { attempt } from '../storage/attempt.ts'
import type { Store, Work } from '../storage/store.ts'
import type { WebhookTools } from '../webhooks/webhookDesk.ts'

export type Method = 'GET' | 'POST' | 'PATCH' | 'DELETE'

export type ApiTools = {
  store: Store
  once: Once
  presence: PresenceBoard
  ringTools: RingTools
  webhookTools: WebhookTools
  hashPassword(password: string): Promise<string>
}

/** Who asks, and whether for the first time. */
export type ApiAsking = {
  token: TokenRow
  actor: Extract<Actor, { kind: 'token' }>
  address: string
  /** Runs a change in one transaction; with an `Idempotency-Key`, once in 24 hours. */
  change<Value>(work: (unit: Work) => Promise<Result<Value>>): Promise<Result<Value>>
}

export type ApiRoute = {
  method: Method
  /** Below `/api/v1`, with `:name` for what the input takes from it. */
  path: string
  scope: Scope
  summary: string
  input: z.ZodObject
  answer: z.ZodType
  /** 200 when left out. */
  status?: 201
  /** Takes an `Idempotency-Key`. */
  repeatable?: true
  errors: readonly ErrorCode[]
  carryOut(asking: ApiAsking, input: unknown): Promise<Result<unknown>>
}

type RouteOf<Input extends z.ZodObject, Answer extends z.ZodType> = Omit<ApiRoute, 'input' | 'answer' | 'carryOut'> & {
  input: Input
  answer: Answer
  carryOut(asking: ApiAsking, input: z.output<Input>): Promise<Result<z.input<Answer>>>
}

/** The handler's types follow from the schemas. */
export const route = <Input extends z.ZodObject, Answer extends z.ZodType>(
  given: RouteOf<Input, Answer>,
): ApiRoute => ({
  ...given,
  carryOut: (asking, input) => given.carryOut(asking, input as z.output<Input>),
})

/** The names a path takes from the input. */
export const pathNames = (path: string): string[] => [...path.matchAll(/:(\w+)/g)].map(([, name]) => name ?? '')

export const IDEMPOTENCY_KEEP_MS = 24 * 60 * 60_000
export const idempotencyKeySchema = z.string().regex(/^[\x21-\x7e]{1,255}$/)

export type Repeating = { key: string | undefined; method: Method; url: string; input: unknown }

/** One key stands for one request: with other contents it is `conflict`. */
export function changing({ store, once }: ApiTools, token: TokenRow, { key, method, url, input }: Repeating) {
  return <Value>(work: (unit: Work) => Promise<Result<Value>>): Promise<Result<Value>> => {
    if (key === undefined) return store.write((unit) => attempt(unit, work))
    const contents = createHash('sha256').update(JSON.stringify(input)).digest('base64url')
    const command = { userId: token.serviceId, deviceId: 'api', commandId: key }
    return once(command, `${method} ${url} ${contents}`, work, IDEMPOTENCY_KEEP_MS)
  }
}

export const cursorSchema = z.string().max(200).optional()
/** Out of a query everything comes as text. */
export const limitSchema = z.coerce.number().int().min(1).max(200).default(50)
