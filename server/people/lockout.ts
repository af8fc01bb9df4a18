// Guessing passwords is made slow. Wrong ones are counted for each login at each address, so that a stranger locks nobody out but
// themselves; and for each login over all addresses, more gently, against many machines that guess together. Where somebody has
// signed in before, that second count does not concern them. Kept in the database: a restart forgives nothing.
import { createHmac, createSecretKey } from 'node:crypto'
import { isIP } from 'node:net'
import { deleteFailures, findFailures, forgetFailures, putFailures } from '../storage/failureRows.ts'
import type { Work } from '../storage/store.ts'

/** All numbers of it. The first `free` wrong passwords cost nothing; then each one doubles the wait, from `firstMs` to `mostMs`. */
export const LOCKOUT = {
  atAddress: { free: 5, firstMs: 30_000, mostMs: 15 * 60_000 },
  anywhere: { free: 20, firstMs: 5_000, mostMs: 60_000 },
  /** Wrong passwords count no more when this long has passed without one. */
  forgetMs: 24 * 60 * 60_000,
  /** Whoever signed in at an address is known there for this long. */
  knownMs: 30 * 24 * 60 * 60_000,
} as const

type Rule = { free: number; firstMs: number; mostMs: number }

export const waitAfter = (failures: number, { free, firstMs, mostMs }: Rule): number =>
  failures < free ? 0 : Math.min(mostMs, firstMs * 2 ** Math.min(failures - free, 30))

export type Attempt = {
  /** 0: go on. Otherwise it is not even looked at, and nothing was counted. */
  retryAfterMs: number
  /** How long the next one has to wait should this one be wrong. */
  waitMs: number
}

export type Lockout = ReturnType<typeof createLockout>

export function createLockout(secret: Uint8Array) {
  const key = createSecretKey(secret)
  const keyOf = (...parts: string[]) =>
    createHmac('sha256', key)
      .update(`sign-in ${JSON.stringify(parts)}`)
      .digest('base64url')
  const keysOf = (login: string, address: string | null) => ({
    here: keyOf(login, networkOf(address)),
    anywhere: keyOf(login),
  })

  async function count(unit: Work, id: string, rule: Rule): Promise<number> {
    const { db, now } = unit
    const row = await findFailures(db, id)
    const before = row !== null && row.lastAt > now - LOCKOUT.forgetMs ? row.failures : 0
    const waitMs = waitAfter(before + 1, rule)
    const knownUntil = row?.knownUntil ?? 0
    await putFailures(db, { key: id, failures: before + 1, lastAt: now, waitUntil: now + waitMs, knownUntil })
    return waitMs
  }

  return {
    /** Counts the attempt as a wrong one before its outcome is known, so that many at once are not more. */
    async begin(unit: Work, login: string, address: string | null): Promise<Attempt> {
      const { db, now } = unit
      const keys = keysOf(login, address)
      const here = await findFailures(db, keys.here)
      const isKnown = here !== null && here.knownUntil > now
      const anywhere = isKnown ? null : await findFailures(db, keys.anywhere)
      const retryAfterMs = Math.max(0, (here?.waitUntil ?? 0) - now, (anywhere?.waitUntil ?? 0) - now)
      if (retryAfterMs > 0) return { retryAfterMs, waitMs: 0 }
      await forgetFailures(db, now - LOCKOUT.forgetMs, now)
      const waits = [await count(unit, keys.here, LOCKOUT.atAddress)]
      if (!isKnown) waits.push(await count(unit, keys.anywhere, LOCKOUT.anywhere))
      return { retryAfterMs: 0, waitMs: Math.max(...waits) }
    },
    /** The password was right: this address is known now, and what was counted is forgotten here. */
    async succeeded({ db, now }: Work, login: string, address: string | null): Promise<void> {
      const keys = keysOf(login, address)
      const knownUntil = now + LOCKOUT.knownMs
      await putFailures(db, { key: keys.here, failures: 0, lastAt: now, waitUntil: 0, knownUntil })
      const anywhere = await findFailures(db, keys.anywhere)
      // This attempt was counted as a wrong one; the guesses of others stay.
      if (anywhere === null) return
      if (anywhere.failures <= 1) await deleteFailures(db, keys.anywhere)
      else await putFailures(db, { ...anywhere, failures: anywhere.failures - 1, waitUntil: 0 })
    },
    /** A new password was chosen: nobody has to wait for the old one. */
    async forgive({ db }: Pick<Work, 'db'>, login: string): Promise<void> {
      await deleteFailures(db, keyOf(login))
    },
  }
}

/** An IPv6 address stands for its network of 64 bits: whoever has one has them all. */
export function networkOf(address: string | null): string {
  if (address === null) return ''
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address)?.[1]
  if (mapped !== undefined) return mapped
  const [bare = ''] = address.split('%')
  if (isIP(bare) !== 6) return bare
  const [head = '', tail] = new URL(`http://[${bare}]`).hostname.slice(1, -1).split('::')
  const groups = (text: string) => (text === '' ? [] : text.split(':'))
  const [front, back] = [groups(head), groups(tail ?? '')]
  const filled =
    tail === undefined ? front : [...front, ...Array<string>(8 - front.length - back.length).fill('0'), ...back]
  return `${filled.slice(0, 4).join(':')}::/64`
}
