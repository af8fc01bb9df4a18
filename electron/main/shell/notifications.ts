// One native notification a ring, with Answer and Decline. Clicking it shows the ring, it never answers; dismissing it is not a decline.
import { Notification } from 'electron'
import { insideWording, ringWording } from '../../../shared/call/wording.ts'
import type { Translate } from '../../../shared/locales/translate.ts'
import type { Ring } from '../../../shared/protocol/things.ts'
import type { Log } from '../log.ts'
import type { RingActions } from '../ringing/answering.ts'

/** Longer messages are for the pop-up. */
const MESSAGE_MAX = 200

export function createNotifications(options: { actions: RingActions; translate(): Translate; log: Log }) {
  const { actions, log } = options
  /** Kept by call id as long as the call rings, dismissed or not, so that none is shown twice (and none is collected as garbage). */
  const shown = new Map<string, Notification>()

  function notify(ring: Ring): Notification {
    const t = options.translate()
    const callId = ring.call.id
    const words = ringWording(ring)
    const inside = insideWording(ring.inside, ring.insideCount)
    const message = ring.call.extension?.trim().slice(0, MESSAGE_MAX)
    const answer = actions.mustAsk(callId) ? t('ring.leaveAndJoin') : t('ring.answer')
    const notification = new Notification({
      title: t(words.key, words.params),
      body: [message && `“${message}”`, t(inside.key, inside.params)].filter(Boolean).join('\n'),
      actions: [
        { type: 'button', text: answer },
        { type: 'button', text: t('ring.decline') },
      ],
      urgency: 'critical',
      timeoutType: 'never',
      // The tone is Parley's own.
      silent: true,
    })
    notification.on('click', () => actions.look(callId))
    notification.on('action', (event) => {
      if (event.actionIndex === 0) actions.answer(callId, false)
      else actions.decline(callId)
    })
    notification.on('failed', (_event, error) => log.warn(`notification: ${error}`))
    notification.show()
    return notification
  }

  return {
    show(rings: readonly Ring[]): void {
      if (!Notification.isSupported()) return
      const ringing = new Set(rings.map((ring) => ring.call.id))
      for (const [callId, notification] of shown) {
        if (ringing.has(callId)) continue
        shown.delete(callId)
        notification.close()
      }
      for (const ring of rings) if (!shown.has(ring.call.id)) shown.set(ring.call.id, notify(ring))
    },
  }
}
