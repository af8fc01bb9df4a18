// What can be set about signing in with OpenID Connect. Messages name the setting and never repeat a secret.
import { readFileSync } from 'node:fs'
import { isSafe } from '../publicUrl.ts'

export type OpenIdConfig = {
  /** As the provider calls itself: `https://login.example.org/realms/acme`. */
  issuer: string
  clientId: string
  /** Null for a public client, which proves nothing but PKCE. */
  clientSecret: string | null
  /** What the button calls it: "Continue with …". */
  name: string
  scopes: string
  /** The origin that the provider sends browsers back to. */
  publicUrl: string
  /** Whether an account whose user name is the verified mail address becomes theirs. */
  linkAccounts: boolean
  /** Whose verified mail addresses may sign in; empty for everybody the provider knows. */
  allowedDomains: readonly string[]
  /** Whoever is in it is an administrator, and whoever is not is none; null when roles are given here. */
  adminGroup: string | null
  /** The claim that lists groups. */
  groupsClaim: string
}

export const CALLBACK_PATH = '/openid/callback'

/** Of the server's `--help`. */
export const OPENID_USAGE = `  PARLEY_PUBLIC_URL              where browsers reach this server, like https://parley.example.org
  PARLEY_OIDC_ISSUER             an OpenID provider people may sign in with; it has to know PARLEY_PUBLIC_URL${CALLBACK_PATH}
  PARLEY_OIDC_CLIENT_ID          as which client this server is registered there
  PARLEY_OIDC_CLIENT_SECRET      its secret (none: a public client), or PARLEY_OIDC_CLIENT_SECRET_FILE
  PARLEY_OIDC_NAME               what people call the provider; it stands on the button (its host name)
  PARLEY_OIDC_SCOPES             what is asked for (openid profile email)
  PARLEY_OIDC_LINK_ACCOUNTS=on   whose verified mail address is a user name here gets that account (off)
  PARLEY_OIDC_ALLOWED_DOMAINS    only people whose verified mail address is there, separated by commas
  PARLEY_OIDC_ADMIN_GROUP        whoever is in this group is an administrator, and nobody else who signs in this way
  PARLEY_OIDC_GROUPS_CLAIM       the claim that lists groups (groups)
  PARLEY_PASSWORD_SIGN_IN=off    nobody signs in with a password (on)`

type Env = Record<string, string | undefined>

const NAME_MAX = 40
const SCOPES = 'openid profile email'
const DOMAIN = /^[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?$/

/** Null when no provider is set. Throws with a sentence for whoever started the server. */
export function readOpenIdSettings(env: Env, publicUrl: string | undefined): OpenIdConfig | null {
  const text = (name: string) => env[name]?.trim() || undefined
  const issuer = text('PARLEY_OIDC_ISSUER')
  if (issuer === undefined) {
    const alone = Object.keys(env).find((name) => name.startsWith('PARLEY_OIDC_') && text(name) !== undefined)
    if (alone !== undefined) throw new Error(`PARLEY_OIDC_ISSUER: ${alone} is set, say also which provider it is for`)
    return null
  }
  if (!URL.canParse(issuer) || !isSafe(new URL(issuer)))
    throw new Error('PARLEY_OIDC_ISSUER: the https:// address of the provider, as it calls itself')
  const clientId = text('PARLEY_OIDC_CLIENT_ID')
  if (clientId === undefined) throw new Error('PARLEY_OIDC_CLIENT_ID: say as which client this server is registered')
  if (publicUrl === undefined) {
    throw new Error(
      `PARLEY_PUBLIC_URL: say where browsers reach this server; the provider sends them to ${CALLBACK_PATH}`,
    )
  }
  const scopes = text('PARLEY_OIDC_SCOPES') ?? SCOPES
  if (!scopes.split(/\s+/).includes('openid')) throw new Error('PARLEY_OIDC_SCOPES: "openid" has to be among them')
  return {
    issuer,
    clientId,
    clientSecret: readSecret(env),
    name: nameOf(text('PARLEY_OIDC_NAME') ?? new URL(issuer).hostname.slice(0, NAME_MAX)),
    scopes,
    publicUrl,
    linkAccounts: onOrOff('PARLEY_OIDC_LINK_ACCOUNTS', text('PARLEY_OIDC_LINK_ACCOUNTS'), false),
    allowedDomains: domains(text('PARLEY_OIDC_ALLOWED_DOMAINS')),
    adminGroup: text('PARLEY_OIDC_ADMIN_GROUP') ?? null,
    groupsClaim: text('PARLEY_OIDC_GROUPS_CLAIM') ?? 'groups',
  }
}

/** Whether a user name and a password let anybody in. */
export function readPasswordSignIn(env: Env, openId: OpenIdConfig | null): boolean {
  const on = onOrOff('PARLEY_PASSWORD_SIGN_IN', env['PARLEY_PASSWORD_SIGN_IN']?.trim(), true)
  if (!on && openId === null)
    throw new Error('PARLEY_PASSWORD_SIGN_IN: with "off" nobody could sign in; set PARLEY_OIDC_ISSUER as well')
  return on
}

function readSecret(env: Env): string | null {
  const [given, file] = [env['PARLEY_OIDC_CLIENT_SECRET'], env['PARLEY_OIDC_CLIENT_SECRET_FILE']]
  if (given && file) throw new Error('PARLEY_OIDC_CLIENT_SECRET: either this or PARLEY_OIDC_CLIENT_SECRET_FILE')
  if (!file) return given || null
  let content: string
  try {
    content = readFileSync(file, 'utf8').trim()
  } catch {
    throw new Error(`PARLEY_OIDC_CLIENT_SECRET_FILE: ${file} cannot be read`)
  }
  if (content === '') throw new Error(`PARLEY_OIDC_CLIENT_SECRET_FILE: ${file} is empty`)
  return content
}

function nameOf(name: string): string {
  if (name.length > NAME_MAX)
    throw new Error(`PARLEY_OIDC_NAME: at most ${NAME_MAX} characters, they stand on a button`)
  return name
}

function domains(text: string | undefined): string[] {
  const list = (text ?? '').split(',').flatMap((part) => part.trim().toLowerCase().replace(/^@/, '') || [])
  const wrong = list.find((domain) => !DOMAIN.test(domain))
  if (wrong !== undefined) throw new Error(`PARLEY_OIDC_ALLOWED_DOMAINS: "${wrong}" is no domain like example.org`)
  return list
}

function onOrOff(name: string, text: string | undefined, fallback: boolean): boolean {
  if (text === undefined || text === '') return fallback
  if (['on', '1', 'true', 'yes'].includes(text.toLowerCase())) return true
  if (['off', '0', 'false', 'no'].includes(text.toLowerCase())) return false
  throw new Error(`${name}: "on" or "off"`)
}
