// What can be said on the command line: `--server=<address>`, `--demo-user=<login>` and `--user-data-dir=<folder>` (a profile of its own).
import { resolve } from 'node:path'
import { serverAddress } from '../../shared/client/account.ts'
import type { HostState } from '../../shared/host.ts'

export type CommandLine = { prefill: HostState['prefill']; userDataFolder: string | null }

export function readCommandLine(switches: { getSwitchValue(name: string): string }): CommandLine {
  const server = serverAddress(switches.getSwitchValue('server')) ?? undefined
  const login = switches.getSwitchValue('demo-user').slice(0, 120) || undefined
  const folder = switches.getSwitchValue('user-data-dir')
  return { prefill: server || login ? { server, login } : null, userDataFolder: folder ? resolve(folder) : null }
}
