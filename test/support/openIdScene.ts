// A Parley server with a provider, and a device that signs in through it, step by step.
import { createHash, randomBytes, randomUUID } from 'node:crypto'
import type { OpenIdConfig } from '../../server/openid/settings.ts'
import type { ServerConfig } from '../../server/config.ts'
import { openIdStartOutputSchema } from '../../shared/protocol/openid.ts'
import { answerSchema, type Result } from '../../shared/protocol/result.ts'
import { signInOutputSchema, type SignInOutput } from '../../shared/protocol/session.ts'
import { freePort, startProvider, throughProvider, type TestProvider } from './openIdProvider.ts'
import { openWorld, type World } from './server.ts'

export type OpenIdScene = { world: World; provider: TestProvider; origin: string; close(): Promise<void> }

export async function openIdScene(
  more: Partial<OpenIdConfig> = {},
  config: Partial<ServerConfig> = {},
  options: { open?: boolean } = {},
): Promise<OpenIdScene> {
  const port = await freePort()
  const origin = `http://127.0.0.1:${port}`
  const provider = await startProvider(origin, options)
  const world = await openWorld({
    config: { port, publicUrl: origin, openId: provider.config(origin, more), ...config },
  })
  const close = async () => {
    await world.close()
    await provider.close()
  }
  return { world, provider, origin, close }
}

export const hashOf = (text: string): string => createHash('sha256').update(text).digest('base64url')
export const randomToken = (): string => randomBytes(32).toString('base64url')

export async function post(origin: string, path: string, body: unknown, headers: Record<string, string> = {}) {
  const response = await fetch(origin + path, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify(body),
  })
  return answerSchema.parse(await response.json()) as Result<unknown>
}

/** One device that has begun. */
export type Begun = { url: string; verifier: string; way: 'web' | 'desktop' }

export async function begin(origin: string, way: 'web' | 'desktop' = 'web'): Promise<Begun> {
  const verifier = randomToken()
  const started = await post(origin, '/api/openid/start', { way, verifierHash: hashOf(verifier) })
  if (!started.ok) throw new Error(started.error.message)
  return { url: openIdStartOutputSchema.parse(started.value).url, verifier, way }
}

/** What the browser is given when it comes back: the grant, by whichever way. */
export async function comeBack(address: string): Promise<{ grant: string; response: Response; text: string }> {
  const response = await fetch(address, { redirect: 'manual' })
  const text = await response.text()
  const place = response.headers.get('location') ?? text
  const grant = /#openid=([\w-]+)$/.exec(place)?.[1] ?? /parley:\/\/openid\/([\w-]+)"/.exec(place)?.[1] ?? ''
  return { grant, response, text }
}

export const finish = async (
  origin: string,
  input: { grant: string; verifier: string; deviceId?: string },
): Promise<Result<SignInOutput>> => {
  const { grant, verifier, deviceId = randomUUID() } = input
  const device = { id: deviceId, platform: 'linux', label: 'a test' }
  const answer = await post(origin, '/api/openid/finish', { grant, verifier, device })
  return answer.ok ? { ok: true, value: signInOutputSchema.parse(answer.value) } : answer
}

/** All of it. */
export async function signInAs(
  origin: string,
  as: string,
  way: 'web' | 'desktop' = 'web',
): Promise<Result<SignInOutput>> {
  const begun = await begin(origin, way)
  const { grant } = await comeBack(await throughProvider(begun.url, as))
  return finish(origin, { grant, verifier: begun.verifier })
}

/** The audit log, as action and details. */
export const audited = (world: World) =>
  world.server.store.read(async (db) => {
    const rows = await db.selectFrom('audit').selectAll().orderBy('seq').execute()
    return rows.map(({ action, subjectId, details }) => ({
      action,
      subjectId,
      details: JSON.parse(details ?? '{}') as object,
    }))
  })

export const fieldOf = (result: Result<unknown>) => (result.ok ? 'signed in' : result.error.field)
