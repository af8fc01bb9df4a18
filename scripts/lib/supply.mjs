// What comes from others: that the lockfile pins it by content, that its licences may be passed on, and that no known hole is in it.

/** Licences that Parley, itself under MIT, may be delivered with. */
const ALLOWED = new Set([
  '0BSD',
  'Apache-2.0',
  'BlueOak-1.0.0',
  'BSD-2-Clause',
  'BSD-3-Clause',
  'CC0-1.0',
  'ISC',
  'MIT',
  'MPL-2.0',
  'OFL-1.1',
  'Python-2.0',
  'Unlicense',
  'Zlib',
])

/** @typedef {{ version?: string, integrity?: string, resolved?: string, license?: string, dev?: boolean, link?: boolean }} Locked */

const nameOf = (place) => place.slice(place.lastIndexOf('node_modules/') + 'node_modules/'.length)
/** @param {{ packages: Record<string, Locked> }} lock */
const othersIn = (lock) => Object.entries(lock.packages).filter(([place]) => place !== '')

/**
 * Each package by the hash of its content, and by no address: wherever it is fetched from, it is the same.
 * @param {{ lockfileVersion?: number, packages: Record<string, Locked> }} lock
 * @returns {string[]} what is wrong
 */
export function lockfileFaults(lock) {
  return othersIn(lock).flatMap(([place, { integrity, resolved, link }]) => {
    const faults = []
    if (link) faults.push(`${nameOf(place)} is a link to a folder`)
    else if (!/^sha512-[A-Za-z0-9+/]{86}==$/.test(integrity ?? '')) faults.push(`${nameOf(place)} has no sha512`)
    if (resolved !== undefined) faults.push(`${nameOf(place)} names an address: ${new URL(resolved, 'file:').protocol}`)
    return faults
  })
}

/**
 * What is delivered, by name.
 * @param {{ packages: Record<string, Locked> }} lock
 * @param {(place: string) => string | undefined} licenceIn of a package whose lockfile entry names none
 */
export function deliveredIn(lock, licenceIn) {
  return othersIn(lock)
    .filter(([, { dev }]) => !dev)
    .map(([place, { version, license }]) => ({
      name: nameOf(place),
      version: version ?? '',
      licence: license ?? licenceIn(place) ?? 'none given',
    }))
    .toSorted((one, other) => (`${one.name} ${one.version}` < `${other.name} ${other.version}` ? -1 : 1))
}

/** An SPDX expression: of alternatives one is enough, of what holds together each. */
export function mayBeDelivered(licence) {
  const plain = licence.replaceAll(/[()]/g, '')
  return plain.split(' OR ').some((choice) => choice.split(' AND ').every((one) => ALLOWED.has(one.trim())))
}

/** docs/licences.md. @param {ReturnType<typeof deliveredIn>} delivered */
export function licenceList(delivered) {
  const lines = [...new Set(delivered.map(({ name, version, licence }) => `| ${name} | ${version} | ${licence} |`))]
  return [
    '# Licences of what is delivered',
    '',
    'Written by `npm run licences`; `npm test` compares it with the lockfile, and refuses licences that Parley may not be delivered with.',
    '',
    '| package | version | licence |',
    '|---|---|---|',
    ...lines,
    '',
  ].join('\n')
}

/**
 * What `npm audit --json` found, in one line a package; null when the registry has no answer to it.
 * @param {string} output
 * @returns {string[] | null}
 */
export function auditFindings(output) {
  let report
  try {
    report = JSON.parse(output.slice(output.indexOf('{')))
  } catch {
    return null
  }
  if (report.vulnerabilities === undefined) return null
  return Object.values(report.vulnerabilities).map(({ name, severity }) => `${name}: ${severity}`)
}
