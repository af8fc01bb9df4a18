// `npm run package`: builds Parley and makes this system's installers in dist/, on a machine that has Electron.
//   npm run package -- --dir    only the app's folder, and checks it; where Electron cannot be had, around a stub of it
//   npm run package -- --dir --json    prints {asarBytes, files, unexpected, missing, fuses, problems} as the last line
// PARLEY_UPDATE_URL and PARLEY_UPDATE_KEY make a build that looks for updates there; without them none does.

import { parseArgs } from 'node:util'
import { rm } from 'node:fs/promises'
import { ensureElectron } from './lib/electron.mjs'
import { createLog, runMain, SetupError } from './lib/log.mjs'
import { packFolder, packInstallers } from './lib/package/pack.mjs'
import { inRepository } from './lib/paths.mjs'
import { prepare } from './lib/prepare.mjs'

await runMain(async () => {
  const options = readOptions()
  const log = createLog(options.json ? process.stderr : process.stdout)
  const context = { log, ...(await prepare({ log, needs: ['build'] })) }
  const output = inRepository('dist')
  await rm(output, { recursive: true, force: true })
  const electron = await ensureElectron(context)
  const report = await packFolder(context, output)
  show(log, report)
  const { asarBytes, files, unexpected, missing, fuses, problems } = report
  const isGood = unexpected.length + missing.length + problems.length === 0
  if (options.json) console.log(JSON.stringify({ asarBytes, files, unexpected, missing, fuses, problems }))
  if (!isGood || options.dir) return isGood ? 0 : 1
  if (electron === null) throw new SetupError('Installers need Electron, which cannot be had here. See --dir.')
  await packInstallers(context, output)
  log.line(`Installers: ${output}`)
})

function readOptions() {
  const flag = { type: 'boolean', default: false }
  try {
    return parseArgs({ options: { dir: flag, json: flag } }).values
  } catch (error) {
    throw new SetupError(`${error.message}\nKnown: --dir --json`)
  }
}

function show(log, { electron, folder, asarBytes, files, unexpected, missing, fuses, largest, problems }) {
  const kilobytes = (bytes) => `${(bytes / 1024).toFixed(0).padStart(6)} KB`
  if (electron === 'stub')
    log.line("Electron's binary cannot be had here: packed around a stub, which cannot be started.")
  log.line(`${kilobytes(asarBytes)}  app.asar with ${files} files, in ${folder}`)
  for (const { path: name, bytes } of largest) log.line(`${kilobytes(bytes)}  ${name}`)
  log.line(
    `fuses: ${Object.entries(fuses)
      .map(([name, state]) => `${name} ${state}`)
      .join(', ')}`,
  )
  for (const name of unexpected) log.line(`✗ unexpected: ${name}`)
  for (const name of missing) log.line(`✗ missing: ${name}`)
  for (const problem of problems) log.line(`✗ ${problem}`)
}
