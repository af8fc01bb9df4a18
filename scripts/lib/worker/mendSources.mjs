// Changes the worker's sources in a folder before they are built.
import { readFile, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { mended } from './sources.mjs'

/**
 * @param {string} workerFolder a copy, or the package's own
 * @param {import('./sources.mjs').Mend[]} mends
 * @throws {Error} where the sources are not as the mends know them
 */
export async function mendSources(workerFolder, mends) {
  for (const mend of mends) {
    const file = path.join(workerFolder, ...mend.file.split('/'))
    await writeFile(file, mended(await readFile(file, 'utf8'), mend))
  }
}
