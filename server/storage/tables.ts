// The tables as the queries see them. Times are ms since the epoch, booleans are 0 or 1.
import type { Generated } from 'kysely'
import type { InvitationKind } from '../../shared/protocol/invitations.ts'
import type { AccountRole, AuditAction } from '../../shared/protocol/trust.ts'
import type { RingGroup, WebhookDelivery, WebhookEvent } from '../../shared/protocol/integrations.ts'
import type { MeetingRequest } from '../../shared/protocol/requests.ts'
import type { CallMedia, CallReason, CallStatus, Device, Role, Room, WhoMayRing } from '../../shared/protocol/things.ts'

type Flag = number

export interface Tables {
  meta: { name: string; value: string }
  users: {
    id: string
    login: string
    name: string
    searchName: string
    /** A demo account: its password is known to everybody, so it works on a demo server only. */
    demo: Flag
    createdAt: number
    lastSeenAt: number | null
    declineWhenBusy: Flag
    /** Null when rings come through. A time that has passed counts as null until it is cleared. */
    doNotDisturbUntil: number | null
    /** The room a guest came for; null for everybody with an account. A guest has no credentials, and a login nobody can type. */
    guestOf: string | null
    role: AccountRole
    /** Since when this account may not be used; null while it may. */
    disabledAt: number | null
    whoMayRing: Generated<WhoMayRing>
    /** Since when nothing is kept of this person but that there was somebody. */
    erasedAt: Generated<number | null>
    /** `service`: the caller of an API token's rings, which nobody signs in as or rings. */
    kind: Generated<'person' | 'service'>
  }
  /** Whom somebody has starred. */
  contacts: { userId: string; contactId: string; since: number }
  /** Who has met whom, as `userId` sees it: both were in a meeting at once, or `userId` has rung the other. */
  met: { userId: string; otherId: string; since: number }
  /** Who may ring everybody while the server's policy is `allowList`. */
  ringAllowed: { userId: string }
  /** What was done, by whom and to whom. Nothing in it is ever changed; `seq` is given by the database. */
  audit: {
    seq: Generated<number>
    at: number
    action: AuditAction
    actorKind: 'user' | 'token' | 'operator' | 'server'
    actorId: string | null
    /** A user. */
    subjectId: string | null
    roomId: string | null
    address: string | null
    /** JSON; null for none. */
    details: string | null
  }
  /** Links that make an account or give one a new password, once; gone when used or taken back. Of the token only its hash is kept. */
  invitations: {
    id: string
    tokenHash: string
    kind: InvitationKind
    role: AccountRole
    /** With `reset`: whose password. */
    userId: string | null
    /** Null when it was made at the command line. */
    createdBy: string | null
    createdAt: number
    expiresAt: number
  }
  /** Wrong passwords, by a keyed hash of who was meant and from where: what people type there may be anything. */
  signInFailures: { key: string; failures: number; lastAt: number; waitUntil: number; knownUntil: number }
  /** What another process (`npm run admin`) did in this database and the running server has to carry out: effects as JSON. */
  errands: { seq: Generated<number>; effects: string }
  /** Whose rings do not reach whom. */
  blocks: { userId: string; blockedId: string; since: number }
  /** Rings by somebody who was blocked: their callee hears nothing of them. `receiptAt`: when a receipt would have come; null for none. */
  silencedCalls: { callId: string; receiptAt: number | null }
  credentials: { userId: string; passwordHash: string }
  /** Whom an OpenID provider knows as which account. */
  identities: { issuer: string; subject: string; userId: string; createdAt: number }
  /** A device id is only unique together with its user: ids are visible to others and must not be worth stealing. */
  devices: { userId: string; id: string; platform: Device['platform']; label: string }
  /** One signed-in device; refresh tokens are stored as hashes only. */
  sessions: {
    userId: string
    deviceId: string
    id: string
    refreshHash: string
    previousHash: string | null
    /** Until when the token before the current one still works: its answer may have been lost. */
    previousUntil: number | null
    createdAt: number
    renewedAt: number
    /** When its last connection ended; null before. */
    seenAt: number | null
  }
  rooms: {
    id: string
    code: string
    kind: Room['kind']
    name: string
    ownerId: string
    status: Room['status']
    createdAt: number
    endedAt: number | null
    whoMayInvite: Room['settings']['whoMayInvite']
    /** What members may not do: rights with commas in between. */
    membersLack: string
    /** Who last changed that, and the room's version then; null when nobody has. */
    membersLackBy: string | null
    membersLackVersion: number | null
    locked: Flag
    lobby: Flag
    guestsAllowed: Flag
    guestsWait: Flag
    /** Salted and slow, as those of accounts; null when nobody is asked for one. */
    passwordHash: string | null
    version: number
    /** The last number given to a change of a participant. */
    participantVersion: number
    /** Since when nobody has a seat; null while somebody has. */
    emptySince: number | null
    /** Until when it stays although nobody is in it: made by a program, for people who are yet to come. */
    heldUntil: number | null
  }
  /** What a room has that was made ahead of time. */
  schedules: {
    roomId: string
    startsAt: number
    endsAt: number
    remindBeforeMs: number
    /** When people are to be reminded; `remindedAt` is null until they were. */
    remindAt: number
    remindedAt: number | null
    /** When the first one came in; null before. */
    startedAt: number | null
    /** 0 once the room has ended. */
    open: Flag
    /** In which it was scheduled. */
    zone: string | null
    /** The series it is a meeting of, and the day it has there. */
    seriesId: string | null
    day: string | null
  }
  /** What repeats: its rule, and how the room of the next day is made. */
  series: {
    id: string
    /** Whoever made it, also when one of its meetings is handed over. */
    ownerId: string
    name: string
    zone: string
    startDay: string
    startHour: string
    lengthMs: number
    everyWeeks: number
    /** As in `1,3`. */
    weekdays: string
    /** One of the two is null. */
    untilDay: string | null
    count: number | null
    /** As in `2026-11-30,2026-12-07`. */
    skipped: string
    remindBeforeMs: number
    sequence: number
    /** 0 once all that follows was cancelled. */
    open: Flag
  }
  seriesAttendees: { seriesId: string; userId: string }
  /** Whom a meeting was scheduled with; its owner is not among them. */
  attendees: { roomId: string; userId: string }
  /** Everybody who ever was inside, with the role kept for when they come back. */
  members: {
    roomId: string
    userId: string
    role: Role
    firstJoinedAt: number
    /** Who removed them; null when nobody has since they were last inside. */
    removedBy: string | null
    /** 0 when they were removed and come back only once the owner or an admin has rung them. */
    mayReturn: Flag
  }
  /** Who is inside now: one seat a person (rule 11). */
  seats: {
    userId: string
    roomId: string
    deviceId: string
    joinedAt: number
    connected: Flag
    /** Since when the connection is lost; null while it is there. */
    droppedAt: number | null
    microphone: Flag
    camera: Flag
    /** Who last turned this microphone off for its person, and the seat's version then; null when nobody has. */
    mutedBy: string | null
    mutedVersion: number | null
    screen: Flag
    /** The same of camera and shared screen. */
    cameraStoppedBy: string | null
    cameraStoppedVersion: number | null
    screenStoppedBy: string | null
    screenStoppedVersion: number | null
    /** What this one may do though members may not: rights with commas in between. */
    allowed: string
    /** Since when the hand is raised, and the seat's version then; null while it is down. */
    handRaisedAt: number | null
    handVersion: number | null
    version: number
  }
  /** Who waits to be let in: in one meeting at a time, on one device, and only while they have no seat. */
  waiting: {
    userId: string
    roomId: string
    deviceId: string
    since: number
    /** Since when the connection is lost; null while it is there. */
    droppedAt: number | null
    /** Drawn from the room's counter of participant changes. */
    version: number
  }
  /** Who was not let in, by whom, and until when they may not ask again. */
  denials: { roomId: string; userId: string; byUserId: string; until: number }
  /** `seq` is the room's own counter of messages; without `toId` a message is for everybody. */
  chatMessages: {
    roomId: string
    seq: number
    id: string
    fromId: string
    toId: string | null
    text: string
    at: number
  }
  calls: {
    id: string
    roomId: string
    callerId: string
    calleeId: string
    media: CallMedia
    status: CallStatus
    delivery: 'sent' | 'received' | 'notYetReceived'
    reason: CallReason | null
    extension: string | null
    response: string | null
    createdAt: number
    expiresAt: number
    receivedAt: number | null
    endedAt: number | null
    endedBy: string | null
    handledBy: string | null
    version: number
  }
  /** What somebody in a meeting asks of somebody (`turnOn`), or of its owner and admins (`permission`). */
  requests: {
    id: string
    roomId: string
    kind: MeetingRequest['kind']
    source: MeetingRequest['source']
    fromId: string
    /** Empty with `permission`. */
    toId: string
    status: MeetingRequest['status']
    createdAt: number
    expiresAt: number
    endedAt: number | null
    endedBy: string | null
    version: number
  }
  /** Programs that may ask over HTTP; the token itself is stored as a hash only. */
  apiTokens: {
    id: string
    hash: string
    name: string
    /** With commas in between. */
    scopes: string
    /** The user who rings people in this token's name. */
    serviceId: string
    /** Null when it was made at the server's command line. */
    createdBy: string | null
    createdAt: number
    expiresAt: number | null
    lastUsedAt: number | null
    revokedAt: number | null
  }
  /** Several people rung for one answer. */
  ringGroups: {
    id: string
    roomId: string
    tokenId: string
    strategy: RingGroup['strategy']
    media: CallMedia
    extension: string | null
    timeoutSeconds: number
    /** With commas in between, in the order they are rung. */
    calleeIds: string
    /** How many of them have had their turn. */
    started: number
    status: RingGroup['status']
    createdAt: number
    endedAt: number | null
  }
  ringGroupCalls: { groupId: string; callId: string }
  /** Other servers that are told what happens here. */
  webhooks: {
    id: string
    name: string
    url: string
    /** With commas in between. */
    events: string
    /** Encrypted with a key made of the server's own secret: it is needed to sign. */
    secret: string
    createdBy: string | null
    createdAt: number
    /** Deliveries given up since the last one that arrived. */
    failedInRow: number
    /** Since when nothing is sent any more; null while it is. */
    pausedAt: number | null
  }
  /** What is to be sent, has been, or was given up; `seq` is given by the database. */
  webhookDeliveries: {
    seq: Generated<number>
    id: string
    webhookId: string
    event: WebhookEvent | 'webhook.ping'
    /** What has the same one is sent one after the other. */
    orderKey: string
    body: string
    status: WebhookDelivery['status']
    attempts: number
    createdAt: number
    /** When it is tried next; null once it is over. */
    dueAt: number | null
    endedAt: number | null
    httpStatus: number | null
    error: string | null
  }
  /** What each command answered, so that one sent again takes effect once. */
  commandOutcomes: { userId: string; deviceId: string; commandId: string; name: string; answer: string; at: number }
}
