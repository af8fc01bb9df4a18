// `node server/main.ts user add <login> <name>`: adds an account; the password is typed unseen, or piped in as one line.
import { createInterface } from 'node:readline/promises'
import { Writable } from 'node:stream'
import type { ServerConfig } from './config.ts'
import { systemEntropy } from './entropy.ts'
import { passwordProblem, passwordSentence } from '../shared/passwords.ts'
import type { AccountRole } from '../shared/protocol/trust.ts'
import { addAccount } from './people/accounts.ts'
import { databaseFile } from './server.ts'
import { openStore } from './storage/store.ts'
import { systemTimers } from './timers.ts'

export async function addUser({
  login,
  name,
  role,
  config,
}: {
  login: string
  name: string
  role: AccountRole
  config: ServerConfig
}): Promise<void> {
  const password = await askPassword()
  const problem = passwordProblem(password, { login, name })
  if (problem !== null) throw new Error(passwordSentence(problem))
  const store = await openStore({ file: databaseFile(config.dataDir), now: systemTimers.now, perform: () => {} })
  try {
    const added = await addAccount(
      { store, entropy: systemEntropy, passwordCost: config.passwordCost },
      { login, name, password, role },
    )
    if (!added.ok) throw new Error(added.error.message)
    process.stdout.write(`Added ${added.value.name}.\n`)
  } finally {
    await store.close()
  }
}

/** Typed unseen, or one line of standard input. */
export async function askPassword(): Promise<string> {
  const unseen = new Writable({ write: (_chunk, _encoding, done) => done() })
  const terminal = process.stdin.isTTY
  if (terminal) process.stderr.write('Password: ')
  const lines = createInterface({ input: process.stdin, output: unseen, terminal })
  try {
    for await (const line of lines) return line
    return ''
  } finally {
    lines.close()
    if (terminal) process.stderr.write('\n')
  }
}
