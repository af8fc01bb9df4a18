// How rights are stored: lists of their names, and who stopped what of whom.
import { everythingAllowed, RIGHTS } from '../../shared/rights.ts'
import type { MembersMay, Participant, Right, Room } from '../../shared/protocol/things.ts'
import type { Db } from './store.ts'
import type { Tables } from './tables.ts'

export const namesOf = (rights: Iterable<Right>): string => [...rights].join(',')
export const rightsIn = (names: string): Right[] => RIGHTS.filter((right) => names.split(',').includes(right))

export const membersMayOf = ({ membersLack }: Pick<Tables['rooms'], 'membersLack'>): MembersMay =>
  rightsIn(membersLack).reduce((may, right) => ({ ...may, [right]: false }), everythingAllowed)

export async function membersMaySetOf(db: Db, row: Tables['rooms']): Promise<Pick<Room, 'membersMaySet'>> {
  const { membersLackBy, membersLackVersion: version } = row
  if (membersLackBy === null || version === null) return {}
  const by = await db.selectFrom('users').select(['id', 'name']).where('id', '=', membersLackBy).executeTakeFirst()
  return by === undefined ? {} : { membersMaySet: { by, version } }
}

type SeatRow = Tables['seats']
export type StopperNames = { cameraStopper: string | null; screenStopper: string | null }

export const withStoppers = (db: Db) =>
  db
    .selectFrom('seats')
    .leftJoin('users as cameraStoppers', 'cameraStoppers.id', 'seats.cameraStoppedBy')
    .leftJoin('users as screenStoppers', 'screenStoppers.id', 'seats.screenStoppedBy')

const told = (id: string | null, name: string | null, version: number | null) =>
  id === null || name === null || version === null ? null : { by: { id, name }, version }

export function stoppedOf(row: SeatRow & StopperNames): Pick<Participant, 'stopped'> {
  const camera = told(row.cameraStoppedBy, row.cameraStopper, row.cameraStoppedVersion)
  const screen = told(row.screenStoppedBy, row.screenStopper, row.screenStoppedVersion)
  if (camera === null && screen === null) return {}
  return { stopped: { ...(camera ? { camera } : {}), ...(screen ? { screen } : {}) } }
}

export function allowedOf({ allowed }: Pick<SeatRow, 'allowed'>): Pick<Participant, 'allowed'> {
  const rights = rightsIn(allowed)
  return rights.length === 0 ? {} : { allowed: rights }
}

/** Of a seat that nobody has touched yet, on this device. */
export const nothingStopped = {
  mutedBy: null,
  mutedVersion: null,
  cameraStoppedBy: null,
  cameraStoppedVersion: null,
  screenStoppedBy: null,
  screenStoppedVersion: null,
} as const
