// The door between pages and main: who may knock, and with what. A refusal is an error to the page and a line in the log.
import { ipcMain, type IpcMainInvokeEvent, type WebContents } from 'electron'
import { argumentsOf, miniChannels, popupChannels, type Channel, type IpcArguments, type IpcResult } from '../ipc.ts'
import { APP_ORIGIN } from './shell/protocol.ts'
import type { Timers } from '../../shared/time.ts'
import type { Log } from './log.ts'

export type WindowRole = 'main' | 'popup' | 'mini'
export type Handle = <Name extends Channel>(
  channel: Name,
  action: (...args: IpcArguments<Name>) => IpcResult<Name> | Promise<IpcResult<Name>>,
) => void

/** A page that does nothing else must not fill the disk. */
const LOGGED_A_MINUTE = 100

export function createIpcDoor(options: {
  roleOf(contents: WebContents): WindowRole | null
  timers: Timers
  log: Log
}): Handle {
  const { timers, log } = options
  let minute = 0
  let refused = 0

  return (channel, action) => {
    ipcMain.handle(channel, (event, ...args: unknown[]) => {
      const problem = stranger(event, channel, options.roleOf(event.sender))
      if (problem) return refuse(channel, problem)
      const checked = argumentsOf[channel].safeParse(args)
      // Only the places that are wrong go to the log: what was sent may hold a password or a person's words.
      if (!checked.success)
        return refuse(
          channel,
          `bad arguments at ${checked.error.issues.map((issue) => issue.path.join('.')).join(', ')}`,
        )
      return action(...(checked.data as IpcArguments<typeof channel>))
    })
  }

  function refuse(channel: string, problem: string): never {
    const now = Math.floor(timers.now() / 60_000)
    if (now !== minute) [minute, refused] = [now, 0]
    refused++
    if (refused <= LOGGED_A_MINUTE) log.warn(`refused ${channel}: ${problem}`)
    if (refused === LOGGED_A_MINUTE) log.warn('more refusals in this minute are not written down')
    throw new Error(`${channel} was refused`)
  }
}

/** Why this sender may not use this channel; null when it may. */
function stranger(event: IpcMainInvokeEvent, channel: Channel, role: WindowRole | null): string | null {
  const frame = event.senderFrame
  if (!frame) return 'its frame is gone'
  if (frame.parent !== null) return 'not a main frame'
  if (frame.origin !== APP_ORIGIN || !frame.url.startsWith(`${APP_ORIGIN}/`)) return `foreign origin ${frame.origin}`
  if (role === null) return 'unknown window'
  if (role === 'popup' && !popupChannels.has(channel)) return 'not for the pop-up'
  if (role === 'mini' && !miniChannels.has(channel)) return 'not for the mini window'
  return null
}
