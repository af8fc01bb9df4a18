// The contract between the renderer and whatever hosts it: Electron's main process behind a bridge, or the page itself in a browser.
// Everything that crosses is plain data (Electron clones it); nothing here may be a Vue proxy or a class instance.
import type { LinkStatus } from './client/link.ts'
import type { MirrorState } from './client/mirror.ts'
import type { TestRingWords } from './client/testRing.ts'
import type { CommandInput, CommandName, CommandOutput, ServerEvent } from './protocol/contract.ts'
import type { AcceptAnswer } from './protocol/calls.ts'
import type { GuestLook, GuestOutput } from './protocol/guests.ts'
import type { InvitationLook } from './protocol/invitations.ts'
import type { MediaOffer, OpaqueMedia } from './protocol/media.ts'
import type { ProtocolError, Result } from './protocol/result.ts'
import type { ServerInfo } from './protocol/session.ts'
import type { Call, CallMedia, User } from './protocol/things.ts'
import type { Settings } from './settings.ts'

export type MediaEvent = Extract<ServerEvent, { name: `media.${string}` }>
/** News that is no state of the meeting: the page keeps it, so that a long chat does not travel with every change of the state. */
export type TalkEvent = Extract<ServerEvent, { name: 'chat.message' | 'room.reaction' }>

/** A room this device has entered by a gesture of its person; the main window takes up its media. */
export type Entry = {
  roomId: string
  how: 'created' | 'joined' | 'answered' | 'admitted'
  /** What the gesture asked for. After a reload there is no entry, and nothing is captured. */
  microphone: boolean
  camera: boolean
  /** The call that was answered. */
  callId?: string | undefined
  /** When the gesture was made and when the server's answer came, ms since the epoch on this machine's clock. */
  startedAt: number
  enteredAt: number
}

/** What the press of Join asked for, while somebody has yet to let this device in. */
export type Wish = Pick<Entry, 'roomId' | 'microphone' | 'camera' | 'startedAt'>

export type SystemPage = 'microphone' | 'camera' | 'screen' | 'notifications'
type MediaAccess = 'not-determined' | 'granted' | 'denied' | 'restricted' | 'unknown'

/** What the app around the page is and can do. */
export type DesktopFacts = {
  version: string
  /** The update that waits to be installed, with what is new in it as plain text. */
  update: { version: string; notes: string } | null
  canStartAtLogin: boolean
  /** The system has settings pages that a refusal can be taken back on. */
  hasSystemPages: boolean
  /** Windows may choose their place, so that a pop-up is one. */
  hasPopup: boolean
  /** This device keeps quiet now: by its hours, or since the system does. */
  quiet: boolean
  mediaAccess: Readonly<Record<'microphone' | 'camera' | 'screen', MediaAccess>>
}

/** What can be shared from this computer. Pictures are data URLs; `picture` is empty when the system gives none. */
export type CaptureSource = {
  id: string
  name: string
  kind: 'screen' | 'window'
  picture: string
  icon: string | null
}
/** What is shared is being chosen, in answer to a gesture in this page. */
export type CaptureRequest = { requestId: string; offersSound: boolean }

/** `name` is null when it is not told before one is inside. */
export type GuestRoom = GuestOutput['room']

/** Coming to a meeting without an account. */
export interface GuestHost {
  look(code: string): Promise<Result<GuestLook>>
  /** Signs this device in as a guest of that meeting, for as long as its tab lives; entering it is `joinRoom`, as for others. */
  arrive(input: { code: string; name: string }): Promise<Result<GuestRoom>>
}

/** Signing in through a provider; null while nobody does. `error`: what came back meanwhile was not it. */
export type OpenIdState =
  | { status: 'starting' | 'finishing' }
  /** The person is in their browser. */
  | { status: 'waiting'; error: ProtocolError | null }
  | { status: 'refused'; error: ProtocolError }
  | null

export type HostState = {
  status: LinkStatus
  /** Why this device was signed out against the person's will, until the next sign-in. */
  problem: ProtocolError | null
  /** The server's address, as typed and checked; kept after signing out. */
  server: string | null
  user: User | null
  /** The meeting this device came to as a guest; null for everybody with an account. */
  guestRoom: GuestRoom | null
  mirror: MirrorState
  entry: Entry | null
  /** The call whose answer is on its way to the server: what it leads into can be shown already, and nothing opens before it is granted. */
  answering: string | null
  /** Kept while this device waits in a lobby; null also when its page or its connection began anew. */
  wish: Wish | null
  /** Why the last answer or decline of a ring did not come about, by call id; until it is tried again, from whichever surface. */
  refusals: Readonly<Record<string, ProtocolError>>
  openid: OpenIdState
  settings: Settings
  /** This device is showing its screen, or a window, to a meeting. */
  sharing: boolean
  /** Null in a browser. */
  desktop: DesktopFacts | null
  /** What the sign-in screen starts with (`--server=…`, `--demo-user=…`, or the page's address). */
  prefill: { server?: string | undefined; login?: string | undefined } | null
}

/** What another surface (tray, second instance) asks the main window to do. */
export type HostCommand =
  | { name: 'newMeeting' }
  | { name: 'showRing'; callId: string }
  /** From a link: filled in, to be joined or called by a press. */
  | { name: 'fillInCode'; code: string }
  | { name: 'fillInPerson'; userId: string }
  | { name: 'openSettings' }
  /** It is about to quit, and this device is in a meeting. */
  | { name: 'askToQuit' }
  /** Pressed in the mini window. */
  | { name: 'toggleMicrophone' }
  /** In answer to this page's own wish to share. */
  | ({ name: 'chooseSource' } & CaptureRequest)
  /** It is no longer being asked for. */
  | { name: 'choosingEnded'; requestId: string }
  /** Pressed in the tray. */
  | { name: 'stopSharing' }

