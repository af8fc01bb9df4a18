// Parley's desktop app from start to quit, a line a part. The parts are in shell/ and ringing/, and none acts on import.
import { join } from 'node:path'
import { app, safeStorage, session as electronSession, type WebContents } from 'electron'
import type { Session } from '../../shared/client/session.ts'
import type { DesktopFacts, MediaEvent, TalkEvent } from '../../shared/host.ts'
import { chooseLanguage, createTranslate, type Translate } from '../../shared/locales/translate.ts'
import { readCommandLine, type CommandLine } from './commandLine.ts'
import { copyDiagnostics } from './diagnostics.ts'
import { createLinkAction } from './followLinks.ts'
import { openHost } from './host.ts'
import { createIpcDoor, type WindowRole } from './ipcDoor.ts'
import { logCrashes, openLog, type Log } from './log.ts'
import { openOpenId } from './openId.ts'
import { openSession } from './openSession.ts'
import { createAnswering } from './ringing/answering.ts'
import { createQuiet, type Quiet } from './ringing/quiet.ts'
import { startRinging } from './ringing/startRinging.ts'
import { setApplicationMenu } from './shell/applicationMenu.ts'
import { keepCrashDumps, removeOldDumps } from './shell/crashDumps.ts'
import { claimDeepLinks, receiveDeepLinks } from './shell/deepLinks.ts'
import { createTrayPresence, placesWindows } from './shell/desktopAbility.ts'
import { refuseLoopholes } from './shell/hardening.ts'
import { openJsonFile } from './shell/jsonFile.ts'
import { createLifecycle, type Lifecycle } from './shell/lifecycle.ts'
import { canStartAtLogin, followLoginItem, openedAtLogin } from './shell/loginItem.ts'
import { createMainWindow, type MainWindow } from './shell/mainWindow.ts'
import { createMiniWindow, followMeeting } from './shell/miniWindow.ts'
import { tellOfNoTray } from './shell/noTray.ts'
import { createPopupWindow, type PopupWindow } from './shell/popupWindow.ts'
import { followPower } from './shell/power.ts'
import { createPreviewGate } from './shell/previewGate.ts'
import { registerAppScheme, serveApp } from './shell/protocol.ts'
import { createScreenPicker, type ScreenPicker } from './shell/screenPicker.ts'
import { guardPages } from './shell/security.ts'
import { openSettings, type SettingsFile } from './shell/settingsFile.ts'
import { createSharingState } from './shell/sharingState.ts'
import { hasSystemPages, mediaAccess } from './shell/systemPages.ts'
import { followSystemQuiet } from './shell/systemQuiet.ts'
import { followTheme } from './shell/theme.ts'
import { openTokenStore } from './shell/tokenStore.ts'
import { readPlace } from './shell/windowPlace.ts'
import { realTimers as timers } from './time.ts'
import { startUpdates } from './updates/startUpdates.ts'
import type { Updates } from './updates/updates.ts'

// Half started it would hold the single-instance lock with nothing to see, so that it could not even be started again.
main().catch((error: unknown) => {
  app.exit(1)
  // For the log, which takes up what nobody handles.
  throw error
})

async function main(): Promise<void> {
  refuseLoopholes()
  const commandLine = readCommandLine(app.commandLine)
  if (commandLine.userDataFolder) app.setPath('userData', commandLine.userDataFolder)
  // One instance a profile: a second one only brings the first to the front.
  if (!app.requestSingleInstanceLock()) return app.quit()
  keepCrashDumps()
  const deepLinks = receiveDeepLinks()
  registerAppScheme()
  if (process.platform === 'win32') app.setAppUserModelId('app.parley.desktop')
  await app.whenReady()
  await start(commandLine, deepLinks)
}

