// What the tray shows, from what this device knows: icon, tooltip and menu as plain data.
import { DO_NOT_DISTURB, type DoNotDisturb } from '../../../shared/doNotDisturb.ts'
import type { LinkStatus } from '../../../shared/client/link.ts'
import type { Translate } from '../../../shared/locales/translate.ts'
import type { Ring } from '../../../shared/protocol/things.ts'

export type TrayIcon = 'signedOut' | 'idle' | 'inMeeting' | 'ringing' | 'missed'
export type TrayAction =
  | { name: 'answer'; callId: string; camera: boolean }
  | { name: 'decline'; callId: string }
  | { name: 'doNotDisturb'; choice: DoNotDisturb }
  | { name: 'open' | 'newMeeting' | 'settings' | 'stopSharing' | 'quit' }
export type TrayItem =
  { label: string; action: TrayAction; enabled: boolean } | { label: string; items: TrayItem[] } | 'separator'
export type TrayFace = { icon: TrayIcon; tooltip: string; items: TrayItem[] }

export type TrayFacts = {
  signedIn: boolean
  status: LinkStatus
  /** The name of the room this device is in. */
  inRoom: string | null
  missedCount: number
  /** Nothing rings on any device of this person. */
  undisturbed: boolean
  /** This device shows its screen to that room. */
  sharing: boolean
  /** It is not to be said who calls: others would read it. */
  anonymous: boolean
  rings: readonly Ring[]
  /** True when answering has to ask first, since it means leaving another meeting. */
  mustAsk(callId: string): boolean
}

export function trayFace(facts: TrayFacts, t: Translate): TrayFace {
  return {
    ...sign(facts, t),
    items: [...facts.rings.flatMap((ring) => ringItems(ring, facts, t)), ...ownItems(facts, t)],
  }
}

function sign(
  { signedIn, status, inRoom, missedCount, anonymous, rings }: TrayFacts,
  t: Translate,
): Pick<TrayFace, 'icon' | 'tooltip'> {
  const [newest] = rings
  if (!signedIn) return { icon: 'signedOut', tooltip: t('tray.signedOut') }
  if (newest && anonymous) return { icon: 'ringing', tooltip: t('tray.ringingHidden') }
  if (newest) return { icon: 'ringing', tooltip: t('tray.ringing', { caller: newest.call.caller.name }) }
  if (inRoom !== null) return { icon: 'inMeeting', tooltip: t('tray.inMeeting', { room: inRoom }) }
  if (missedCount === 1) return { icon: 'missed', tooltip: t('tray.missedOne') }
  if (missedCount > 1) return { icon: 'missed', tooltip: t('tray.missedMany', { n: missedCount }) }
  return { icon: 'idle', tooltip: status === 'online' ? t('tray.idle') : t('tray.offline') }
}

function ringItems({ call }: Ring, facts: TrayFacts, t: Translate): TrayItem[] {
  const name = { caller: call.caller.name }
  const [answer, answerVideo, decline] = facts.anonymous
    ? [t('ring.answer'), t('ring.answerWithVideo'), t('ring.decline')]
    : [t('tray.answerFrom', name), t('tray.answerVideoFrom', name), t('tray.declineFrom', name)]
  const callId = call.id
  // Three dots, as menus have it: a question comes first.
  const dots = facts.mustAsk(callId) ? '…' : ''
  return [
    { label: answer + dots, action: { name: 'answer', callId, camera: false }, enabled: true },
    { label: answerVideo + dots, action: { name: 'answer', callId, camera: true }, enabled: true },
    { label: decline, action: { name: 'decline', callId }, enabled: true },
    'separator',
  ]
}

function statusItems({ status, undisturbed }: TrayFacts, t: Translate): TrayItem[] {
  return DO_NOT_DISTURB.map((choice) => ({
    label: t(choice === 'off' ? 'tray.available' : `tray.${choice}`),
    action: { name: 'doNotDisturb', choice },
    // What holds already is nothing to choose.
    enabled: status === 'online' && (choice !== 'off' || undisturbed),
  }))
}

function ownItems(facts: TrayFacts, t: Translate): TrayItem[] {
  const { signedIn, sharing } = facts
  const stop: TrayItem = { label: t('tray.stopSharing'), action: { name: 'stopSharing' }, enabled: true }
  return [
    ...(sharing ? [stop, 'separator' as const] : []),
    { label: t('tray.open'), action: { name: 'open' }, enabled: true },
    { label: t('tray.newMeeting'), action: { name: 'newMeeting' }, enabled: signedIn },
    ...(signedIn ? [{ label: t('tray.status'), items: statusItems(facts, t) }] : []),
    { label: t('tray.settings'), action: { name: 'settings' }, enabled: signedIn },
    'separator',
    { label: t('tray.quit'), action: { name: 'quit' }, enabled: true },
  ]
}
