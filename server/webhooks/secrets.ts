// Secrets of webhooks: needed in clear to sign, so kept encrypted with a key made of the server's own secret; and the signing itself
// (Standard Webhooks, https://www.standardwebhooks.com).
import { createCipheriv, createDecipheriv, createHmac, hkdfSync } from 'node:crypto'
import type { Entropy } from '../entropy.ts'

const PREFIX = 'whsec_'
const SECRET_BYTES = 24
const NONCE_BYTES = 12
const TAG_BYTES = 16

export const webhookKey = (serverSecret: Uint8Array): Uint8Array =>
  new Uint8Array(hkdfSync('sha256', serverSecret, '', 'parley webhook secrets', 32))

export const newSecret = (entropy: Entropy): string =>
  PREFIX + Buffer.from(entropy.bytes(SECRET_BYTES)).toString('base64')

/** `webhookId` is sealed in with it: the text means nothing beside another webhook. */
export function encryptSecret(key: Uint8Array, webhookId: string, secret: string, entropy: Entropy): string {
  const nonce = entropy.bytes(NONCE_BYTES)
  const cipher = createCipheriv('aes-256-gcm', key, nonce, { authTagLength: TAG_BYTES })
  cipher.setAAD(Buffer.from(webhookId))
  const text = Buffer.concat([cipher.update(secret, 'utf8'), cipher.final()])
  return Buffer.concat([nonce, cipher.getAuthTag(), text]).toString('base64url')
}

/** Null when it was encrypted with another key: the server's secret has been changed since. */
export function decryptSecret(key: Uint8Array, webhookId: string, stored: string): string | null {
  const bytes = Buffer.from(stored, 'base64url')
  try {
    const nonce = bytes.subarray(0, NONCE_BYTES)
    const decipher = createDecipheriv('aes-256-gcm', key, nonce, { authTagLength: TAG_BYTES })
    decipher.setAAD(Buffer.from(webhookId))
    decipher.setAuthTag(bytes.subarray(NONCE_BYTES, NONCE_BYTES + TAG_BYTES))
    return Buffer.concat([decipher.update(bytes.subarray(NONCE_BYTES + TAG_BYTES)), decipher.final()]).toString('utf8')
  } catch {
    return null
  }
}

/** `now` in ms since the epoch. */
export function signedHeaders(secret: string, id: string, body: string, now: number): Record<string, string> {
  const timestamp = String(Math.floor(now / 1000))
  const key = Buffer.from(secret.slice(PREFIX.length), 'base64')
  const signature = createHmac('sha256', key).update(`${id}.${timestamp}.${body}`).digest('base64')
  return { 'webhook-id': id, 'webhook-timestamp': timestamp, 'webhook-signature': `v1,${signature}` }
}
