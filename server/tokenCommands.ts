// `node server/main.ts token create|list|revoke`: API tokens at the server's own command line, also while the server runs.
import { newTokenSchema, SCOPES } from '../shared/protocol/integrations.ts'
import { failure, success, type Result } from '../shared/protocol/result.ts'
import { allTokens, createToken, revokeToken } from './api/tokens.ts'
import type { ServerConfig } from './config.ts'
import { systemEntropy } from './entropy.ts'
import { checkInput } from './gateway/checkInput.ts'
import { databaseFile } from './server.ts'
import { openStore, type Store } from './storage/store.ts'
import { systemTimers } from './timers.ts'

const DAY_MS = 24 * 60 * 60_000
const OPERATOR = { actor: { kind: 'operator' }, userId: null } as const

export const TOKEN_USAGE = `token create <name> <scopes> [days]: scopes with commas in between, of ${SCOPES.join(' ')}
token list
token revoke <id>`

/** The lines to print. `args`: what stands behind `token`. */
export async function runTokenCommand(store: Store, args: readonly string[], now: number): Promise<Result<string[]>> {
  const [verb, ...rest] = args
  if (verb === 'create') return create(store, rest, now)
  if (verb === 'list') return list(store)
  const [id] = rest
  if (verb === 'revoke' && id !== undefined) {
    const revoked = await store.write((unit) => revokeToken(unit, id, OPERATOR))
    return revoked.ok ? success([`Revoked ${revoked.value.apiToken.name}.`]) : revoked
  }
  return failure('invalid', `Not understood. Use one of these:\n${TOKEN_USAGE}`)
}

async function create(store: Store, [name, scopes, days]: string[], now: number): Promise<Result<string[]>> {
  if (name === undefined || scopes === undefined || (days !== undefined && !/^[1-9]\d{0,4}$/.test(days)))
    return failure('invalid', `Not understood. Use it like this:\n${TOKEN_USAGE}`)
  const expiresAt = days === undefined ? undefined : now + Number(days) * DAY_MS
  const input = checkInput(newTokenSchema, { name, scopes: scopes.split(',').filter(Boolean), expiresAt })
  if (!input.ok) return input
  const made = await store.write((unit) => createToken(unit, input.value, OPERATOR, systemEntropy))
  return made.ok ? success([made.value.token]) : made
}

async function list(store: Store): Promise<Result<string[]>> {
  const tokens = await store.read(allTokens)
  if (!tokens.ok) return tokens
  return success(
    tokens.value.apiTokens.map(({ id, name, scopes, revokedAt, expiresAt }) => {
      const until = expiresAt === undefined ? '' : `  until ${new Date(expiresAt).toISOString()}`
      return `${id}  ${name}  ${scopes.join(',')}${until}${revokedAt === undefined ? '' : '  revoked'}`
    }),
  )
}

export async function tokenCommand(config: ServerConfig, args: readonly string[]): Promise<void> {
  const store = await openStore({ file: databaseFile(config.dataDir), now: systemTimers.now, perform: () => {} })
  try {
    const lines = await runTokenCommand(store, args, systemTimers.now())
    if (!lines.ok) throw new Error(lines.error.message)
    for (const line of lines.value) process.stdout.write(`${line}\n`)
  } finally {
    await store.close()
  }
}
