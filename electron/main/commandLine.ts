// What can be said on the command line: `--server=<address>`, `--demo-user=<login>`, `--user-data-dir=<folder>` (a profile of its own) and
// `--hidden` (started at login: nothing comes up).
import { resolve } from 'node:path'
import { serverAddress } from '../../shared/client/account.ts'
import type { HostState } from '../../shared/host.ts'

export type CommandLine = { prefill: HostState['prefill']; userDataFolder: string | null; hidden: boolean }

export const HIDDEN = '--hidden'

export function readCommandLine(switches: {
  getSwitchValue(name: string): string
  hasSwitch(name: string): boolean
}): CommandLine {
  const server = serverAddress(switches.getSwitchValue('server')) ?? undefined
  const login = switches.getSwitchValue('demo-user').slice(0, 120) || undefined
  const folder = switches.getSwitchValue('user-data-dir')
  return {
    prefill: server || login ? { server, login } : null,
    userDataFolder: folder ? resolve(folder) : null,
    hidden: switches.hasSwitch(HIDDEN.slice(2)),
  }
}
