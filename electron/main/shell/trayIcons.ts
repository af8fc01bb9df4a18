// The tray's pictures, carried inside the bundle (drawn by scripts/icons.mjs).
import { nativeImage, type NativeImage } from 'electron'
import idle from '../../../resources/tray/idle.png?inline'
import idle2 from '../../../resources/tray/idle@2x.png?inline'
import inMeeting from '../../../resources/tray/inMeeting.png?inline'
import inMeeting2 from '../../../resources/tray/inMeeting@2x.png?inline'
import missed from '../../../resources/tray/missed.png?inline'
import missed2 from '../../../resources/tray/missed@2x.png?inline'
import ringing1 from '../../../resources/tray/ringing1.png?inline'
import ringing1twice from '../../../resources/tray/ringing1@2x.png?inline'
import ringing2 from '../../../resources/tray/ringing2.png?inline'
import ringing2twice from '../../../resources/tray/ringing2@2x.png?inline'
import ringing3 from '../../../resources/tray/ringing3.png?inline'
import ringing3twice from '../../../resources/tray/ringing3@2x.png?inline'
import ringing4 from '../../../resources/tray/ringing4.png?inline'
import ringing4twice from '../../../resources/tray/ringing4@2x.png?inline'
import signedOut from '../../../resources/tray/signedOut.png?inline'
import signedOut2 from '../../../resources/tray/signedOut@2x.png?inline'
import overlayMissed from '../../../resources/overlay/missed.png?inline'
import overlayMissed2 from '../../../resources/overlay/missed@2x.png?inline'
import overlayRinging from '../../../resources/overlay/ringing.png?inline'
import overlayRinging2 from '../../../resources/overlay/ringing@2x.png?inline'
import type { TrayIcon } from './trayFace.ts'

export type TrayIcons = Readonly<Record<TrayIcon, readonly NativeImage[]>>

/** The frames of each state; more than one means that it moves. */
export function loadTrayIcons(): TrayIcons {
  return {
    idle: [image(idle, idle2)],
    inMeeting: [image(inMeeting, inMeeting2)],
    missed: [image(missed, missed2)],
    ringing: [
      image(ringing1, ringing1twice),
      image(ringing2, ringing2twice),
      image(ringing3, ringing3twice),
      image(ringing4, ringing4twice),
    ],
    signedOut: [image(signedOut, signedOut2)],
  }
}

/** For the corner of the button in the task bar of Windows. */
export const loadOverlayIcons = (): Readonly<Record<'ringing' | 'missed', NativeImage>> => ({
  ringing: image(overlayRinging, overlayRinging2),
  missed: image(overlayMissed, overlayMissed2),
})

function image(plain: string, twice: string): NativeImage {
  const made = nativeImage.createFromDataURL(plain)
  made.addRepresentation({ scaleFactor: 2, dataURL: twice })
  return made
}
