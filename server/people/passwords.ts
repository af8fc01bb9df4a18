// Passwords as salted scrypt hashes: `scrypt$<log2 N>,<p>$<salt>$<hash>`, both base64url.
import { scrypt, timingSafeEqual } from 'node:crypto'
import type { Entropy } from '../entropy.ts'

const BLOCK_SIZE = 8
/** Three rounds of 32 MiB resist guessing like one of 128 MiB, and four sign-ins at once still fit into a small machine. */
const PARALLELISM = 3
const HASH_BYTES = 32
const SALT_BYTES = 16

/** The work a password costs, as the logarithm of scrypt's N: 15 is 32 MiB and some 200 ms. Tests may take less. */
export const PASSWORD_COST_DEFAULT = 15

function derive(password: string, salt: Uint8Array, cost: number, parallelism: number): Promise<Buffer> {
  const options = { N: 2 ** cost, r: BLOCK_SIZE, p: parallelism, maxmem: 256 * BLOCK_SIZE * 2 ** cost }
  return new Promise((resolve, reject) => {
    scrypt(password.normalize('NFKC'), salt, HASH_BYTES, options, (error, key) =>
      error ? reject(error) : resolve(key),
    )
  })
}

export async function hashPassword(password: string, cost: number, entropy: Entropy): Promise<string> {
  const salt = entropy.bytes(SALT_BYTES)
  const hash = await derive(password, salt, cost, PARALLELISM)
  return ['scrypt', `${cost},${PARALLELISM}`, Buffer.from(salt).toString('base64url'), hash.toString('base64url')].join(
    '$',
  )
}

export async function checkPassword(password: string, stored: string): Promise<boolean> {
  const [scheme, work, salt, hash] = stored.split('$')
  if (scheme !== 'scrypt' || work === undefined || salt === undefined || hash === undefined) return false
  const expected = Buffer.from(hash, 'base64url')
  const [cost = 0, parallelism = 1] = work.split(',').map(Number)
  const given = await derive(password, Buffer.from(salt, 'base64url'), cost, parallelism)
  return expected.length === given.length && timingSafeEqual(expected, given)
}
