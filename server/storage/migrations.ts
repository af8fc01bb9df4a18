// The steps a database goes through, oldest first. A step that was released is never edited: add a new one.
import { sql, type Kysely } from 'kysely'
import type { Migration } from 'kysely/migration'

const statements = (list: readonly string[]): Migration => ({
  up: async (db: Kysely<unknown>) => {
    for (const statement of list) await sql.raw(statement).execute(db)
  },
})

const first = [
  `create table meta (name text primary key, value text not null) strict`,
  `create table users (id text primary key, login text not null unique, name text not null, searchName text not null,
     demo integer not null, createdAt integer not null, lastSeenAt integer) strict`,
  `create index usersByName on users (searchName, id)`,
  `create table credentials (userId text primary key references users (id) on delete cascade, passwordHash text not null) strict`,
  `create table devices (userId text not null references users (id) on delete cascade, id text not null,
     platform text not null, label text not null, primary key (userId, id)) strict`,
  `create table sessions (userId text not null, deviceId text not null, id text not null, refreshHash text not null unique,
     previousHash text, previousUntil integer, createdAt integer not null, renewedAt integer not null,
     primary key (userId, deviceId), foreign key (userId, deviceId) references devices (userId, id) on delete cascade) strict`,
  `create index sessionsByPrevious on sessions (previousHash) where previousHash is not null`,
  `create table rooms (id text primary key, code text not null, kind text not null, name text not null,
     ownerId text not null references users (id), status text not null, createdAt integer not null, endedAt integer,
     whoMayInvite text not null, version integer not null, participantVersion integer not null, emptySince integer) strict`,
  `create unique index roomsByLiveCode on rooms (code) where status <> 'ended'`,
  `create index roomsByCode on rooms (code, createdAt)`,
  `create index emptyRooms on rooms (emptySince) where emptySince is not null and status = 'running'`,
  `create table members (roomId text not null references rooms (id) on delete cascade, userId text not null references users (id),
     role text not null, firstJoinedAt integer not null, primary key (roomId, userId)) strict`,
  `create index membersByUser on members (userId)`,
  `create table seats (userId text primary key references users (id), roomId text not null references rooms (id),
     deviceId text not null, joinedAt integer not null, connected integer not null, droppedAt integer,
     microphone integer not null, camera integer not null, version integer not null) strict`,
  `create index seatsByRoom on seats (roomId, joinedAt)`,
  `create index droppedSeats on seats (droppedAt) where droppedAt is not null`,
  `create table calls (id text primary key, roomId text not null references rooms (id), callerId text not null references users (id),
     calleeId text not null references users (id), media text not null, status text not null, delivery text not null,
     reason text, extension text, response text, createdAt integer not null, expiresAt integer not null, receivedAt integer,
     endedAt integer, endedBy text, handledBy text, version integer not null) strict`,
  // calls.md, section 6, rule 2: an index, not a check.
  `create unique index oneRingPerCallee on calls (roomId, calleeId) where status = 'calling'`,
  `create index ringsByExpiry on calls (expiresAt) where status = 'calling'`,
  `create index ringsByCaller on calls (callerId) where status = 'calling'`,
  `create index ringsWithoutReceipt on calls (createdAt) where status = 'calling' and delivery = 'sent'`,
  `create index callsByRoom on calls (roomId, createdAt, id)`,
  `create index callsByCallee on calls (calleeId, endedAt)`,
  `create table commandOutcomes (userId text not null, deviceId text not null, commandId text not null, name text not null,
     answer text not null, at integer not null, primary key (userId, deviceId, commandId)) strict, without rowid`,
  `create index commandOutcomesByTime on commandOutcomes (at)`,
]

const policies = [
  `alter table users add column declineWhenBusy integer not null default 0`,
  `alter table users add column doNotDisturbUntil integer`,
  `create index doNotDisturb on users (doNotDisturbUntil) where doNotDisturbUntil is not null`,
  `create index callsByCallerAndTime on calls (callerId, createdAt, id)`,
  `create index callsByCalleeAndTime on calls (calleeId, createdAt, id)`,
]

const moderation = [
  `alter table members add column removedBy text references users (id)`,
  `alter table members add column mayReturn integer not null default 1`,
  `create index removedMembers on members (userId) where removedBy is not null`,
  `alter table seats add column mutedBy text references users (id)`,
  `alter table seats add column mutedVersion integer`,
]

const scheduled = [
  `create table schedules (roomId text primary key references rooms (id) on delete cascade, startsAt integer not null,
     endsAt integer not null, remindBeforeMs integer not null, remindAt integer not null, remindedAt integer, startedAt integer,
     open integer not null) strict`,
  `create index remindersDue on schedules (remindAt) where open = 1 and remindedAt is null`,
  `create index openSchedulesByEnd on schedules (endsAt) where open = 1`,
  `create index openSchedulesByStart on schedules (startsAt, roomId) where open = 1`,
  `create table attendees (roomId text not null references rooms (id) on delete cascade,
     userId text not null references users (id) on delete cascade, primary key (roomId, userId)) strict, without rowid`,
  `create index attendeesByUser on attendees (userId, roomId)`,
]

