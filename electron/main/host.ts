// The main process's side of shared/host.ts: what pages may ask, each channel once, and what they are told.
import type { Session } from '../../shared/client/session.ts'
import { serverAddress } from '../../shared/client/account.ts'
import type { HostState } from '../../shared/host.ts'
import { commands, type CommandInput, type CommandName } from '../../shared/protocol/contract.ts'
import { failure } from '../../shared/protocol/result.ts'
import type { Answering } from './ringing/answering.ts'
import type { Handle } from './ipcDoor.ts'
import type { MainWindow } from './shell/mainWindow.ts'
import type { PopupWindow } from './shell/popupWindow.ts'
import type { SettingsFile } from './shell/settingsFile.ts'

export type HostParts = {
  session: Session
  settings: SettingsFile
  prefill: HostState['prefill']
  answering: Answering
  mainWindow: MainWindow
  popup: PopupWindow
}

export function openHost(handle: Handle, parts: HostParts): void {
  const { session, settings, answering, mainWindow, popup } = parts
  const state = (): HostState => ({ ...session.state, settings: settings.value, prefill: parts.prefill })

  handle('host:snapshot', state)
  handle('host:ask', (name, input) => askChecked(session, name, input))
  handle('host:answer', answering.answer)
  handle('host:decline', session.decline)
  handle('host:ringsShown', session.ringsShown)
  handle('host:createRoom', session.createRoom)
  handle('host:joinRoom', session.joinRoom)
  handle('host:callDirectly', session.callDirectly)
  handle('host:leaveRoom', session.leaveRoom)
  handle('host:endRoom', session.endRoom)
  handle('host:takeMediaOffer', async (roomId) => session.takeMediaOffer(roomId))
  handle('host:setMediaCapabilities', session.setMediaCapabilities)
  handle('host:seenMissed', session.seenMissed)
  handle('host:setSettings', async (change) => settings.change(change))
  handle('host:showMain', mainWindow.show)
  handle('host:popupHeight', popup.setHeight)
  openAccount(handle, session)
  pushState(parts, state)
}

function openAccount(handle: Handle, session: Session): void {
  const withAddress = <Answer>(typed: string, action: (server: string) => Answer) => {
    const server = serverAddress(typed)
    return server === null ? failure('invalid', 'This is not a server address.', { field: 'server' }) : action(server)
  }
  handle('host:checkServer', (typed) => withAddress(typed, session.checkServer))
  handle('host:signIn', ({ server: typed, ...rest }) =>
    withAddress(typed, (server) => session.signIn({ server, ...rest })),
  )
  handle('host:signOut', session.signOut)
}

async function askChecked(session: Session, name: CommandName, input: unknown) {
  const checked = commands[name].input.safeParse(input)
  if (checked.success) return session.ask(name, checked.data as CommandInput<typeof name>)
  const [issue] = checked.error.issues
  return failure('invalid', issue?.message ?? 'Something in this is not right.', { field: issue?.path.join('.') ?? '' })
}

/** Both windows get the whole state, once a turn of the event loop however much changed in it. */
function pushState({ session, settings, mainWindow, popup }: HostParts, state: () => HostState): void {
  let due = false
  const push = () => {
    if (due) return
    due = true
    setImmediate(() => {
      due = false
      mainWindow.push('host:state', state())
      popup.push('host:state', state())
    })
  }
  session.subscribe(push)
  settings.subscribe(push)
}
