// Reads what is in an ASAR archive: four sizes of four bytes each, then one JSON tree of folders and files.

import { open } from 'node:fs/promises'

const prefixBytes = 16

/**
 * @param {string} file
 * @returns {Promise<Array<{path: string, bytes: number, unpacked: boolean, hashed: boolean}>>} with forward slashes, sorted by path.
 *   hashed: whether the archive holds a hash to check the file's content against
 * @throws {Error} when it is no archive
 */
export async function listAsar(file) {
  const handle = await open(file)
  try {
    const prefix = Buffer.alloc(prefixBytes)
    await handle.read(prefix, 0, prefixBytes, 0)
    const textBytes = prefix.readUInt32LE(12)
    const text = Buffer.alloc(textBytes)
    const { bytesRead } = await handle.read(text, 0, textBytes, prefixBytes)
    if (bytesRead !== textBytes) throw new Error(`${file}: its list of files is cut off`)
    return filesOf(JSON.parse(text.toString('utf8')), '').sort((a, b) => (a.path < b.path ? -1 : 1))
  } finally {
    await handle.close()
  }
}

function filesOf({ files }, folder) {
  return Object.entries(files).flatMap(([name, entry]) =>
    entry.files !== undefined
      ? filesOf(entry, `${folder}${name}/`)
      : [
          {
            path: folder + name,
            bytes: entry.size ?? 0,
            unpacked: entry.unpacked === true,
            hashed: typeof entry.integrity?.hash === 'string',
          },
        ],
  )
}
