// Handing a meeting to a calendar or to a message: a file saved by the page itself, and a text to paste.
import type { Room } from '../../shared/protocol/things.ts'
import { icsOf } from '../../shared/schedule/ics.ts'
import { copyText } from '../meeting/invite.ts'
import { saveFile } from '../saveFile.ts'
import { useHostState } from '../stores/hostState.ts'
import { readClock } from '../ui/clock.ts'
import { useToasts } from '../ui/toasts.ts'
import { useWords } from '../words.ts'
import { calendarDescription, invitationText } from './repeatWords.ts'

/** A name that every file system takes. */
const fileName = (name: string): string =>
  `${
    name
      .replace(/[\p{Cc}<>:"/\\|?*.]+/gu, ' ')
      .trim()
      .slice(0, 80) || 'Parley'
  }.ics`

export function useCalendarFile() {
  const hostState = useHostState()
  const toasts = useToasts()
  const words = useWords()
  const linkOf = ({ code }: Room) => `${hostState.state.server ?? ''}/join/${encodeURIComponent(code)}`

  function addToCalendar(room: Room): void {
    const link = linkOf(room)
    const description = calendarDescription(words, room, link)
    const text = icsOf(room, { description, link }, hostState.serverNow(readClock()))
    if (text === null) return
    saveFile([text], { name: fileName(room.name), type: 'text/calendar' })
    toasts.show(words.t('repeat.savedCalendar'), 'done')
  }
  async function copyInvitation(room: Room): Promise<void> {
    await copyText(invitationText(words, room, linkOf(room)))
    toasts.show(words.t('repeat.invitationCopied'), 'done')
  }
  return { addToCalendar, copyInvitation }
}
