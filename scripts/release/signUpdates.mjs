// Signs the descriptions of updates (latest*.yml) that electron-builder has written, so that the app takes nobody else's:
//   PARLEY_UPDATE_SIGNING_KEY=<private key, PEM> node scripts/release/signUpdates.mjs <folder> [percentage]
// The percentage is the share of devices that are offered the update at first; 100, and everybody is. What CHANGELOG.md says about the
// version goes along, signed as well: the app shows it.

import { createPrivateKey, sign } from 'node:crypto'
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { pathToFileURL } from 'node:url'
import { inRepository } from '../lib/paths.mjs'
import { notesOf } from './notes.mjs'

/**
 * Reads what is signed out of a description; of YAML only what electron-builder writes.
 * @returns {{version: string, files: Array<{url: string, sha512: string}>}}
 * @throws {Error} when there is no version, or there are no files
 */
export function describeUpdate(text) {
  const version = /^version: (\S+)$/m.exec(text)?.[1]
  const files = [...text.matchAll(/^ {2}- url: (.+)\n {4}sha512: (\S+)$/gm)].map(([, url, sha512]) => ({
    url: plain(url),
    sha512,
  }))
  if (version === undefined) throw new Error('the description names no version')
  if (files.length === 0) throw new Error('the description names no files')
  return { version: plain(version), files }
}

const plain = (scalar) => scalar.replace(/^(['"])(.*)\1$/, '$2')

/** The same text as in electron/main/updates/signature.ts. */
function signedText({ version, files }, notes) {
  const named = files.map(({ url, sha512 }) => `${url} ${sha512}`).sort()
  return `parley-update 1\n${JSON.stringify([version, named, notes])}`
}

/**
 * @param {string} text a description, signed before or not
 * @param {import('node:crypto').KeyObject} key an Ed25519 private key
 * @param {object} more
 * @param {number} more.percentage 1 to 100
 * @param {string} more.notes what the app says is new
 * @returns {string} the description with its signature
 */
export function signUpdate(text, key, { percentage, notes }) {
  const bare = text.replace(/^(stagingPercentage|releaseNotes|parleySignature): .*\n/gm, '')
  const signature = sign(null, Buffer.from(signedText(describeUpdate(bare), notes)), key).toString('base64')
  const more = [
    // A JSON string is a string in YAML too, on one line whatever is in it.
    `releaseNotes: ${JSON.stringify(notes)}`,
    ...(percentage < 100 ? [`stagingPercentage: ${percentage}`] : []),
    `parleySignature: ${signature}`,
  ]
  return `${bare.replace(/\n*$/, '\n')}${more.join('\n')}\n`
}

function main([folder, percentage = '100']) {
  const pem = process.env.PARLEY_UPDATE_SIGNING_KEY
  if (!folder || !pem)
    throw new Error('Usage: PARLEY_UPDATE_SIGNING_KEY=… node scripts/release/signUpdates.mjs <folder> [percentage]')
  const share = Number(percentage)
  if (!Number.isInteger(share) || share < 1 || share > 100)
    throw new Error('The percentage must be a whole number from 1 to 100.')
  const names = readdirSync(folder).filter((name) => /^latest.*\.yml$/.test(name))
  if (names.length === 0) throw new Error(`There is no description of an update in ${folder}.`)
  const key = createPrivateKey(pem)
  const changelog = readFileSync(inRepository('CHANGELOG.md'), 'utf8')
  for (const name of names) {
    const file = path.join(folder, name)
    const text = readFileSync(file, 'utf8')
    const notes = notesOf(changelog, describeUpdate(text).version)
    writeFileSync(file, signUpdate(text, key, { percentage: share, notes }))
    console.log(`signed ${name}`)
  }
}

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) main(process.argv.slice(2))
