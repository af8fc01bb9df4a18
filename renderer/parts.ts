// What is not needed to begin with is loaded when it is first shown, and fetched beforehand as soon as the page has nothing better to do: whoever
// answers a ring must not wait for the meeting's code, and a page that stays open for days must not depend on files of an older build.
import { defineAsyncComponent } from 'vue'
import { innerParts } from './innerParts.ts'

const IDLE_WITHIN_MS = 2_000

/** In the order in which they are fetched beforehand. */
const parts = {
  signedIn: () => import('./screens/SignedIn.vue'),
  shell: () => import('./screens/Shell.vue'),
  home: () => import('./screens/Home.vue'),
  wire: () => import('socket.io-client'),
  meeting: innerParts.meeting,
  mediaDevice: () => import('./media/handler.ts'),
  beforeJoining: innerParts.beforeJoining,
  people: () => import('./screens/People.vue'),
  calls: () => import('./screens/Calls.vue'),
  scheduling: innerParts.scheduling,
  palette: innerParts.palette,
  shortcuts: innerParts.shortcuts,
  occurrences: innerParts.occurrences,
  settings: () => import('./screens/Settings.vue'),
  ready: () => import('./screens/GetReady.vue'),
  waiting: () => import('./screens/WaitingRoom.vue'),
  administration: () => import('./screens/Administration.vue'),
}

/** For the router. */
export const screens = {
  home: parts.home,
  people: parts.people,
  calls: parts.calls,
  settings: parts.settings,
  ready: parts.ready,
  administration: parts.administration,
}
export const SignedInPart = defineAsyncComponent(parts.signedIn)
export const ShellPart = defineAsyncComponent(parts.shell)
export const WaitingRoomPart = defineAsyncComponent(parts.waiting)
/** Where nobody is signed in yet. */
export const GuestDoorPart = defineAsyncComponent(() => import('./screens/GuestDoor.vue'))
export const InvitationDoorPart = defineAsyncComponent(() => import('./screens/InvitationDoor.vue'))

const untilIdle = () => new Promise((idle) => requestIdleCallback(idle, { timeout: IDLE_WITHIN_MS }))

/** One after the other, each in a quiet moment. What cannot be had now is asked for again when it is needed. */
export async function fetchPartsBeforehand(): Promise<void> {
  for (const load of Object.values(parts)) {
    await untilIdle()
    await load().catch(() => undefined)
  }
}
