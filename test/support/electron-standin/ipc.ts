// Electron's `ipcMain` and the per-contents `ipc`, and the events that their listeners get.
import type { WebContents } from './webContents.ts'
import type { WebFrameMain } from './web-frame-main.ts'
import { StandinEmitter, StandinEvent } from './strict.ts'

export type Handler = (event: IpcMainInvokeEvent, ...args: unknown[]) => unknown

export class IpcMainInvokeEvent extends StandinEvent {
  type = 'frame'
  sender: WebContents
  senderFrame: WebFrameMain | null
  frameId: number
  processId: number
  constructor(sender: WebContents, senderFrame: WebFrameMain | null) {
    super()
    this.sender = sender
    this.senderFrame = senderFrame
    this.frameId = senderFrame?.routingId ?? 0
    this.processId = senderFrame?.processId ?? 0
  }
}

export class IpcMainEvent extends IpcMainInvokeEvent {
  ports: unknown[] = []
  returnValue: unknown = undefined
  reply(channel: string, ...args: unknown[]) {
    this.senderFrame?.send(channel, ...args)
  }
}

let handlerOf: (target: IpcMain, channel: string) => Handler | undefined

export class IpcMain extends StandinEmitter {
  #handlers = new Map<string, Handler>()
  handle(channel: string, handler: Handler) {
    if (typeof handler !== 'function')
      throw new TypeError(`Expected handler to be a function, but found type '${typeof handler}'`)
    if (this.#handlers.has(channel)) throw new Error(`Attempted to register a second handler for '${channel}'`)
    this.#handlers.set(channel, handler)
  }
  handleOnce(channel: string, handler: Handler) {
    this.handle(channel, (event, ...args) => {
      this.removeHandler(channel)
      return handler(event, ...args)
    })
  }
  removeHandler(channel: string) {
    this.#handlers.delete(channel)
  }
  static {
    handlerOf = (target, channel) => target.#handlers.get(channel)
  }
}

export const ipcMain = new IpcMain()

/** Asks the handlers of the sender first, then the global ones, as Electron does. */
export async function dispatchInvoke(event: IpcMainInvokeEvent, channel: string, args: unknown[]): Promise<unknown> {
  const handler = handlerOf(event.sender.ipc, channel) ?? handlerOf(ipcMain, channel)
  if (!handler) throw new Error(`No handler registered for '${channel}'`)
  return handler(event, ...args)
}

export function dispatchSend(event: IpcMainEvent, channel: string, args: unknown[]): void {
  event.sender.emit('ipc-message', event, channel, ...args)
  event.sender.ipc.emit(channel, event, ...args)
  ipcMain.emit(channel, event, ...args)
}

export function dispatchSync(event: IpcMainEvent, channel: string, args: unknown[]): unknown {
  event.sender.emit('ipc-message-sync', event, channel, ...args)
  event.sender.ipc.emit(channel, event, ...args)
  ipcMain.emit(channel, event, ...args)
  return event.returnValue
}