async function start(commandLine: CommandLine, deepLinks: ReturnType<typeof receiveDeepLinks>): Promise<void> {
  const folder = app.getPath('userData')
  const logs = join(folder, 'logs')
  const log = openLog(logs)
  logCrashes(log)
  const settings = openSettings(folder, log)
  const store = await openTokenStore({ folder, safeStorage, platform: process.platform, log })
  const language = () => chooseLanguage(settings.value.language, app.getPreferredSystemLanguages())
  const translate = () => createTranslate(language())
  const systemQuiet = followSystemQuiet(process.env)
  const quiet = createQuiet({ settings, system: systemQuiet, timers })
  const lifecycle = createLifecycle(log)

  const mainWindow = openMainWindow({ folder, lifecycle, translate, log })
  const onMediaEvent = (event: MediaEvent) => mainWindow.push('host:media-event', event)
  const onTalkEvent = (event: TalkEvent) => mainWindow.push('host:talk-event', event)
  const { session, device } = openSession({ folder, store, timers, log, onMediaEvent, onTalkEvent })
  const openId = openOpenId({ session, device, timers, log })
  const popup = openPopup({ session, settings, quiet, log })
  const mini = createMiniWindow(log)
  const preview = createPreviewGate(mainWindow, timers)
  const answering = createAnswering({ session, mainWindow, popup, log })

  const roleOf = (contents: WebContents) => roleAmong({ main: mainWindow, popup, mini }, contents)
  const seated = () => session.state.mirror.seat !== null
  const mayCapture = () => seated() || preview.open
  guardPages({ session: electronSession.defaultSession, roleOf, mayCapture, mayShare: seated, log })
  const sharing = createSharingState({ session, settings, mainWindow })
  const picker = openPicker({ mainWindow, session, log })
  serveApp(electronSession.defaultSession, join(import.meta.dirname, '../renderer'), log)
  const updates = startUpdates({ session, lifecycle, timers, log })
  const common = { session, settings, quiet, sharing, mainWindow, popup, timers, log }
  openHost(createIpcDoor({ roleOf, timers, log }), {
    ...common,
    openId,
    prefill: commandLine.prefill,
    answering,
    mini,
    lifecycle,
    preview,
    picker,
    updates,
    desktop: () => describeDesktop(quiet, updates),
    copyDiagnostics: () => copyDiagnostics({ session, settings: settings.value, logs }),
  })

  const { actions } = answering
  const ringing = startRinging({ ...common, actions, language, translate })
  followMeeting({ mini, session, settings, mainWindow, lifecycle })
  setApplicationMenu()
  followTheme(settings)
  followLoginItem(settings, log)
  const stopNetwork = followPower(session, timers, log)
  const stop = () => {
    stopNetwork()
    systemQuiet.stop()
    mini.set(false)
  }
  lifecycle.follow({ mainWindow, session, ringing, updates, store, timers, deepLinks, stop })
  claimDeepLinks(log)
  if (commandLine.hidden || openedAtLogin()) mainWindow.prepare()
  else mainWindow.show()
  deepLinks.deliverTo(createLinkAction({ session, openId, mainWindow, actions, timers, log }))
  session.resume()
  removeOldDumps(timers.now(), log)
  log.info(`started, version ${app.getVersion()}`)
}

type Surroundings = { folder: string; lifecycle: Lifecycle; translate(): Translate; log: Log }

function openMainWindow({ folder, lifecycle, translate, log }: Surroundings): MainWindow {
  const place = openJsonFile({ path: join(folder, 'window.json'), read: readPlace, log })
  const tray = createTrayPresence(process.platform, process.env)
  const onNoTray = tellOfNoTray({ folder, translate, log, open: () => mainWindow.show() })
  const mainWindow = createMainWindow({ place, timers, tray, onNoTray, quitting: () => lifecycle.quitting, log })
  return mainWindow
}

function openPopup(options: { session: Session; settings: SettingsFile; quiet: Quiet; log: Log }): PopupWindow {
  const { session, settings, quiet, log } = options
  const explains = (callId: string) => {
    const { user, mirror } = session.state
    return user !== null && mirror.calls[callId]?.handledBy !== mirror.deviceId
  }
  const enabled = () => settings.value.ringPopup && !quiet.on && hasPopup()
  return createPopupWindow({ timers, enabled, explains, log })
}

/** Without places for windows a ring is a notification and a sign in the task bar; the pop-up comes when asked for. */
const hasPopup = () => placesWindows(process.platform, process.env, app.commandLine.getSwitchValue('ozone-platform'))

function openPicker(options: { session: Session; mainWindow: MainWindow; log: Log }): ScreenPicker {
  const { session, mainWindow, log } = options
  const seated = () => session.state.mirror.seat !== null
  const { defaultSession } = electronSession
  const { platform } = process
  const picker = createScreenPicker({
    session: defaultSession,
    mainWindow,
    seated,
    systemAsks: !hasPopup(),
    platform,
    log,
  })
  session.subscribe(() => seated() || picker.putAway())
  return picker
}

function roleAmong(windows: Record<WindowRole, { contents: WebContents | null }>, contents: WebContents) {
  const roles = Object.keys(windows) as WindowRole[]
  return roles.find((role) => windows[role].contents === contents) ?? null
}

const describeDesktop = (quiet: Quiet, updates: Updates): DesktopFacts => ({
  version: app.getVersion(),
  update: updates.ready,
  canStartAtLogin: canStartAtLogin(),
  hasSystemPages: hasSystemPages(),
  hasPopup: hasPopup(),
  quiet: quiet.on,
  mediaAccess: mediaAccess(),
})