const entry = [
  `alter table rooms add column locked integer not null default 0`,
  `alter table rooms add column lobby integer not null default 0`,
  `alter table rooms add column passwordHash text`,
  `create table waiting (userId text primary key references users (id) on delete cascade,
     roomId text not null references rooms (id) on delete cascade, deviceId text not null, since integer not null,
     droppedAt integer, version integer not null) strict`,
  `create index waitingByRoom on waiting (roomId, since)`,
  `create index droppedWaiting on waiting (droppedAt) where droppedAt is not null`,
  `create table denials (roomId text not null references rooms (id) on delete cascade,
     userId text not null references users (id) on delete cascade, byUserId text not null references users (id) on delete cascade,
     until integer not null, primary key (roomId, userId)) strict, without rowid`,
  `create index denialsByUser on denials (userId, until)`,
]

const repeating = [
  `create table series (id text primary key, ownerId text not null references users (id), name text not null, zone text not null,
     startDay text not null, startHour text not null, lengthMs integer not null, everyWeeks integer not null,
     weekdays text not null, untilDay text, count integer, skipped text not null, remindBeforeMs integer not null,
     sequence integer not null, open integer not null) strict`,
  `create table seriesAttendees (seriesId text not null references series (id) on delete cascade,
     userId text not null references users (id) on delete cascade, primary key (seriesId, userId)) strict, without rowid`,
  `alter table schedules add column zone text`,
  `alter table schedules add column seriesId text references series (id)`,
  `alter table schedules add column day text`,
]

const chat = [
  `create table chatMessages (roomId text not null references rooms (id) on delete cascade, seq integer not null,
     id text not null unique, fromId text not null references users (id), toId text references users (id),
     text text not null, at integer not null, primary key (roomId, seq)) strict, without rowid`,
  `alter table seats add column handRaisedAt integer`,
  `alter table seats add column handVersion integer`,
]

const rights = [
  `alter table rooms add column membersLack text not null default ''`,
  `alter table rooms add column membersLackBy text references users (id)`,
  `alter table rooms add column membersLackVersion integer`,
  `alter table seats add column screen integer not null default 0`,
  `alter table seats add column cameraStoppedBy text references users (id)`,
  `alter table seats add column cameraStoppedVersion integer`,
  `alter table seats add column screenStoppedBy text references users (id)`,
  `alter table seats add column screenStoppedVersion integer`,
  `alter table seats add column allowed text not null default ''`,
  `create table requests (id text primary key, roomId text not null references rooms (id) on delete cascade, kind text not null,
     source text not null, fromId text not null references users (id), toId text not null, status text not null,
     createdAt integer not null, expiresAt integer not null, endedAt integer, endedBy text references users (id),
     version integer not null) strict`,
  // An index, not a check: asked twice at once, it is one request.
  `create unique index oneOpenRequest on requests (roomId, fromId, toId, source, kind) where status = 'open'`,
  `create index requestsByExpiry on requests (expiresAt) where status = 'open'`,
  `create index requestsByRoom on requests (roomId, createdAt, id)`,
]

const guests = [
  `alter table rooms add column guestsAllowed integer not null default 0`,
  `alter table rooms add column guestsWait integer not null default 1`,
  `alter table users add column guestOf text references rooms (id)`,
  `create index guestsByRoom on users (guestOf) where guestOf is not null`,
]

const blocks = [
  `create table blocks (userId text not null references users (id) on delete cascade,
     blockedId text not null references users (id) on delete cascade, since integer not null,
     primary key (userId, blockedId)) strict, without rowid`,
  `create table silencedCalls (callId text primary key references calls (id) on delete cascade,
     receiptAt integer) strict, without rowid`,
  `create index silencedReceipts on silencedCalls (receiptAt) where receiptAt is not null`,
]

const trust = [
  `alter table users add column role text not null default 'user' check (role in ('user', 'administrator'))`,
  `alter table users add column disabledAt integer`,
  `create table audit (seq integer primary key autoincrement, at integer not null, action text not null, actorKind text not null,
     actorId text, subjectId text, roomId text, address text, details text) strict`,
  `create index auditByTime on audit (at)`,
  // What is written down stays as it was written; it only goes, as a whole, when its time is over.
  `create trigger auditIsAppendOnly before update on audit
     begin select raise(abort, 'the audit log is append-only'); end`,
]

