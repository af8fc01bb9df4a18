// Puts ringer and surfaces together: whatever changes in the session or the settings is projected onto tray, pop-up, notification and icon.
import { app } from 'electron'
import { ringingHere } from '../../../shared/client/mirror.ts'
import type { Session } from '../../../shared/client/session.ts'
import { endOf, type DoNotDisturb } from '../../../shared/doNotDisturb.ts'
import type { Language, Translate } from '../../../shared/locales/translate.ts'
import type { Ring } from '../../../shared/protocol/things.ts'
import type { Timers } from '../../../shared/time.ts'
import type { Log } from '../log.ts'
import { createAttention } from '../shell/attention.ts'
import type { MainWindow } from '../shell/mainWindow.ts'
import { createNotifications } from '../shell/notifications.ts'
import type { PopupWindow } from '../shell/popupWindow.ts'
import type { SettingsFile } from '../shell/settingsFile.ts'
import type { SharingState } from '../shell/sharingState.ts'
import { createReminderNotice } from '../shell/reminderNotice.ts'
import { createTray } from '../shell/tray.ts'
import { trayFace, type TrayAction } from '../shell/trayFace.ts'
import { loadTrayIcons } from '../shell/trayIcons.ts'
import type { RingActions } from './answering.ts'
import type { Quiet } from './quiet.ts'
import { createReminding } from './reminding.ts'
import { createRinger } from './ringer.ts'
import { whenSynced } from './whenSynced.ts'

export type Ringing = { stop(): void }

type RingingOptions = {
  session: Session
  settings: SettingsFile
  quiet: Quiet
  sharing: SharingState
  mainWindow: MainWindow
  popup: PopupWindow
  actions: RingActions
  translate(): Translate
  timers: Timers
  log: Log
  language(): Language
}

export function startRinging(options: RingingOptions): Ringing {
  const { session, settings, quiet, sharing, mainWindow, popup, actions, language, translate, timers, log } = options
  const tray = createTray({
    icons: loadTrayIcons(),
    timers,
    onAction: (action) => perform(action, options),
    onClick: () => void (popup.reveal() || mainWindow.show()),
  })
  const attention = createAttention(mainWindow, (sign, n) =>
    translate()(sign === 'missed' ? 'tray.overlayMissed' : 'tray.overlayRinging', { n }),
  )
  const anonymous = () => sharing.hidesCallers
  const notifications = createNotifications({ actions, translate, anonymous, log })
  notifications.onOrphan(
    (callId, then) =>
      whenSynced(session, () =>
        then(ringingHere(session.state.mirror, timers.now()).some(({ call }) => call.id === callId)),
      ),
    mainWindow.show,
  )
  /** Off is off; and a device that keeps quiet rings in its tray alone. */
  const wanted = (setting: boolean) => setting && !quiet.on
  const ringer = createRinger({
    timers,
    surfaces: [
      { show: showTray },
      { show: (rings) => notifications.show(wanted(settings.value.ringNotification) ? rings : []) },
      popup,
      { show: (rings) => attention.show(rings, wanted(settings.value.ringAttention)) },
    ],
    onShown: session.ringsShown,
    log,
  })

  const notice = createReminderNotice({ language, translate, anonymous, onClick: mainWindow.show, log })
  const reminding = createReminding({ timers, surface: notice })

  function showTray(rings: readonly Ring[] = ringer.rings): void {
    const { user, status, mirror } = session.state
    const facts = {
      signedIn: user !== null,
      status,
      inRoom: mirror.seat?.room.name ?? null,
      missedCount: mirror.missed.length,
      undisturbed: (mirror.policy.doNotDisturbUntil ?? 0) > timers.now() + mirror.clockOffsetMs,
      sharing: sharing.on,
      anonymous: sharing.hidesCallers,
      rings,
      mustAsk: actions.mustAsk,
    }
    tray.setFace(trayFace(facts, translate()))
  }

  function project(): void {
    const { mirror, user } = session.state
    ringer.update(mirror)
    reminding.update(mirror)
    popup.keepReady(user !== null)
    showTray()
    attention.setMissed(mirror.missed.length)
    mainWindow.setInMeeting(mirror.seat !== null)
  }

  function refresh(): void {
    ringer.refresh()
    notice.refresh()
    showTray()
  }

  const unsubscribe = [
    session.subscribe(project),
    settings.subscribe(refresh),
    quiet.subscribe(refresh),
    sharing.subscribe(refresh),
  ]
  project()
  return {
    stop() {
      for (const off of unsubscribe) off()
      quiet.stop()
      popup.keepReady(false)
      ringer.stop()
      reminding.stop()
      popup.close()
      tray.destroy()
    },
  }
}

function perform(action: TrayAction, options: RingingOptions): void {
  const { mainWindow, actions } = options
  switch (action.name) {
    case 'answer':
      return actions.answer(action.callId, action.camera)
    case 'decline':
      return actions.decline(action.callId)
    case 'open':
      return mainWindow.show()
    case 'newMeeting':
      return mainWindow.command({ name: 'newMeeting' })
    case 'stopSharing':
      return mainWindow.push('host:command', { name: 'stopSharing' })
    case 'settings':
      return mainWindow.command({ name: 'openSettings' })
    case 'doNotDisturb':
      return void doNotDisturb(action.choice, options)
    case 'quit':
      return app.quit()
  }
}

async function doNotDisturb(choice: DoNotDisturb, { session, timers, mainWindow, log }: RingingOptions): Promise<void> {
  const end = endOf(choice, timers.now())
  const doNotDisturbUntil = end === null ? null : Math.round(end + session.state.mirror.clockOffsetMs)
  const result = await session.ask('people.setPolicy', { doNotDisturbUntil })
  if (result.ok) return
  log.warn(`do not disturb: ${result.error.code}`)
  // The settings tell what holds, and can be tried again.
  mainWindow.command({ name: 'openSettings' })
}
