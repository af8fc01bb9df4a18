// Puts ringer and surfaces together: whatever changes in the session or the settings is projected onto tray, pop-up, notification and icon.
import { app } from 'electron'
import type { Session } from '../../../shared/client/session.ts'
import { chooseLanguage, createTranslate, type Translate } from '../../../shared/locales/translate.ts'
import type { Timers } from '../../../shared/time.ts'
import type { Log } from '../log.ts'
import { createAttention } from '../shell/attention.ts'
import type { MainWindow } from '../shell/mainWindow.ts'
import { createNotifications } from '../shell/notifications.ts'
import type { PopupWindow } from '../shell/popupWindow.ts'
import type { SettingsFile } from '../shell/settingsFile.ts'
import { createReminderNotice } from '../shell/reminderNotice.ts'
import { createTray } from '../shell/tray.ts'
import { trayFace, type TrayAction } from '../shell/trayFace.ts'
import { loadTrayIcons } from '../shell/trayIcons.ts'
import type { RingActions } from './answering.ts'
import { createReminding } from './reminding.ts'
import { createRinger } from './ringer.ts'

export type Ringing = { stop(): void }

export function startRinging(options: {
  session: Session
  settings: SettingsFile
  mainWindow: MainWindow
  popup: PopupWindow
  actions: RingActions
  timers: Timers
  log: Log
}): Ringing {
  const { session, settings, mainWindow, popup, actions, timers, log } = options
  const language = () => chooseLanguage(settings.value.language, app.getPreferredSystemLanguages())
  const translate = (): Translate => createTranslate(language())
  const tray = createTray({
    icons: loadTrayIcons(),
    timers,
    onAction: (action) => perform(action, mainWindow, actions),
    onClick: () => void (popup.reveal() || mainWindow.show()),
  })
  const attention = createAttention(mainWindow)
  const notifications = createNotifications({ actions, translate, log })
  const ringer = createRinger({
    timers,
    surfaces: [{ show: showTray }, notifications, popup, attention],
    onShown: session.ringsShown,
    log,
  })

  const notice = createReminderNotice({ language, translate, onClick: mainWindow.show, log })
  const reminding = createReminding({ timers, surface: notice })

  function showTray(): void {
    const { user, status, mirror } = session.state
    const inRoom = mirror.seat?.room.name ?? null
    const facts = { signedIn: user !== null, status, inRoom, missedCount: mirror.missed.length, rings: ringer.rings }
    tray.setFace(trayFace({ ...facts, mustAsk: actions.mustAsk }, translate()))
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

  const unsubscribe = [session.subscribe(project), settings.subscribe(showTray)]
  project()
  return {
    stop() {
      for (const off of unsubscribe) off()
      popup.keepReady(false)
      ringer.stop()
      reminding.stop()
      popup.close()
      tray.destroy()
    },
  }
}

function perform(action: TrayAction, mainWindow: MainWindow, actions: RingActions): void {
  switch (action.name) {
    case 'answer':
      return actions.answer(action.callId, action.camera)
    case 'decline':
      return actions.decline(action.callId)
    case 'open':
      return mainWindow.show()
    case 'newMeeting':
      return mainWindow.command({ name: 'newMeeting' })
    case 'quit':
      return app.quit()
  }
}
