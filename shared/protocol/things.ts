// The things both sides talk about (calls.md, section 1): users, devices, rooms, participants, calls.
import { z } from 'zod'
import { PAYLOAD_BYTES_MAX, utf8Bytes } from '../call/limits.ts'
import { seriesSchema, zoneSchema } from './repeating.ts'

export const idSchema = z.uuid()
/** Milliseconds since the epoch, on the server's clock. */
export const timeSchema = z.number().int().nonnegative()
/** A version grows by one on every change; receivers drop whatever is not newer than what they have. */
export const versionSchema = z.number().int().positive()

export const payloadSchema = z.string().refine((text) => utf8Bytes(text) <= PAYLOAD_BYTES_MAX, {
  error: `at most ${PAYLOAD_BYTES_MAX} bytes`,
  params: { tooLarge: true },
})

export const userSchema = z.object({
  id: idSchema,
  name: z.string(),
  avatarUrl: z.string().optional(),
  /** Came by a meeting's link and has no account: the name is what they typed. */
  guest: z.literal(true).optional(),
  /** A program that rings people in; nobody can ring it. */
  service: z.literal(true).optional(),
})
export type User = z.infer<typeof userSchema>

export const PLATFORMS = ['win32', 'darwin', 'linux', 'web'] as const
export const deviceSchema = z.object({
  id: idSchema,
  platform: z.enum(PLATFORMS),
  /** What the person calls it: "Ann's laptop", "Chrome on Linux". */
  label: z.string().min(1).max(80),
})
export type Device = z.infer<typeof deviceSchema>

export const roleSchema = z.enum(['owner', 'admin', 'member'])
export type Role = z.infer<typeof roleSchema>

export const mediaKindSchema = z.enum(['audio', 'video'])
export type CallMedia = z.infer<typeof mediaKindSchema>

/** What a member of a meeting may be kept from. */
export const rightSchema = z.enum(['microphone', 'camera', 'share', 'chat'])
export type Right = z.infer<typeof rightSchema>
export const membersMaySchema = z.object({
  microphone: z.boolean(),
  camera: z.boolean(),
  share: z.boolean(),
  chat: z.boolean(),
})
export type MembersMay = z.infer<typeof membersMaySchema>

export const roomSettingsSchema = z.object({
  whoMayInvite: z.enum(['everyone', 'admins']),
  /** The owner and admins may always do all of it. */
  membersMay: membersMaySchema,
  /** Nobody new gets in by themselves. */
  locked: z.boolean(),
  /** Whoever comes by themselves and was not inside before waits until somebody lets them in. */
  lobby: z.boolean(),
  /** Whoever has the link may come in under a name, without an account. */
  guestsAllowed: z.boolean(),
  /** Guests wait until somebody lets them in, also while others need not. */
  guestsWait: z.boolean(),
  /** Nobody is told the password itself. */
  hasPassword: z.boolean(),
})
/** What `room.update` may name; the rest stays. */
export const roomSettingsChangeSchema = roomSettingsSchema
  .omit({ hasPassword: true })
  .partial()
  .extend({ membersMay: membersMaySchema.partial().optional() })
export type RoomSettingsChange = z.input<typeof roomSettingsChangeSchema>
export const roomNameSchema = z.string().trim().min(1).max(120)

/** What a room has that was made ahead of time. */
export const scheduleSchema = z.object({
  startsAt: timeSchema,
  endsAt: timeSchema,
  /** By name; without the owner. */
  attendees: z.array(userSchema),
  owner: userSchema,
  remindBeforeMs: z.number().int().nonnegative(),
  /** When people were reminded of this start; absent before. */
  remindedAt: timeSchema.optional(),
  /** When the first one came in; absent before. */
  startedAt: timeSchema.optional(),
  /** In which it was scheduled; absent for meetings from before zones were kept. */
  zone: zoneSchema.optional(),
  /** Of a meeting that repeats. */
  series: seriesSchema.optional(),
})
export type Schedule = z.infer<typeof scheduleSchema>

export const roomSchema = z.object({
  id: idSchema,
  /** What people type or paste to join: three groups of letters, unique while the room lives. */
  code: z.string(),
  kind: z.enum(['meeting', 'direct']),
  name: z.string(),
  ownerId: idSchema,
  status: z.enum(['scheduled', 'running', 'ended']),
  createdAt: timeSchema,
  endedAt: timeSchema.optional(),
  schedule: scheduleSchema.optional(),
  settings: roomSettingsSchema,
  /** Who last changed `settings.membersMay`, and the room's version then; absent when nobody has. */
  membersMaySet: z.object({ by: userSchema, version: versionSchema }).optional(),
  version: versionSchema,
})
export type Room = z.infer<typeof roomSchema>

