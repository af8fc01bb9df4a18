// A stand-in for Electron's distribution, where the real one cannot be had: enough for electron-builder to lay out the app around it,
// so that the content of the package can be checked. It cannot be started.

import { mkdir, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { fuseNames, fuseSentinel } from './fuses.mjs'

/** As Electron delivers its fuses: all of them must be turned by the packaging, so each begins the wrong way round. */
const delivered = { enableCookieEncryption: '0', enableEmbeddedAsarIntegrityValidation: '0', onlyLoadAppFromAsar: '0' }
const languages = ['de', 'en-US', 'zh-CN']

/**
 * @param {string} folder is made
 * @param {string} version of the Electron it stands for
 */
export async function makeStubDistribution(folder, version) {
  await mkdir(path.join(folder, 'locales'), { recursive: true })
  await mkdir(path.join(folder, 'resources'))
  const wire = fuseNames.map((name) => delivered[name] ?? '1').join('')
  const program = Buffer.concat([
    Buffer.from('not a program\n'),
    Buffer.from(fuseSentinel),
    Buffer.from([1, wire.length]),
    Buffer.from(wire),
  ])
  await writeFile(path.join(folder, 'electron'), program, { mode: 0o755 })
  await writeFile(path.join(folder, 'version'), version)
  for (const language of languages) await writeFile(path.join(folder, 'locales', `${language}.pak`), language)
}
