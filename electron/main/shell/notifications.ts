// One native notification a ring, with Answer and Decline. Clicking it shows the ring, it never answers; one that is dismissed or that
// times out is not a decline.
import { Notification, type ActivationArguments } from 'electron'
import { insideWording, ringWording } from '../../../shared/call/wording.ts'
import type { Translate } from '../../../shared/locales/translate.ts'
import type { Ring } from '../../../shared/protocol/things.ts'
import type { Log } from '../log.ts'
import type { RingActions } from '../ringing/answering.ts'

/** Longer messages are for the pop-up. */
const MESSAGE_MAX = 200
const REPLY_MAX = 500
/** What an earlier run left in the notification centre goes by this name. */
const GROUP = 'rings'
const CALL_ID = /[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}/i

type Shown = { notification: Notification; tells: boolean; dismissed: boolean }

export function createNotifications(options: {
  actions: RingActions
  translate(): Translate
  /** Others see this screen: who calls, and into what, is none of their business. */
  anonymous(): boolean
  log: Log
}) {
  const { actions, log } = options
  /** Kept by call id as long as the call rings, dismissed or not, so that none is shown twice (and none is collected as garbage). */
  const shown = new Map<string, Shown>()
  const takesReplies = process.platform === 'darwin' || process.platform === 'win32'
  // Electron has this on macOS only; what is pressed on Windows on a toast of an earlier run comes to `onOrphan`.
  if (process.platform === 'darwin' && Notification.isSupported()) Notification.removeGroup(GROUP)

  function words(ring: Ring, t: Translate) {
    if (options.anonymous()) return { title: t('ring.hidden'), body: t('ring.hiddenWhy') }
    const { key, params } = ringWording(ring)
    const inside = insideWording(ring.inside, ring.insideCount)
    const message = ring.call.extension?.trim().slice(0, MESSAGE_MAX)
    return {
      title: t(key, params),
      body: [message && `“${message}”`, t(inside.key, inside.params)].filter(Boolean).join('\n'),
    }
  }

  function notify(ring: Ring): Notification {
    const t = options.translate()
    const callId = ring.call.id
    const notification = new Notification({
      ...words(ring, t),
      id: callId,
      groupId: GROUP,
      actions: [
        { type: 'button', text: t(actions.mustAsk(callId) ? 'ring.leaveAndJoin' : 'ring.answer') },
        { type: 'button', text: t('ring.decline') },
      ],
      hasReply: takesReplies,
      replyPlaceholder: t('ring.replyAndDecline'),
      urgency: 'critical',
      timeoutType: 'never',
      // The tone is Parley's own.
      silent: true,
    })
    notification.on('click', () => actions.look(callId))
    notification.on('action', (event) => act(callId, event.actionIndex))
    notification.on('reply', (event) => actions.decline(callId, replyIn(event.reply)))
    notification.on('failed', (_event, error) => log.warn(`notification: ${error}`))
    notification.show()
    return notification
  }

  function act(callId: string, index: number | undefined): void {
    if (index === 0) actions.answer(callId, false)
    else actions.decline(callId)
  }

  return {
    show(rings: readonly Ring[]): void {
      if (!Notification.isSupported()) return
      const ringing = new Set(rings.map((ring) => ring.call.id))
      for (const [callId, one] of shown) {
        const over = !ringing.has(callId)
        const tooOpen = one.tells && options.anonymous()
        if (!over && !tooOpen) continue
        one.tells = false
        // What names its caller comes anew without the name, unless the person has put it away.
        if (over || !one.dismissed) shown.delete(callId)
        one.notification.close()
      }
      for (const ring of rings) {
        if (shown.has(ring.call.id)) continue
        const notification = notify(ring)
        const one: Shown = { notification, tells: !options.anonymous(), dismissed: false }
        notification.on('close', () => (one.dismissed = true))
        shown.set(ring.call.id, one)
      }
    },
    /**
     * Windows only: what was pressed on a notification that nobody here remembers, also when that press has started the app.
     * A living notification tells of it by itself.
     */
    onOrphan(rings: (callId: string, then: (rings: boolean) => void) => void, open: () => void): void {
      if (process.platform !== 'win32') return
      Notification.handleActivation((details) => {
        const callId = CALL_ID.exec(details.arguments)?.[0].toLowerCase()
        if (callId === undefined) return open()
        if (shown.has(callId)) return
        rings(callId, (ringing) => (ringing ? actFor(callId, details) : open()))
      })
    },
  }

  function actFor(callId: string, { type, actionIndex, reply = '' }: ActivationArguments): void {
    if (type === 'action') act(callId, actionIndex)
    else if (type === 'reply') actions.decline(callId, replyIn(reply))
    else actions.look(callId)
  }
}

const replyIn = (text: string): string | undefined => text.trim().slice(0, REPLY_MAX) || undefined
