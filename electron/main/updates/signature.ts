// Whether Parley's makers have signed an update. Beside what each system checks of a program (Windows and macOS their code signature,
// Linux nothing), the description of every update carries an Ed25519 signature over the version, the hash of each file and what is said
// about it; the hashes are what a download is compared with. The public key is part of the build.
// scripts/release/signUpdates.mjs writes the signatures.
import { createPublicKey, verify, type KeyObject } from 'node:crypto'

export type UpdateFile = { url: string; sha512: string; size?: number | undefined }
export type Described = {
  version: string
  files: readonly UpdateFile[]
  releaseNotes?: unknown
  parleySignature?: unknown
}

/** What comes before the 32 bytes of a key in the form that Node reads (RFC 8410). */
const KEY_PREFIX = Buffer.from('302a300506032b6570032100', 'hex')

/** The text that is signed; scripts/release/signUpdates.mjs writes the same, and a test compares them. */
export const signedText = ({ version, files, releaseNotes }: Described): string => {
  const named = files.map(({ url, sha512 }) => `${url} ${sha512}`).toSorted()
  // As JSON, so that nothing of one part can be passed off as another.
  return `parley-update 1\n${JSON.stringify([version, named, notesOf({ releaseNotes })])}`
}

/** What is said about the update; electron-updater would also read a list, which is never written. */
export const notesOf = ({ releaseNotes }: Pick<Described, 'releaseNotes'>): string =>
  typeof releaseNotes === 'string' ? releaseNotes : ''

/** @param key the 32 bytes of an Ed25519 key, in base64 */
export function isSigned(update: Described, key: string): boolean {
  const { parleySignature: signature, files } = update
  if (typeof signature !== 'string' || files.length === 0) return false
  const publicKey = readKey(key)
  return (
    publicKey !== null && verify(null, Buffer.from(signedText(update)), publicKey, Buffer.from(signature, 'base64'))
  )
}

function readKey(key: string): KeyObject | null {
  try {
    const bytes = Buffer.concat([KEY_PREFIX, Buffer.from(key, 'base64')])
    return createPublicKey({ key: bytes, format: 'der', type: 'spki' })
  } catch {
    return null
  }
}
