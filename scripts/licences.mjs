// npm run licences: writes docs/licences.md from the lockfile. `npm test` says when it has to be written again.
import { writeFile } from 'node:fs/promises'
import { createLog, runMain } from './lib/log.mjs'
import { inRepository } from './lib/paths.mjs'
import { licenceList } from './lib/supply.mjs'
import { readDelivered } from './lib/supplyFiles.mjs'

await runMain(async () => {
  const { delivered } = await readDelivered()
  await writeFile(inRepository('docs', 'licences.md'), licenceList(delivered))
  createLog().line(`docs/licences.md: ${delivered.length} packages`)
  return 0
})
