// Whether a packed app is what it must be: exactly the built files and nothing else, fuses set, known to the desktop, and small.
// What must hold is written down here a second time on purpose: a slip in electron-builder.yml is then a failure and not a new truth.

import { existsSync } from 'node:fs'
import { readdir, readFile, stat } from 'node:fs/promises'
import path from 'node:path'
import { listAsar } from './asar.mjs'
import { readFuses } from './fuses.mjs'

const asarBytesMax = 12 * 1024 * 1024

/** Everything the app may consist of. Chunks and assets carry a hash of their content in their name. */
const allowed = [
  /^package\.json$/,
  /^out\/main\/index\.js$/,
  /^out\/main\/chunks\/[\w-]+\.js$/,
  /^out\/preload\/index\.cjs$/,
  /^out\/renderer\/(index|mini|popup)\.html$/,
  /^out\/renderer\/assets\/[\w-]+-[\w-]{8}\.(js|css|svg|woff2|wasm)$/,
]
/** These must be there whatever was built. */
const required = [
  'package.json',
  'out/main/index.js',
  'out/preload/index.cjs',
  'out/renderer/index.html',
  'out/renderer/popup.html',
  'out/renderer/mini.html',
]
const wantedFuses = {
  runAsNode: 'off',
  enableCookieEncryption: 'on',
  enableNodeOptionsEnvironmentVariable: 'off',
  enableNodeCliInspectArguments: 'off',
  enableEmbeddedAsarIntegrityValidation: 'on',
  onlyLoadAppFromAsar: 'on',
  grantFileProtocolExtraPrivileges: 'off',
}
const wantedEntry = [
  /^Name=Parley$/m,
  /^Exec=\/opt\/Parley\/parley %U$/m,
  /^Type=Application$/m,
  /^Icon=parley$/m,
  /^StartupWMClass=parley$/m,
  /^MimeType=x-scheme-handler\/parley;$/m,
  /^Categories=Network;/m,
]

/**
 * @param {object} packed
 * @param {string} packed.resources folder with app.asar
 * @param {string} packed.program the binary that carries the fuses
 * @param {string} [packed.desktopEntry] file; on Linux
 * @param {string} [packed.propertyList] file; on macOS
 * @param {string} built folder with package.json and out/
 * @returns {Promise<{asarBytes: number, files: number, unexpected: string[], missing: string[], fuses: Record<string, string>,
 *   largest: Array<{path: string, bytes: number}>, problems: string[]}>}
 */
export async function inspectPackage(packed, built) {
  const archive = path.join(packed.resources, 'app.asar')
  const [list, { size: asarBytes }] = await Promise.all([listAsar(archive), stat(archive)])
  const names = list.map((file) => file.path)
  const expected = new Set([...required, ...(await filesBelow(path.join(built, 'out'), 'out'))])
  const unexpected = names.filter((name) => !expected.has(name) || !allowed.some((pattern) => pattern.test(name)))
  const missing = [...expected].filter((name) => !names.includes(name))
  const fuses = await readFuses(packed.program)
  const problems = [
    ...list.filter((file) => !file.hashed).map((file) => `${file.path} has no hash to check it against`),
    ...list.filter((file) => file.unpacked).map((file) => `${file.path} lies outside the archive`),
    ...(await strayProblems(packed.resources)),
    ...fuseProblems(fuses),
    ...(await desktopProblems(packed)),
    ...(asarBytes > asarBytesMax ? [`app.asar has ${asarBytes} bytes, more than ${asarBytesMax}`] : []),
  ]
  const largest = [...list].sort((a, b) => b.bytes - a.bytes).slice(0, 5)
  return {
    asarBytes,
    files: names.length,
    unexpected,
    missing,
    fuses,
    largest: largest.map(({ path: name, bytes }) => ({ path: name, bytes })),
    problems,
  }
}

/** Source maps are built for nobody yet; should that change, they still stay out of the package. */
async function filesBelow(folder, name) {
  const entries = await readdir(folder, { withFileTypes: true })
  const nested = entries.map((entry) => {
    const inside = `${name}/${entry.name}`
    if (entry.isDirectory()) return filesBelow(path.join(folder, entry.name), inside)
    return entry.name.endsWith('.map') ? [] : [inside]
  })
  return (await Promise.all(nested)).flat()
}

/** Electron's own sample app must not be left beside ours, and nothing may be unpacked there. */
async function strayProblems(resources) {
  const strays = ['default_app.asar', 'app', 'app.asar.unpacked']
  return strays.filter((name) => existsSync(path.join(resources, name))).map((name) => `${name} lies beside app.asar`)
}

/** @param {Record<string, string>} fuses */
export const fuseProblems = (fuses) =>
  Object.entries(wantedFuses)
    .filter(([name, state]) => fuses[name] !== state)
    .map(([name, state]) => `the fuse ${name} is ${fuses[name] ?? 'not there'} and must be ${state}`)

async function desktopProblems({ desktopEntry, propertyList }) {
  const lacking = (text, patterns, what) =>
    patterns.filter((pattern) => !pattern.test(text)).map((pattern) => `${what} has nothing like ${pattern.source}`)
  const problems = []
  if (desktopEntry !== undefined)
    problems.push(...lacking(await readFile(desktopEntry, 'utf8'), wantedEntry, 'the desktop entry'))
  if (propertyList !== undefined) {
    const wanted = [
      /CFBundleURLSchemes[^]*<string>parley<\/string>/,
      /NSMicrophoneUsageDescription/,
      /NSCameraUsageDescription/,
    ]
    problems.push(...lacking(await readFile(propertyList, 'utf8'), wanted, 'Info.plist'))
  }
  return problems
}
