// Moving through a list of people with the arrow keys, and what a row shows of somebody.
import type { Person } from '../../shared/protocol/things.ts'
import { usePresence } from '../stores/people.ts'
import { readClock } from '../ui/clock.ts'
import { ago, localeOf } from '../ui/time.ts'
import { useWords } from '../words.ts'

/** Focus goes from row to row (elements with `data-row`), and out at the top to the search field. */
export function moveThroughRows(event: KeyboardEvent, list: HTMLElement | null, onAbove?: () => void): void {
  const rows = [...(list?.querySelectorAll<HTMLElement>('[data-row]:not(:disabled)') ?? [])]
  if (!rows.length) return
  const current = rows.findIndex((row) => row === document.activeElement)
  const to: Partial<Record<string, number>> = {
    ArrowDown: current + 1,
    ArrowUp: current - 1,
    Home: 0,
    End: rows.length - 1,
  }
  const next = to[event.key]
  if (next === undefined || ((event.key === 'Home' || event.key === 'End') && current < 0)) return
  event.preventDefault()
  if (next < 0) onAbove?.()
  else rows[Math.min(next, rows.length - 1)]?.focus()
}

export function usePresenceLine() {
  const { presenceOf, lastSeenOf } = usePresence()
  const { t, language } = useWords()
  const lineOf = (person: Person): string => {
    const presence = presenceOf(person.user.id)
    const seen = lastSeenOf(person)
    if (presence !== 'offline' || seen === undefined) return t(`presence.${presence}`)
    return t('presence.lastSeen', { when: ago(seen, readClock(), localeOf(language.value)) })
  }
  return { presenceOf, lineOf }
}

/** A name in three pieces around the first match of the query, for showing what matched. */
export function matchIn(name: string, query: string): [before: string, match: string, after: string] {
  const at = query ? name.toLocaleLowerCase().indexOf(query.toLocaleLowerCase()) : -1
  return at < 0 ? [name, '', ''] : [name.slice(0, at), name.slice(at, at + query.length), name.slice(at + query.length)]
}
