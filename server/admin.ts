// `npm run admin -- …`: looks after a server's people and meetings from its own command line. `--help` lists what can be asked.
import { existsSync } from 'node:fs'
import { actions } from './admin/actions.ts'
import type { AdminTools } from './admin/telling.ts'
import { ADMIN_USAGE, readAdminLine } from './admin/commandLine.ts'
import { askPassword } from './addUser.ts'
import { systemEntropy } from './entropy.ts'
import { PASSWORD_COST_DEFAULT } from './people/passwords.ts'
import { databaseFile } from './server.ts'
import { openStore } from './storage/store.ts'
import { systemTimers } from './timers.ts'

async function main(): Promise<void> {
  const read = readAdminLine(process.argv.slice(2), process.env)
  if (!read.ok) throw new Error(`${read.error.message}\n\n${ADMIN_USAGE}`)
  const line = read.value
  if (line === null) return void process.stdout.write(`${ADMIN_USAGE}\n`)
  if (line.action !== 'users add' && !existsSync(line.dataDir))
    throw new Error(`There is no data of a server in ${line.dataDir}. Say where it is with --data.`)
  const store = await openStore({ file: databaseFile(line.dataDir), now: systemTimers.now, perform: () => {} })
  try {
    const tools: AdminTools = { store, entropy: systemEntropy, passwordCost: PASSWORD_COST_DEFAULT, askPassword }
    const told = await actions[line.action](line, tools)
    if (!told.ok) throw new Error(told.error.message)
    const { value, lines, alwaysLines } = told.value
    const text = line.json && !alwaysLines ? JSON.stringify(value, null, 2) : lines.join('\n')
    if (text !== '') process.stdout.write(`${text}\n`)
  } finally {
    await store.close()
  }
}

main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`)
  process.exitCode = 1
})
