// Queries about who may ring whom: contacts, whom one has met, and the server's own rule.
import { RING_RULES, type RingRule } from '../../shared/protocol/reach.ts'
import type { User } from '../../shared/protocol/things.ts'
import { literal } from './literal.ts'
import { putMeta } from './metaRows.ts'
import { prepared, type Values } from './prepared.ts'
import type { Db } from './store.ts'

const contacts = prepared((db, value: Values<{ userId: string }>) =>
  db
    .selectFrom('contacts')
    .innerJoin('users', 'users.id', 'contacts.contactId')
    .select(['users.id', 'users.name'])
    .where('contacts.userId', '=', value('userId'))
    .orderBy('users.searchName')
    .orderBy('users.id'),
)

/** By name. */
export function contactsOf(db: Db, userId: string): Promise<User[]> {
  return contacts.all(db, { userId })
}

type ContactPair = { userId: string; contactId: string }

const contactOf = prepared((db, value: Values<ContactPair>) =>
  db
    .selectFrom('contacts')
    .select('since')
    .where('userId', '=', value('userId'))
    .where('contactId', '=', value('contactId')),
)

export async function isContact(db: Db, pair: ContactPair): Promise<boolean> {
  return (await contactOf.first(db, pair)) !== null
}

export async function insertContact(db: Db, pair: ContactPair, since: number): Promise<void> {
  await db
    .insertInto('contacts')
    .values({ ...pair, since })
    .execute()
}

export async function deleteContact(db: Db, { userId, contactId }: ContactPair): Promise<void> {
  await db.deleteFrom('contacts').where('userId', '=', userId).where('contactId', '=', contactId).execute()
}

type MetPair = { userId: string; otherId: string }

const metPair = prepared((db, value: Values<MetPair>) =>
  db.selectFrom('met').select('since').where('userId', '=', value('userId')).where('otherId', '=', value('otherId')),
)

/** As `userId` sees it: they were in a meeting together, `userId` has rung the other, or has them as a contact. */
export async function hasMet(db: Db, { userId, otherId }: MetPair): Promise<boolean> {
  return (await metPair.first(db, { userId, otherId })) !== null || isContact(db, { userId, contactId: otherId })
}

const metInsert = prepared((db, value: Values<MetPair & { since: number }>) =>
  db
    .insertInto('met')
    .orIgnore()
    .values({ userId: value('userId'), otherId: value('otherId'), since: value('since') }),
)

/** `userId` has rung the other. */
export async function noteRung(db: Db, pair: MetPair, since: number): Promise<void> {
  await metInsert.all(db, { ...pair, since })
}

type Entering = { userId: string; roomId: string; since: number }

const others = (db: Db, value: Values<Entering>) =>
  db
    .selectFrom('seats')
    .innerJoin('users', 'users.id', 'seats.userId')
    .where('seats.roomId', '=', value('roomId'))
    .where('seats.userId', '<>', value('userId'))
    .where('users.guestOf', 'is', null)

const metInside = prepared((db, value: Values<Entering>) =>
  db
    .insertInto('met')
    .orIgnore()
    .columns(['userId', 'otherId', 'since'])
    .expression(
      others(db, value)
        .select(['seats.userId as userId', value('userId').as('otherId'), value('since').as('since')])
        .unionAll(
          others(db, value).select([
            value('userId').as('userId'),
            'seats.userId as otherId',
            value('since').as('since'),
          ]),
        ),
    ),
)

/** This person, who has an account, and all in this room who have one, have met. */
export async function noteMet(db: Db, entering: Entering): Promise<void> {
  await metInside.all(db, entering)
}

const RULE = 'ringRule'

/** Null when nobody has set one here. */
export async function findRingRule(db: Db): Promise<RingRule | null> {
  const stored = (await storedRule.first(db, {}))?.value
  return RING_RULES.find((rule) => rule === stored) ?? null
}

const storedRule = prepared((db) => db.selectFrom('meta').select('value').where('name', '=', RULE))

export const setRingRule = (db: Db, rule: RingRule): Promise<void> => putMeta(db, RULE, rule)

/** By name. */
export function ringAllowed(db: Db): Promise<User[]> {
  return db
    .selectFrom('ringAllowed')
    .innerJoin('users', 'users.id', 'ringAllowed.userId')
    .select(['users.id', 'users.name'])
    .orderBy('users.searchName')
    .orderBy('users.id')
    .execute()
}

export async function mayRingEverybody(db: Db, userId: string): Promise<boolean> {
  const row = await db.selectFrom('ringAllowed').select('userId').where('userId', '=', userId).executeTakeFirst()
  return row !== undefined
}

export async function replaceRingAllowed(db: Db, userIds: readonly string[]): Promise<void> {
  await db.deleteFrom('ringAllowed').execute()
  for (const userId of userIds) await db.insertInto('ringAllowed').values({ userId }).execute()
}

const openRooms = prepared((db, value: Values<{ ownerId: string }>) =>
  db
    .selectFrom('rooms')
    .select(({ fn }) => fn.countAll<number>().as('count'))
    .where('ownerId', '=', value('ownerId'))
    .where('status', '<>', literal('ended')),
)

/** How many meetings of theirs are not over. */
export async function openRoomsOf(db: Db, ownerId: string): Promise<number> {
  return Number((await openRooms.first(db, { ownerId }))?.count ?? 0)
}