/** Somebody else turned it off: who, and when by the room's counter. */
const turnedOffSchema = z.object({ by: userSchema, version: versionSchema })

export const participantSchema = z.object({
  roomId: idSchema,
  user: userSchema,
  deviceId: idSchema,
  role: roleSchema,
  joinedAt: timeSchema,
  /** False while the participant's connection is lost and the seat is kept. */
  connected: z.boolean(),
  microphone: z.boolean(),
  camera: z.boolean(),
  /** Shares a screen or a window. */
  screen: z.boolean(),
  /**
   * The last time somebody else turned this microphone off, by the room's counter; absent when nobody has since this seat was
   * taken. It stays when its person turns the microphone on again: a device has obeyed once it has seen this version.
   */
  muted: turnedOffSchema.optional(),
  /** The same of camera and shared screen. */
  stopped: z.object({ camera: turnedOffSchema.optional(), screen: turnedOffSchema.optional() }).optional(),
  /** What this one may do though members may not, until it is taken back or they leave; absent when there is nothing. */
  allowed: z.array(rightSchema).optional(),
  /** A raised hand: since when, and its place among the others by the room's counter; absent while it is down. */
  hand: z.object({ raisedAt: timeSchema, order: versionSchema }).optional(),
  /** Drawn from the room's own counter, so that it orders joining, changing and leaving. */
  version: versionSchema,
})
export type Participant = z.infer<typeof participantSchema>

/** Who removed somebody from a meeting, and whether they may come back by themselves. */
export const removalSchema = z.object({ by: userSchema, mayReturn: z.boolean() })
export type Removal = z.infer<typeof removalSchema>

export const roomSnapshotSchema = z.object({ room: roomSchema, participants: z.array(participantSchema) })
export type RoomSnapshot = z.infer<typeof roomSnapshotSchema>

export const callStatusSchema = z.enum(['calling', 'accepted', 'rejected', 'cancelled', 'timeout', 'revoked'])
export type CallStatus = z.infer<typeof callStatusSchema>
export const callReasonSchema = z.enum([
  'rejected',
  'inOtherRoom',
  'doNotDisturb',
  'byCaller',
  'callerGone',
  'byAdmin',
  'roomEnded',
  'permissionLost',
  'answered',
  'joined',
  'noAnswer',
  'unreachable',
])
export type CallReason = z.infer<typeof callReasonSchema>

export const callSchema = z.object({
  id: idSchema,
  roomId: idSchema,
  caller: userSchema,
  callee: userSchema,
  media: mediaKindSchema,
  status: callStatusSchema,
  delivery: z.enum(['sent', 'received', 'notYetReceived']),
  reason: callReasonSchema.optional(),
  extension: payloadSchema.optional(),
  response: payloadSchema.optional(),
  createdAt: timeSchema,
  expiresAt: timeSchema,
  receivedAt: timeSchema.optional(),
  endedAt: timeSchema.optional(),
  endedBy: idSchema.optional(),
  handledBy: idSchema.optional(),
  version: versionSchema,
})
export type Call = z.infer<typeof callSchema>

/** What a ringing device shows beside the call itself: into which meeting, and who is inside (five faces at most, and how many in all). */
export const ringSchema = z.object({
  call: callSchema,
  roomName: z.string(),
  roomKind: z.enum(['meeting', 'direct']),
  inside: z.array(userSchema).max(5),
  insideCount: z.number().int().nonnegative(),
})
export type Ring = z.infer<typeof ringSchema>

export const presenceSchema = z.enum(['available', 'inMeeting', 'doNotDisturb', 'away', 'offline'])
export type Presence = z.infer<typeof presenceSchema>

/** `peopleIMet`: whom one has been in a meeting with, has rung, or has among one's contacts. */
export const whoMayRingSchema = z.enum(['everyone', 'peopleIMet', 'nobody'])
export type WhoMayRing = z.infer<typeof whoMayRingSchema>

/** Which rings reach a person, set by themselves for all their devices (calls.md, rule 8). */
export const policySchema = z.object({
  /** Rings while in another meeting are declined at once, as `inOtherRoom`. */
  declineWhenBusy: z.boolean(),
  /** Until then nothing rings; null when everything does. Callers see a plain decline. */
  doNotDisturbUntil: timeSchema.nullable(),
  /** Rings of anybody else reach nobody here, and look to them like rings that nobody answers. */
  whoMayRing: whoMayRingSchema,
})
export type Policy = z.infer<typeof policySchema>

export const personSchema = z.object({
  user: userSchema,
  presence: presenceSchema,
  lastSeenAt: timeSchema.optional(),
})
export type Person = z.infer<typeof personSchema>
