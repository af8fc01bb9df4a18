// Queries about signed-in devices.
import type { DeviceKey } from '../effects.ts'
import { prepared, wholeRow, type Values } from './prepared.ts'
import type { Db } from './store.ts'
import type { Tables } from './tables.ts'

export type SessionRow = Tables['sessions']

const sessionUpsert = prepared((db, value: Values<SessionRow>) => {
  const row = wholeRow(value, {
    userId: true,
    deviceId: true,
    id: true,
    refreshHash: true,
    previousHash: true,
    previousUntil: true,
    createdAt: true,
    renewedAt: true,
    seenAt: true,
  })
  return db
    .insertInto('sessions')
    .values(row)
    .onConflict((conflict) => conflict.columns(['userId', 'deviceId']).doUpdateSet(row))
})

export async function putSession(db: Db, session: SessionRow): Promise<void> {
  await sessionUpsert.all(db, session)
}

const sessionByRefresh = prepared((db, value: Values<{ hash: string }>) =>
  db
    .selectFrom('sessions')
    .selectAll()
    .where(({ eb, or }) => or([eb('refreshHash', '=', value('hash')), eb('previousHash', '=', value('hash'))])),
)

/** By the hash of the current refresh token or of the one before it. */
export async function findSessionByRefresh(db: Db, hash: string): Promise<SessionRow | null> {
  return sessionByRefresh.first(db, { hash })
}

type SessionKey = { userId: string; deviceId: string; id: string }

const sessionByKey = prepared((db, value: Values<SessionKey>) =>
  db
    .selectFrom('sessions')
    .select('id')
    .where('userId', '=', value('userId'))
    .where('deviceId', '=', value('deviceId'))
    .where('id', '=', value('id')),
)

export async function isLiveSession(db: Db, key: SessionKey): Promise<boolean> {
  return (await sessionByKey.first(db, key)) !== null
}

export async function deleteSession(db: Db, key: { userId: string; deviceId: string }): Promise<void> {
  await db.deleteFrom('sessions').where('userId', '=', key.userId).where('deviceId', '=', key.deviceId).execute()
}

/** One session, by its own id. */
export async function findSession(db: Db, id: string): Promise<SessionRow | null> {
  return (await db.selectFrom('sessions').selectAll().where('id', '=', id).executeTakeFirst()) ?? null
}

const sessionOfDevice = prepared((db, value: Values<DeviceKey>) =>
  db
    .selectFrom('sessions')
    .select('id')
    .where('userId', '=', value('userId'))
    .where('deviceId', '=', value('deviceId')),
)

export async function isSignedIn(db: Db, device: DeviceKey): Promise<boolean> {
  return (await sessionOfDevice.first(db, device)) !== null
}

export async function sessionsOf(db: Db, userId: string): Promise<SessionRow[]> {
  return db.selectFrom('sessions').selectAll().where('userId', '=', userId).orderBy('createdAt').execute()
}

const seenUpdate = prepared((db, value: Values<DeviceKey & { at: number }>) =>
  db
    .updateTable('sessions')
    .set({ seenAt: value('at') })
    .where('userId', '=', value('userId'))
    .where('deviceId', '=', value('deviceId')),
)

/** The device's connection has ended. */
export async function noteSeen(db: Db, device: DeviceKey, at: number): Promise<void> {
  await seenUpdate.all(db, { ...device, at })
}

/** A person's signed-in devices, as they are called, longest first. */
export async function signedInDevices(db: Db, userId: string) {
  return db
    .selectFrom('sessions')
    .innerJoin('devices', (join) =>
      join.onRef('devices.userId', '=', 'sessions.userId').onRef('devices.id', '=', 'sessions.deviceId'),
    )
    .select([
      'devices.id',
      'devices.label',
      'devices.platform',
      'sessions.createdAt',
      'sessions.renewedAt',
      'sessions.seenAt',
    ])
    .where('sessions.userId', '=', userId)
    .orderBy('sessions.createdAt')
    .execute()
}

/** On a server that is no demo server, nobody goes on as a demo person. */
export async function deleteDemoSessions(db: Db): Promise<void> {
  await db
    .deleteFrom('sessions')
    .where(({ eb, selectFrom }) => eb('userId', 'in', selectFrom('users').select('id').where('demo', '=', 1)))
    .execute()
}
