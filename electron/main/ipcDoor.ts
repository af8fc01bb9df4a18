// The door between pages and main: who may knock, and with what. A refusal is an error to the page and a line in the log.
import { ipcMain, type IpcMainInvokeEvent, type WebContents } from 'electron'
import { argumentsOf, popupChannels, type Channel, type IpcArguments, type IpcResult } from '../ipc.ts'
import { APP_ORIGIN } from './shell/protocol.ts'
import type { Log } from './log.ts'

export type WindowRole = 'main' | 'popup'
export type Handle = <Name extends Channel>(
  channel: Name,
  action: (...args: IpcArguments<Name>) => IpcResult<Name> | Promise<IpcResult<Name>>,
) => void

export function createIpcDoor(options: { roleOf(contents: WebContents): WindowRole | null; log: Log }): Handle {
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
    options.log.warn(`refused ${channel}: ${problem}`)
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
  return null
}
