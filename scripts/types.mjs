// Checks the types of every TypeScript project: `npm run types`, or only some: `npm run types -- shared server`.

import { createLog, runMain } from './lib/log.mjs'
import { prepare } from './lib/prepare.mjs'
import { checkTypes, typeProjects } from './lib/typeProjects.mjs'

await runMain(async () => {
  const log = createLog()
  const names = process.argv.slice(2)
  const context = await prepare({ log })
  let failures = 0
  for (const project of typeProjects.filter(({ name }) => names.length === 0 || names.includes(name))) {
    const step = log.step(`Types of ${project.name}`)
    const { code, output } = await checkTypes(project, context)
    if (code === 0) {
      step.done()
    } else {
      failures += 1
      step.failed()
      log.line(output.trim())
    }
  }
  return failures === 0 ? 0 : 1
})
