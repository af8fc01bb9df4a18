// Signing in, renewing and signing out over HTTP, with every answer checked.
import type { z } from 'zod'
import {
  guestLookOutputSchema,
  guestOutputSchema,
  type GuestInput,
  type GuestLook,
  type GuestOutput,
} from '../protocol/guests.ts'
import {
  invitationAcceptOutputSchema,
  invitationLookSchema,
  type InvitationAcceptInput,
  type InvitationLook,
} from '../protocol/invitations.ts'
import {
  openIdStartOutputSchema,
  type OpenIdFinishInput,
  type OpenIdStartInput,
  type OpenIdStartOutput,
} from '../protocol/openid.ts'
import { failure, protocolErrorSchema, success, type Result } from '../protocol/result.ts'
import {
  PROTOCOL_VERSION,
  serverInfoSchema,
  signInOutputSchema,
  type ServerInfo,
  type SignInInput,
  type SignInOutput,
} from '../protocol/session.ts'

/** One HTTP exchange in JSON; bounded in time. Null when the server could not be reached or did not answer in JSON. */
export type HttpAsk = (request: { method: 'GET' | 'POST'; url: string; body?: unknown }) => Promise<unknown>

const unreachable = (server: string) =>
  failure('unavailable', `No Parley server answers at ${server}. Check the address and your connection.`)

export type AccountClient = ReturnType<typeof createAccountClient>

export function createAccountClient(http: HttpAsk) {
  async function post<Schema extends z.ZodType>(
    server: string,
    path: string,
    body: unknown,
    schema: Schema,
  ): Promise<Result<z.output<Schema>>> {
    const answer = await http({ method: 'POST', url: server + path, body })
    if (typeof answer !== 'object' || answer === null) return unreachable(server)
    if ('error' in answer) {
      const error = protocolErrorSchema.safeParse(answer.error)
      return error.success ? { ok: false, error: error.data } : unreachable(server)
    }
    const value = schema.safeParse('value' in answer ? answer.value : undefined)
    return value.success ? success(value.data) : unreachable(server)
  }

  return {
    /** Is a Parley server of this protocol at that address? Asked before any password is sent. */
    async checkServer(server: string): Promise<Result<ServerInfo>> {
      const info = serverInfoSchema.safeParse(await http({ method: 'GET', url: server + '/api/server' }))
      if (!info.success) return unreachable(server)
      if (info.data.protocol !== PROTOCOL_VERSION)
        return failure(
          'conflict',
          `This server speaks another version of Parley (${info.data.version}). Update the app or the server.`,
        )
      return success(info.data)
    },
    signIn: (server: string, input: SignInInput): Promise<Result<SignInOutput>> =>
      post(server, '/api/sign-in', input, signInOutputSchema),
    startOpenId: (server: string, input: OpenIdStartInput): Promise<Result<OpenIdStartOutput>> =>
      post(server, '/api/openid/start', input, openIdStartOutputSchema),
    finishOpenId: (server: string, input: OpenIdFinishInput): Promise<Result<SignInOutput>> =>
      post(server, '/api/openid/finish', input, signInOutputSchema),
    lookAsGuest: (server: string, input: { code: string }): Promise<Result<GuestLook>> =>
      post(server, '/api/guest/look', input, guestLookOutputSchema),
    arriveAsGuest: (server: string, input: GuestInput): Promise<Result<GuestOutput>> =>
      post(server, '/api/guest', input, guestOutputSchema),
    lookAtInvitation: (server: string, input: { token: string }): Promise<Result<InvitationLook>> =>
      post(server, '/api/invitation/look', input, invitationLookSchema),
    acceptInvitation: (server: string, input: InvitationAcceptInput): Promise<Result<SignInOutput>> =>
      post(server, '/api/invitation/accept', input, invitationAcceptOutputSchema),
    renew: (server: string, input: { refreshToken: string; deviceId: string }) =>
      post(server, '/api/renew', input, signInOutputSchema),
    signOut: (server: string, input: { refreshToken: string; deviceId: string }) =>
      http({ method: 'POST', url: server + '/api/sign-out', body: input }),
  }
}

/** A typed server address made whole: `parley.example` becomes `https://parley.example`; null when it cannot be one. */
export function serverAddress(typed: string): string | null {
  const text = typed.trim().replace(/\/+$/, '')
  const match = /^(?:(https?):\/\/)?([a-z0-9](?:[a-z0-9.-]*[a-z0-9])?|\[[0-9a-f:]+\])(:\d{1,5})?$/i.exec(text)
  if (!match) return null
  const [, scheme, host = '', port = ''] = match
  // Plain http is for this very machine: everywhere else a password must not travel in the clear unless it was asked for by name.
  const local = /^(localhost|127(?:\.\d{1,3}){3}|\[::1\])$/i.test(host)
  return `${(scheme ?? (local ? 'http' : 'https')).toLowerCase()}://${host.toLowerCase()}${port}`
}

/** The server and the token of a link like `https://parley.example/invite/…` (or `/setup/…`); null when it is no such link. */
export function invitationLink(typed: string): { server: string; token: string } | null {
  const match = /^(.+)\/(?:invite|setup)\/([\w-]{8,200})\/?$/.exec(typed.trim())
  const server = match?.[1] === undefined ? null : serverAddress(match[1])
  return server === null || match?.[2] === undefined ? null : { server, token: match[2] }
}
