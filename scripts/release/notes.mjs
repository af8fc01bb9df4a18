// Prints what CHANGELOG.md says about one version: `node scripts/release/notes.mjs 0.1.0`. They are the draft's text, and what the app
// shows about an update that waits.

import { readFileSync } from 'node:fs'
import { pathToFileURL } from 'node:url'
import { inRepository } from '../lib/paths.mjs'

/**
 * @param {string} changelog
 * @returns {string} the section without its heading
 * @throws {Error} when the version has none, or an empty one
 */
export function notesOf(changelog, version) {
  const section = changelog.split(/^## /m).find((part) => part.split(/\s/)[0] === version)
  const notes = section?.slice(section.indexOf('\n')).trim() ?? ''
  if (notes === '') throw new Error(`CHANGELOG.md says nothing about ${version}.`)
  return notes
}

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href)
  console.log(notesOf(readFileSync(inRepository('CHANGELOG.md'), 'utf8'), process.argv[2] ?? ''))