export type Unsubscribe = () => void

export interface Host {
  readonly kind: 'electron' | 'web'
  /** Null in the app: there one has an account. */
  readonly guests: GuestHost | null
  readonly platform: 'win32' | 'darwin' | 'linux' | 'web'
  snapshot(): Promise<HostState>
  onState(listener: (state: HostState) => void): Unsubscribe
  onMediaEvent(listener: (event: MediaEvent) => void): Unsubscribe
  onTalkEvent(listener: (event: TalkEvent) => void): Unsubscribe
  onCommand(listener: (command: HostCommand) => void): Unsubscribe

  /** Any command of the protocol; entering and leaving rooms goes through the calls below, which keep the entry right. */
  ask<Name extends CommandName>(name: Name, input: CommandInput<Name>): Promise<Result<CommandOutput<Name>>>

  /** Asks an address whether a Parley server is there. `unavailable` when not. */
  checkServer(server: string): Promise<Result<ServerInfo>>
  signIn(input: { server: string; login: string; password: string }): Promise<Result<User>>
  /** Begins to sign in with the server's OpenID provider, in a browser; `openid` in the state tells how it goes on. */
  startOpenId(server: string): Promise<Result<object>>
  /** Shows the provider once more. */
  openOpenIdAgain(): Promise<Result<object>>
  /** Waits for it no longer, and puts away what was told of it. */
  cancelOpenId(): void
  signOut(): Promise<void>
  /** What a link that makes an account, or gives one a new password, is good for. */
  lookAtInvitation(input: { server: string; token: string }): Promise<Result<InvitationLook>>
  /** Uses it, and signs this device in. `login` and `name` are for a new account. */
  acceptInvitation(input: {
    server: string
    token: string
    login: string
    name: string
    password: string
  }): Promise<Result<User>>

  createRoom(input: {
    name: string
    microphone: boolean
    camera: boolean
    leaveOther?: boolean
  }): Promise<Result<{ roomId: string }>>
  joinRoom(input: {
    room: { id: string } | { code: string }
    password?: string
    microphone: boolean
    camera: boolean
    leaveOther?: boolean
  }): Promise<Result<JoinOutcome>>
  /** Waits no longer to be let in. */
  leaveLobby(roomId: string): Promise<Result<object>>
  /** Rings one person, in a room made for the two; this device is in it at once, with microphone, and camera when video is asked for. */
  callDirectly(input: { calleeId: string; media: CallMedia; leaveOther?: boolean }): Promise<Result<DirectOutcome>>
  leaveRoom(roomId: string): Promise<Result<object>>
  endRoom(roomId: string): Promise<Result<object>>

  /** The one way to answer, from whichever surface; the microphone opens in the main window afterwards. */
  answer(input: { callId: string; camera: boolean; leaveOther?: boolean }): Promise<Result<AnswerOutcome>>
  decline(input: { callId: string; reply?: string }): Promise<Result<{ call: Call }>>
  /** Rings on this device alone, to see what a ring is like. `conflict` while it really rings, or in a meeting. */
  ringMyself(words: TestRingWords): Promise<Result<{ callId: string }>>
  /** A surface shows these rings now; the server is told, once per call. */
  ringsShown(callIds: string[]): void

  /** The media offer that came with entering a room; once, then null (a reloaded window asks `media.open`). */
  takeMediaOffer(roomId: string): Promise<MediaOffer | null>
  /** The receive capabilities of this device's mediasoup device; sent along from now on when entering a room. */
  setMediaCapabilities(rtpCapabilities: OpaqueMedia): void

  setSettings(change: Partial<Settings>): Promise<void>
  /** Clears the missed calls and their badge. */
  seenMissed(): void
  /** Brings the main window to the front (from the pop-up). In a browser: focuses the page. */
  showMain(): void
  /** In the desktop app; a browser does nothing. `ask` asks first while in a meeting; `stay` takes the question back. */
  quit(how: 'ask' | 'now' | 'stay'): void
  /** Turns the microphone of the meeting on or off, from the mini window. */
  toggleMicrophone(): void
  openSystemPage(page: SystemPage): void
  /** Sharing has begun or ended: tray, pop-up and notification follow. */
  setSharing(on: boolean): void
  /** What can be chosen now, with pictures of this moment; empty when nothing is to be chosen. */
  captureSources(requestId: string): Promise<CaptureSource[]>
  /** Answers `chooseSource`; null puts it away. */
  chooseSource(choice: { requestId: string; sourceId: string | null; sound: boolean }): Promise<void>
  /** The person has pressed to see their camera and hear their microphone in the settings, or has left that. */
  setPreview(on: boolean): Promise<void>
  /** The pop-up's content has this height, in CSS pixels; its window follows. Does nothing in a browser. */
  popupHeight(height: number): void

  /** Puts facts about the app and the end of its log on the clipboard. Does nothing in a browser. */
  copyDiagnostics(): Promise<void>
  /** Installs the update that waits, and starts the app anew. `notAllowed` during a meeting or while it rings. */
  installUpdate(): Promise<Result<object>>
}

/** What became of pressing Join: inside, or waiting until somebody inside lets this device in. */
export type JoinOutcome = { outcome: 'joined' | 'waiting'; roomId: string }

/** What became of calling one person: ringing, or declined at once by their own policy. */
export type DirectOutcome = { outcome: 'ringing'; roomId: string } | { outcome: 'declined'; call: Call }

/** What became of pressing Answer: in the room, or the ring had ended otherwise. */
export type AnswerOutcome = { outcome: 'joined'; roomId: string } | Extract<AcceptAnswer, { outcome: 'ended' }>
