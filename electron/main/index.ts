// Parley's desktop app from start to quit, a line a part. The parts are in shell/ and ringing/, and none acts on import.
import { join } from 'node:path'
import { app, safeStorage, session as electronSession, type WebContents } from 'electron'
import { readCommandLine, type CommandLine } from './commandLine.ts'
import { openHost } from './host.ts'
import { createIpcDoor, type WindowRole } from './ipcDoor.ts'
import { logCrashes, openLog } from './log.ts'
import { openSession } from './openSession.ts'
import { createAnswering } from './ringing/answering.ts'
import { startRinging } from './ringing/startRinging.ts'
import { setApplicationMenu } from './shell/applicationMenu.ts'
import { openJsonFile } from './shell/jsonFile.ts'
import { createLifecycle } from './shell/lifecycle.ts'
import { createMainWindow } from './shell/mainWindow.ts'
import { createPopupWindow } from './shell/popupWindow.ts'
import { followPower } from './shell/power.ts'
import { registerAppScheme, serveApp } from './shell/protocol.ts'
import { guardPages } from './shell/security.ts'
import { openSettings } from './shell/settingsFile.ts'
import { followTheme } from './shell/theme.ts'
import { openTokenStore } from './shell/tokenStore.ts'
import { readPlace } from './shell/windowPlace.ts'
import { realTimers as timers } from './time.ts'

// Half started it would hold the single-instance lock with nothing to see, so that it could not even be started again.
main().catch((error: unknown) => {
  app.exit(1)
  // For the log, which takes up what nobody handles.
  throw error
})

async function main(): Promise<void> {
  const commandLine = readCommandLine(app.commandLine)
  if (commandLine.userDataFolder) app.setPath('userData', commandLine.userDataFolder)
  // One instance a profile: a second one only brings the first to the front.
  if (!app.requestSingleInstanceLock()) return app.quit()
  registerAppScheme()
  if (process.platform === 'win32') app.setAppUserModelId('app.parley.desktop')
  await app.whenReady()
  await start(commandLine)
}

async function start(commandLine: CommandLine): Promise<void> {
  const folder = app.getPath('userData')
  const log = openLog(join(folder, 'logs'))
  logCrashes(log)
  const settings = openSettings(folder, log)
  const place = openJsonFile({ path: join(folder, 'window.json'), read: readPlace, log })
  const store = await openTokenStore({ folder, safeStorage, platform: process.platform, log })

  const lifecycle = createLifecycle(log)
  const mainWindow = createMainWindow({ place, timers, quitting: () => lifecycle.quitting, log })
  const session = openSession({
    folder,
    store,
    timers,
    log,
    onMediaEvent: (event) => mainWindow.push('host:media-event', event),
  })
  const explains = (callId: string) => {
    const { user, mirror } = session.state
    return user !== null && mirror.calls[callId]?.handledBy !== mirror.deviceId
  }
  const popup = createPopupWindow({ timers, enabled: () => settings.value.ringPopup, explains, log })
  const answering = createAnswering({ session, mainWindow, popup, log })

  const roleOf = (contents: WebContents): WindowRole | null =>
    contents === mainWindow.contents ? 'main' : contents === popup.contents ? 'popup' : null
  const mayCapture = () => session.state.mirror.seat !== null
  guardPages({ session: electronSession.defaultSession, roleOf, mayCapture, log })
  serveApp(electronSession.defaultSession, join(import.meta.dirname, '../renderer'), log)
  openHost(createIpcDoor({ roleOf, log }), {
    session,
    settings,
    prefill: commandLine.prefill,
    answering,
    mainWindow,
    popup,
  })

  const ringing = startRinging({ session, settings, mainWindow, popup, actions: answering.actions, timers, log })
  setApplicationMenu()
  followTheme(settings)
  followPower(session, log)
  lifecycle.follow({ mainWindow, session, ringing, store, timers })
  mainWindow.show()
  session.resume()
  log.info(`started, version ${app.getVersion()}`)
}