const reach = [
  `alter table users add column whoMayRing text not null default 'everyone' check (whoMayRing in ('everyone', 'peopleIMet', 'nobody'))`,
  `alter table users add column erasedAt integer`,
  `create table contacts (userId text not null references users (id) on delete cascade,
     contactId text not null references users (id) on delete cascade, since integer not null,
     primary key (userId, contactId)) strict, without rowid`,
  `create index contactsByContact on contacts (contactId)`,
  `create table met (userId text not null references users (id) on delete cascade,
     otherId text not null references users (id) on delete cascade, since integer not null,
     primary key (userId, otherId)) strict, without rowid`,
  `create index metByOther on met (otherId)`,
  // From before it was written down: whoever was in the same meeting, and whom somebody has rung.
  `insert or ignore into met select one.userId, other.userId, max(one.firstJoinedAt, other.firstJoinedAt) from members as one
     join members as other on other.roomId = one.roomId and other.userId <> one.userId
     join users as a on a.id = one.userId and a.guestOf is null
     join users as b on b.id = other.userId and b.guestOf is null`,
  `insert or ignore into met select callerId, calleeId, min(createdAt) from calls where callerId <> calleeId
     group by callerId, calleeId`,
  `create table ringAllowed (userId text primary key references users (id) on delete cascade) strict, without rowid`,
  `create index openRoomsByOwner on rooms (ownerId) where status <> 'ended'`,
  `create index auditByActor on audit (actorId, seq) where actorId is not null`,
  `create index auditBySubject on audit (subjectId, seq) where subjectId is not null`,
]

const accounts = [
  `alter table sessions add column seenAt integer`,
  `create table invitations (id text primary key, tokenHash text not null unique, kind text not null, role text not null,
     userId text references users (id) on delete cascade, createdBy text references users (id) on delete set null,
     createdAt integer not null, expiresAt integer not null) strict`,
  `create table signInFailures (key text primary key, failures integer not null, lastAt integer not null,
     waitUntil integer not null, knownUntil integer not null) strict, without rowid`,
  `create index signInFailuresByTime on signInFailures (lastAt)`,
  `create table errands (seq integer primary key autoincrement, effects text not null) strict`,
]

/** Whom a provider knows as which account. A subject is the provider's own name for somebody, and never given to another. */
const openid = [
  `create table identities (issuer text not null, subject text not null,
     userId text not null references users (id) on delete cascade, createdAt integer not null,
     primary key (issuer, subject)) strict, without rowid`,
  `create index identitiesByUser on identities (userId)`,
]

/** Tokens for programs, the rings they start, and what is told to other servers. */
const api = [
  `alter table users add column kind text not null default 'person' check (kind in ('person', 'service'))`,
  `alter table rooms add column heldUntil integer`,
  `create table apiTokens (id text primary key, hash text not null unique, name text not null, scopes text not null,
     serviceId text not null references users (id), createdBy text references users (id) on delete set null,
     createdAt integer not null, expiresAt integer, lastUsedAt integer, revokedAt integer) strict`,
  `create table ringGroups (id text primary key, roomId text not null references rooms (id) on delete cascade,
     tokenId text not null references apiTokens (id), strategy text not null, media text not null, extension text,
     timeoutSeconds integer not null, calleeIds text not null, started integer not null, status text not null,
     createdAt integer not null, endedAt integer) strict`,
  `create index openRingGroups on ringGroups (roomId) where status = 'ringing'`,
  `create table ringGroupCalls (groupId text not null references ringGroups (id) on delete cascade,
     callId text not null references calls (id) on delete cascade, primary key (groupId, callId)) strict, without rowid`,
  `create index ringGroupsByCall on ringGroupCalls (callId)`,
  `create table webhooks (id text primary key, name text not null, url text not null, events text not null, secret text not null,
     createdBy text references users (id) on delete set null, createdAt integer not null, failedInRow integer not null,
     pausedAt integer) strict`,
  `create table webhookDeliveries (seq integer primary key autoincrement, id text not null unique,
     webhookId text not null references webhooks (id) on delete cascade, event text not null, orderKey text not null,
     body text not null, status text not null, attempts integer not null, createdAt integer not null, dueAt integer,
     endedAt integer, httpStatus integer, error text) strict`,
  `create index deliveriesInOrder on webhookDeliveries (webhookId, orderKey, seq) where status = 'pending'`,
  `create index deliveriesByWebhook on webhookDeliveries (webhookId, seq)`,
  `create index deliveriesEnded on webhookDeliveries (endedAt) where endedAt is not null`,
]

export const migrations: Record<string, Migration> = {
  '0001_first_ring': statements(first),
  '0002_policies_and_history': statements(policies),
  '0003_moderation': statements(moderation),
  '0004_scheduled_meetings': statements(scheduled),
  '0005_entry': statements(entry),
  '0006_repeating': statements(repeating),
  '0007_chat': statements(chat),
  '0008_rights': statements(rights),
  '0009_guests': statements(guests),
  '0010_blocks': statements(blocks),
  '0011_trust': statements(trust),
  '0012_accounts': statements(accounts),
  '0013_openid': statements(openid),
  '0014_reach': statements(reach),
  '0015_api': statements(api),
}
