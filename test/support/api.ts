// A program that asks over HTTP with a token.
import { SCOPES, type Scope } from '../../shared/protocol/integrations.ts'
import { answerSchema, type Result } from '../../shared/protocol/result.ts'
import { createToken } from '../../server/api/tokens.ts'
import { systemEntropy } from '../../server/entropy.ts'
import type { World } from './server.ts'

export type Answered<Value> = { status: number; headers: Headers; answer: Result<Value> }

export interface Program {
  readonly token: string
  readonly tokenId: string
  asks<Value>(method: string, path: string, body?: unknown, headers?: Record<string, string>): Promise<Answered<Value>>
  /** The value of an answer that must be a success. */
  gets<Value>(method: string, path: string, body?: unknown, headers?: Record<string, string>): Promise<Value>
}

/** With a token of its own, which an operator has made. */
export async function openProgram(
  world: World,
  name = 'On-call alarm',
  scopes: readonly Scope[] = SCOPES,
  expiresAt?: number,
): Promise<Program> {
  const operator = { actor: { kind: 'operator' }, userId: null } as const
  const wanted = { name, scopes: [...scopes], expiresAt }
  const made = await world.server.store.write((unit) => createToken(unit, wanted, operator, systemEntropy))
  if (!made.ok) throw new Error(made.error.message)
  const { token, apiToken } = made.value
  return programWith(world, token, apiToken.id)
}

export function programWith(world: World, token: string, tokenId = ''): Program {
  const asks: Program['asks'] = async <Value>(
    method: string,
    path: string,
    body?: unknown,
    headers: Record<string, string> = {},
  ) => {
    const response = await fetch(`${world.server.address}/api/v1${path}`, {
      method,
      headers: {
        authorization: `Bearer ${token}`,
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    })
    const answer = answerSchema.parse(await response.json()) as Result<Value>
    return { status: response.status, headers: response.headers, answer }
  }
  return {
    token,
    tokenId,
    asks,
    async gets<Value>(method: string, path: string, body?: unknown, headers?: Record<string, string>) {
      const { status, answer } = await asks<Value>(method, path, body, headers)
      if (!answer.ok) throw new Error(`${method} ${path}: ${status} ${answer.error.code} ${answer.error.message}`)
      return answer.value
    },
  }
}

export const makeAdministrator = (world: World, userId: string): Promise<unknown> =>
  world.server.store.write(({ db }) =>
    db.updateTable('users').set({ role: 'administrator' }).where('id', '=', userId).execute(),
  )
