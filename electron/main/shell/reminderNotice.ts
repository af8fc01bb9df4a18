// The native notification of a scheduled meeting that begins. Clicking it shows the window with its Join; it never joins by itself.
import { app, Notification } from 'electron'
import { localeAmong, type Language, type Translate } from '../../../shared/locales/translate.ts'
import type { Room } from '../../../shared/protocol/things.ts'
import type { Log } from '../log.ts'
import type { ReminderSurface } from '../ringing/reminding.ts'

export function createReminderNotice(options: {
  language(): Language
  translate(): Translate
  /** Others see this screen: what the meeting is about is none of their business. */
  anonymous(): boolean
  onClick(): void
  log: Log
}): ReminderSurface & { refresh(): void } {
  /** Shown and not taken down yet. */
  const living = new Set<{ room: Room; tells: boolean; dismissed: boolean; notification: Notification }>()

  function titleOf({ name, status, schedule }: Room): string {
    const t = options.translate()
    if (options.anonymous()) return t('reminder.hidden')
    if (status === 'running') return t('reminder.running', { room: name })
    const startsAt = schedule?.startsAt ?? 0
    const locale = localeAmong(options.language(), app.getPreferredSystemLanguages())
    const time = new Intl.DateTimeFormat(locale, { hour: 'numeric', minute: '2-digit' }).format(startsAt)
    return t('reminder.soon', { room: name, time })
  }

  function notify(room: Room): Notification {
    const notification = new Notification({ title: titleOf(room), body: options.translate()('reminder.hint') })
    notification.on('click', options.onClick)
    notification.on('failed', (_event, error) => options.log.warn(`reminder: ${error}`))
    notification.show()
    return notification
  }

  return {
    show(room) {
      if (!Notification.isSupported()) return () => {}
      const one = { room, tells: !options.anonymous(), dismissed: false, notification: notify(room) }
      one.notification.on('close', () => (one.dismissed = true))
      living.add(one)
      return () => {
        living.delete(one)
        one.notification.close()
      }
    },
    /** What names a meeting is shown anew without the name, once names are not to be read, unless the person has put it away. */
    refresh() {
      if (!options.anonymous()) return
      for (const one of living) {
        if (!one.tells) continue
        one.tells = false
        // Closing is told of like dismissing.
        const { dismissed } = one
        one.notification.close()
        if (!dismissed) one.notification = notify(one.room)
      }
    },
  }
}
