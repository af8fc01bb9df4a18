// Signing in with OpenID Connect (HTTP). The server talks to the provider; a device brings what only itself can know.
import { z } from 'zod'
import { deviceSchema } from './things.ts'

/** 32 random bytes, or a SHA-256, in base64url. */
const tokenSchema = z.string().regex(/^[\w-]{43}$/)

/** POST /api/openid/start. Whoever finishes must know the verifier whose SHA-256 this is. */
export const openIdStartInputSchema = z.object({
  /** Where the browser comes back to: a page of this server, or the desktop app by a `parley:` link. */
  way: z.enum(['web', 'desktop']),
  verifierHash: tokenSchema,
})
export type OpenIdStartInput = z.infer<typeof openIdStartInputSchema>

/** Where the browser goes, and for how long it may take there. */
export const openIdStartOutputSchema = z.object({
  url: z.string().max(8_192),
  expiresInMs: z.number().int().positive(),
})
export type OpenIdStartOutput = z.infer<typeof openIdStartOutputSchema>

/** POST /api/openid/finish (answers like sign-in: `signInOutputSchema`). A grant is good once, for the device that began. */
export const openIdFinishInputSchema = z.object({ grant: tokenSchema, verifier: tokenSchema, device: deviceSchema })
export type OpenIdFinishInput = z.infer<typeof openIdFinishInputSchema>

/**
 * What can go wrong, as the `field` of an error (`openid.denied`), so that clients have words for each. `elsewhere`: the page was opened
 * at another address than the one the provider sends browsers to. `browser` and `unasked` are told by the client itself.
 */
export const OPENID_PROBLEMS = [
  'off',
  'provider',
  'untrusted',
  'denied',
  'expired',
  'disabled',
  'domain',
  'elsewhere',
  'browser',
  'unasked',
] as const
export type OpenIdProblem = (typeof OPENID_PROBLEMS)[number]
