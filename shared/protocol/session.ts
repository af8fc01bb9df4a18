// Signing in (HTTP), keeping the session alive, and the sync that makes a device whole after every (re)connect.
import { z } from 'zod'
import { denialSchema, lobbySchema, waitingSchema } from './lobby.ts'
import { requestSchema } from './requests.ts'
import {
  callSchema,
  deviceSchema,
  idSchema,
  personSchema,
  policySchema,
  removalSchema,
  ringSchema,
  roomSchema,
  roomSnapshotSchema,
  timeSchema,
  userSchema,
} from './things.ts'
import { accountRoleSchema } from './trust.ts'

export const PROTOCOL_VERSION = 1

export const tokensSchema = z.object({
  /** A JWT for the signaling connection; short-lived. */
  accessToken: z.string().max(4096),
  accessExpiresAt: timeSchema,
  /** Opaque, long-lived, bound to the device; good for new access tokens, and replaced each time it is used. */
  refreshToken: z.string().max(512),
})
export type Tokens = z.infer<typeof tokensSchema>

/** POST /api/sign-in */
export const signInInputSchema = z.object({
  login: z.string().trim().min(1).max(120),
  password: z.string().min(1).max(1024),
  device: deviceSchema,
})
export type SignInInput = z.infer<typeof signInInputSchema>
export const signInOutputSchema = z.object({ user: userSchema, tokens: tokensSchema })
export type SignInOutput = z.infer<typeof signInOutputSchema>

/** POST /api/renew (answers like sign-in: `signInOutputSchema`) and POST /api/sign-out (answers `{}`). All answers are Results. */
export const renewInputSchema = z.object({ refreshToken: z.string().min(1).max(512), deviceId: idSchema })

/** GET /api/server (answers this very object): asked before a password is sent, so that a wrong address is noticed first. */
export const serverInfoSchema = z.object({
  name: z.literal('Parley'),
  version: z.string(),
  protocol: z.number().int(),
  /** Present only on a server started with demo accounts; all share the password shown here. */
  demo: z
    .object({ password: z.string(), people: z.array(z.object({ login: z.string(), name: z.string() })) })
    .optional(),
  /** The ways to sign in; `name` is what people call the provider. Servers from before know passwords only. */
  signIn: z
    .object({ password: z.boolean(), openid: z.object({ name: z.string().max(80) }).nullable() })
    .default({ password: true, openid: null }),
})
export type ServerInfo = z.infer<typeof serverInfoSchema>

/** What the client presents when the socket opens. */
export const handshakeSchema = z.object({
  protocol: z.literal(PROTOCOL_VERSION),
  accessToken: z.string().max(4096),
  device: deviceSchema,
})

/** This user's seat on another device, so that the app can offer to move it here; null when there is none. */
export const elsewhereSchema = z.object({ roomId: idSchema, deviceId: idSchema, deviceLabel: z.string() }).nullable()
export type Elsewhere = z.infer<typeof elsewhereSchema>

/** Why a session ended; left out where it ended with the meeting it was for. */
export const sessionEndSchema = z.enum([
  'signedOut',
  'signedOutElsewhere',
  'signedOutByOperator',
  'tokenReused',
  'passwordChanged',
  'disabled',
])
export type SessionEnd = z.infer<typeof sessionEndSchema>

/** Everything a device must show (calls.md, section 7). It replaces what the device had. */
export const syncSchema = z.object({
  serverNow: timeSchema,
  me: userSchema,
  /** Whether this user looks after the server. */
  role: accountRoleSchema,
  deviceId: idSchema,
  policy: policySchema,
  /** Whom this user has blocked. */
  blocked: z.array(userSchema),
  /** Whom this user has starred, by name. */
  contacts: z.array(userSchema),
  /** Rings addressed to this user that are still ringing. */
  rings: z.array(ringSchema),
  /** Calls this user started that still ring, and every pending or lately ended call of the room this device is in. */
  calls: z.array(callSchema),
  /** The room this device has its seat in. */
  seat: roomSnapshotSchema.nullable(),
  /** In that room, of or to this user, open or over lately: so that late news brings none back. */
  requests: z.array(requestSchema),
  elsewhere: elsewhereSchema,
  /** The meeting this device waits to be let into. */
  waiting: waitingSchema.nullable(),
  /** Who waits for the room of `seat`, when this user looks after it; null when nobody does. */
  lobby: lobbySchema.nullable(),
  /** Where this user was not let in and may not ask again yet; so that a device that was offline then can say so. */
  denied: z.array(denialSchema),
  /** Running meetings this user was removed from and has not been in since; so that a device that was offline then can say why. */
  removed: z.array(removalSchema.extend({ roomId: idSchema })),
  /** Scheduled meetings of this user that are not over yet, soonest first; the first few when there are many. */
  scheduled: z.array(roomSchema),
  /** Rings that ended unanswered since `lastSyncAt`, newest first. */
  missed: z.array(callSchema),
  /** People who are not offline. */
  presence: z.array(personSchema),
})
export type Sync = z.infer<typeof syncSchema>

export const sessionCommands = {
  'session.sync': { input: z.object({ lastSyncAt: timeSchema.optional() }), output: syncSchema },
  'session.renew': {
    input: z.object({ refreshToken: z.string().min(1).max(512) }),
    output: z.object({ tokens: tokensSchema }),
  },
} as const

export const sessionEvents = {
  'session.tokenExpiring': z.object({ accessExpiresAt: timeSchema }),
  /** To a user's devices without the seat: it appeared, moved or went. */
  'session.elsewhere': z.object({ elsewhere: elsewhereSchema }),
  /** The server is going down on purpose: reconnect soon. */
  'session.serverClosing': z.object({ retryAfterMs: z.number().int().nonnegative() }),
  /** The account signed out here, or was closed: stop and show sign-in. */
  'session.ended': z.object({ message: z.string(), reason: sessionEndSchema.optional().catch(undefined) }),
  /** To every device of the person: what they may do on this server has changed. */
  'session.roleChanged': z.object({ role: accountRoleSchema }),
} as const
