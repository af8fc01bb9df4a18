// Reads Electron's fuses out of a packed program: after a fixed text come a version, a count, and one character a fuse.

import { readFile } from 'node:fs/promises'

export const fuseSentinel = 'dL7pKGdnNz796PbbjQWNKmHXBZaB9tsX'

/** In the order in which the program keeps them. */
export const fuseNames = [
  'runAsNode',
  'enableCookieEncryption',
  'enableNodeOptionsEnvironmentVariable',
  'enableNodeCliInspectArguments',
  'enableEmbeddedAsarIntegrityValidation',
  'onlyLoadAppFromAsar',
  'loadBrowserProcessSpecificV8Snapshot',
  'grantFileProtocolExtraPrivileges',
]

const states = { 0: 'off', 1: 'on', r: 'removed' }

/**
 * @param {string} program path of Electron's binary (on macOS of its framework)
 * @returns {Promise<Record<string, 'off' | 'on' | 'removed' | 'unknown'>>}
 * @throws {Error} when the program has no fuses, or its copies of them differ
 */
export async function readFuses(program) {
  const bytes = await readFile(program)
  const wires = new Set()
  // A universal program holds two architectures, each with its own.
  for (let at = bytes.indexOf(fuseSentinel); at >= 0; at = bytes.indexOf(fuseSentinel, at + 1)) {
    const start = at + fuseSentinel.length
    if (bytes[start] !== 1) throw new Error(`${program}: fuses of the unknown version ${bytes[start]}`)
    wires.add(bytes.toString('latin1', start + 2, start + 2 + bytes[start + 1]))
  }
  if (wires.size !== 1) throw new Error(`${program}: ${wires.size === 0 ? 'no fuses' : 'fuses that differ'}`)
  const [wire] = wires
  return Object.fromEntries(
    [...wire].map((state, index) => [fuseNames[index] ?? `fuse${index}`, states[state] ?? 'unknown']),
  )
}
