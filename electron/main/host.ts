// The main process's side of shared/host.ts: what pages may ask, each channel once, and what they are told.
import { app } from 'electron'
import type { Session } from '../../shared/client/session.ts'
import { serverAddress } from '../../shared/client/account.ts'
import type { DesktopFacts, HostState } from '../../shared/host.ts'
import { commands, type CommandInput, type CommandName } from '../../shared/protocol/contract.ts'
import { failure } from '../../shared/protocol/result.ts'
import type { Answering } from './ringing/answering.ts'
import type { Quiet } from './ringing/quiet.ts'
import type { Handle } from './ipcDoor.ts'
import type { Log } from './log.ts'
import type { DesktopOpenId } from './openId.ts'
import type { Lifecycle } from './shell/lifecycle.ts'
import type { MainWindow } from './shell/mainWindow.ts'
import type { MiniWindow } from './shell/miniWindow.ts'
import type { PopupWindow } from './shell/popupWindow.ts'
import type { createPreviewGate } from './shell/previewGate.ts'
import type { ScreenPicker } from './shell/screenPicker.ts'
import type { SettingsFile } from './shell/settingsFile.ts'
import type { SharingState } from './shell/sharingState.ts'
import { openSystemPage } from './shell/systemPages.ts'
import type { Updates } from './updates/updates.ts'

export type HostParts = {
  session: Session
  openId: DesktopOpenId
  settings: SettingsFile
  prefill: HostState['prefill']
  answering: Answering
  mainWindow: MainWindow
  popup: PopupWindow
  mini: MiniWindow
  lifecycle: Lifecycle
  quiet: Quiet
  preview: ReturnType<typeof createPreviewGate>
  updates: Updates
  sharing: SharingState
  picker: ScreenPicker
  desktop(): DesktopFacts
  copyDiagnostics(): Promise<void>
  log: Log
}

export function openHost(handle: Handle, parts: HostParts): void {
  const { session, settings, answering, mainWindow, popup } = parts
  const { prefill, desktop } = parts
  const state = (): HostState => ({
    ...session.state,
    openid: parts.openId.state,
    settings: settings.value,
    sharing: parts.sharing.on,
    desktop: desktop(),
    prefill,
  })

  handle('host:snapshot', state)
  handle('host:ask', (name, input) => askChecked(session, name, input))
  handle('host:answer', answering.answer)
  handle('host:decline', session.decline)
  handle('host:ringMyself', async (words) => session.ringMyself(words))
  handle('host:ringsShown', session.ringsShown)
  handle('host:createRoom', session.createRoom)
  handle('host:joinRoom', session.joinRoom)
  handle('host:leaveLobby', session.leaveLobby)
  handle('host:callDirectly', session.callDirectly)
  handle('host:leaveRoom', session.leaveRoom)
  handle('host:endRoom', session.endRoom)
  handle('host:takeMediaOffer', async (roomId) => session.takeMediaOffer(roomId))
  handle('host:setMediaCapabilities', session.setMediaCapabilities)
  handle('host:seenMissed', session.seenMissed)
  handle('host:setSettings', async (change) => settings.change(change))
  handle('host:showMain', mainWindow.show)
  handle('host:popupHeight', popup.setHeight)
  handle('host:copyDiagnostics', parts.copyDiagnostics)
  handle('host:installUpdate', async () => parts.updates.install())
  openDesktop(handle, parts)
  openAccount(handle, parts)
  pushState(parts, state)
}

function openDesktop(handle: Handle, { lifecycle, mainWindow, preview, sharing, picker, log }: HostParts): void {
  handle('host:quit', (how) => {
    if (how === 'ask') lifecycle.quit()
    else if (how === 'now') lifecycle.quitNow()
    else lifecycle.stay()
  })
  handle('host:toggleMicrophone', () => mainWindow.push('host:command', { name: 'toggleMicrophone' }))
  handle('host:openSystemPage', (page) => void openSystemPage(page, log))
  handle('host:setPreview', async (on) => preview.set(on))
  handle('host:setSharing', sharing.set)
  handle('host:captureSources', picker.sources)
  handle('host:chooseSource', picker.choose)
}

function openAccount(handle: Handle, { session, openId }: HostParts): void {
  const withAddress = <Answer>(typed: string, action: (server: string) => Answer) => {
    const server = serverAddress(typed)
    return server === null ? failure('invalid', 'This is not a server address.', { field: 'server' }) : action(server)
  }
  handle('host:checkServer', (typed) => withAddress(typed, session.checkServer))
  handle('host:signIn', ({ server: typed, ...rest }) =>
    withAddress(typed, (server) => session.signIn({ server, ...rest })),
  )
  handle('host:startOpenId', (typed) => withAddress(typed, openId.start))
  handle('host:openOpenIdAgain', openId.openAgain)
  handle('host:cancelOpenId', openId.cancel)
  handle('host:signOut', session.signOut)
  handle('host:lookAtInvitation', ({ server: typed, token }) =>
    withAddress(typed, (server) => session.lookAtInvitation({ server, token })),
  )
  handle('host:acceptInvitation', ({ server: typed, ...rest }) =>
    withAddress(typed, (server) => session.acceptInvitation({ server, ...rest })),
  )
}

async function askChecked(session: Session, name: CommandName, input: unknown) {
  const checked = commands[name].input.safeParse(input)
  if (checked.success) return session.ask(name, checked.data as CommandInput<typeof name>)
  const [issue] = checked.error.issues
  return failure('invalid', issue?.message ?? 'Something in this is not right.', { field: issue?.path.join('.') ?? '' })
}

/** All windows get the whole state, once a turn of the event loop however much changed in it. */
function pushState(parts: HostParts, state: () => HostState): void {
  const { session, openId, settings, mainWindow, popup, mini, quiet, updates, sharing } = parts
  let due = false
  const push = () => {
    if (due) return
    due = true
    setImmediate(() => {
      due = false
      mainWindow.push('host:state', state())
      popup.push('host:state', state())
      mini.push('host:state', state())
    })
  }
  session.subscribe(push)
  openId.subscribe(push)
  settings.subscribe(push)
  quiet.subscribe(push)
  updates.subscribe(push)
  sharing.subscribe(push)
  // Whoever comes back from the system's settings may have allowed a device there.
  app.on('browser-window-focus', push)
}
