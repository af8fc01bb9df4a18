// `node server/main.ts user add <login> <name>`: adds an account; the password is typed unseen, or piped in as one line.
import { createInterface } from 'node:readline/promises'
import { Writable } from 'node:stream'
import type { ServerConfig } from './config.ts'
import { systemEntropy } from './entropy.ts'
import { PASSWORD_LENGTH_MIN, addAccount } from './people/accounts.ts'
import { databaseFile } from './server.ts'
import { openStore } from './storage/store.ts'
import { systemTimers } from './timers.ts'

export async function addUser({
  login,
  name,
  config,
}: {
  login: string
  name: string
  config: ServerConfig
}): Promise<void> {
  const password = await askPassword()
  if (password.length < PASSWORD_LENGTH_MIN)
    throw new Error(`A password has at least ${PASSWORD_LENGTH_MIN} characters.`)
  const store = await openStore({ file: databaseFile(config.dataDir), now: systemTimers.now, perform: () => {} })
  try {
    const added = await addAccount(
      { store, entropy: systemEntropy, passwordCost: config.passwordCost },
      { login, name, password },
    )
    if (!added.ok) throw new Error(added.error.message)
    process.stdout.write(`Added ${added.value.name}.\n`)
  } finally {
    await store.close()
  }
}

async function askPassword(): Promise<string> {
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
