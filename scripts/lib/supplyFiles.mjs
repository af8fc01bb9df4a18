// The lockfile and what is installed, for supply.mjs.
import { readFileSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { inRepository } from './paths.mjs'
import { deliveredIn } from './supply.mjs'

export async function readDelivered() {
  const lock = JSON.parse(await readFile(inRepository('package-lock.json'), 'utf8'))
  const licenceIn = (place) => {
    try {
      const { license, licenses } = JSON.parse(readFileSync(inRepository(place, 'package.json'), 'utf8'))
      return typeof license === 'string' ? license : (license?.type ?? licenses?.[0]?.type)
    } catch {
      return undefined
    }
  }
  return { lock, delivered: deliveredIn(lock, licenceIn) }
}
