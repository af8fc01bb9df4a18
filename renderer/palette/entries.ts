// What the palette offers: people to ring, meetings to join, and what can be done now.
import { computed } from 'vue'
import { useHostState } from '../stores/hostState.ts'
import { usePeopleSearch } from '../stores/people.ts'
import { useWords } from '../words.ts'
import { useActionEntries } from './actions.ts'
import type { PaletteGroup } from './entry.ts'
import { useMeetingEntries } from './meetings.ts'
import { usePeopleEntries } from './people.ts'

/** `query`: what is typed is searched for. */
export function usePaletteEntries() {
  const hostState = useHostState()
  const { t } = useWords()
  const search = usePeopleSearch()
  const people = usePeopleEntries(search)
  const meetings = useMeetingEntries()
  const actions = useActionEntries()
  const groups = computed((): PaletteGroup[] => {
    const query = search.query.value
    const found = [
      { key: 'people', heading: t(query.trim() ? 'palette.people' : 'palette.recent'), entries: people.value },
      { key: 'meetings', heading: t('palette.meetings'), entries: meetings.value(query) },
      { key: 'actions', heading: t('palette.actions'), entries: actions.value(query) },
    ]
    return found.filter(({ entries }) => entries.length > 0)
  })
  /** People who fit may still come. */
  const pending = computed(
    () =>
      hostState.online && search.query.value.trim() !== '' && search.answeredQuery.value !== search.query.value.trim(),
  )
  /** People and meetings are the server's to tell. */
  const offline = computed(() => !hostState.online)
  return { query: search.query, groups, pending, offline }
}
