// Gives a page the Host contract as plain functions, and nothing else: no ipcRenderer, no channel of the page's choosing.
import { contextBridge, ipcRenderer, type IpcRendererEvent } from 'electron'
import type { Host, HostCommand } from '../../shared/host.ts'
import type { Channel, Pushes } from '../ipc.ts'

const invoke = (channel: Channel, ...args: unknown[]) => ipcRenderer.invoke(channel, ...args)

function on<Name extends keyof Pushes>(channel: Name, listener: (payload: Pushes[Name]) => void) {
  const heard = (_event: IpcRendererEvent, payload: Pushes[Name]) => listener(payload)
  ipcRenderer.on(channel, heard)
  return () => void ipcRenderer.off(channel, heard)
}

/** The page listens only once its first state is there, and what a person asked for in the tray must not be lost until then. */
const commandListeners = new Set<(command: HostCommand) => void>()
let waiting: HostCommand[] = []
function deliver(): void {
  if (!commandListeners.size) return
  const due = waiting
  waiting = []
  for (const command of due) for (const listener of [...commandListeners]) listener(command)
}
on('host:command', (command) => {
  waiting.push(command)
  deliver()
})
function onCommand(listener: (command: HostCommand) => void) {
  commandListeners.add(listener)
  // Later, so that every part of the page that starts listening now hears it.
  setTimeout(deliver)
  return () => void commandListeners.delete(listener)
}

const host: Host = {
  kind: 'electron',
  guests: null,
  platform: process.platform as Host['platform'],
  snapshot: () => invoke('host:snapshot'),
  onState: (listener) => on('host:state', listener),
  onMediaEvent: (listener) => on('host:media-event', listener),
  onTalkEvent: (listener) => on('host:talk-event', listener),
  onCommand,
  ask: (name, input) => invoke('host:ask', name, input),
  checkServer: (server) => invoke('host:checkServer', server),
  signIn: (input) => invoke('host:signIn', input),
  startOpenId: (server) => invoke('host:startOpenId', server),
  openOpenIdAgain: () => invoke('host:openOpenIdAgain'),
  cancelOpenId: () => void invoke('host:cancelOpenId'),
  signOut: () => invoke('host:signOut'),
  lookAtInvitation: (input) => invoke('host:lookAtInvitation', input),
  acceptInvitation: (input) => invoke('host:acceptInvitation', input),
  createRoom: (input) => invoke('host:createRoom', input),
  joinRoom: (input) => invoke('host:joinRoom', input),
  leaveLobby: (roomId) => invoke('host:leaveLobby', roomId),
  callDirectly: (input) => invoke('host:callDirectly', input),
  leaveRoom: (roomId) => invoke('host:leaveRoom', roomId),
  endRoom: (roomId) => invoke('host:endRoom', roomId),
  answer: (input) => invoke('host:answer', input),
  decline: (input) => invoke('host:decline', input),
  ringMyself: (words) => invoke('host:ringMyself', words),
  ringsShown: (callIds) => void invoke('host:ringsShown', callIds),
  takeMediaOffer: (roomId) => invoke('host:takeMediaOffer', roomId),
  setMediaCapabilities: (rtpCapabilities) => void invoke('host:setMediaCapabilities', rtpCapabilities),
  setSettings: (change) => invoke('host:setSettings', change),
  seenMissed: () => void invoke('host:seenMissed'),
  showMain: () => void invoke('host:showMain'),
  quit: (how) => void invoke('host:quit', how),
  toggleMicrophone: () => void invoke('host:toggleMicrophone'),
  openSystemPage: (page) => void invoke('host:openSystemPage', page),
  setSharing: (on) => void invoke('host:setSharing', on),
  captureSources: (requestId) => invoke('host:captureSources', requestId),
  chooseSource: (choice) => invoke('host:chooseSource', choice),
  setPreview: (on) => invoke('host:setPreview', on),
  copyDiagnostics: () => invoke('host:copyDiagnostics'),
  installUpdate: () => invoke('host:installUpdate'),
  popupHeight: (height) => void invoke('host:popupHeight', height),
}

contextBridge.exposeInMainWorld('parley', host)
