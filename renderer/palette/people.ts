// People the palette offers to ring: those found by what is typed, or, while nothing is, whom one has rung lately.
import { computed } from 'vue'
import type { CallMedia, User } from '../../shared/protocol/things.ts'
import { usePresenceLine } from '../people/rows.ts'
import { useBlocks } from '../stores/blocks.ts'
import { useHistory } from '../stores/history.ts'
import { useHostState } from '../stores/hostState.ts'
import { useNewMeeting } from '../stores/newMeeting.ts'
import type { usePeopleSearch } from '../stores/people.ts'
import { useRoom } from '../stores/room.ts'
import type { PaletteEntry } from './entry.ts'
import { ranked } from './rank.ts'

const RECENT_MAX = 4
const PEOPLE_MAX = 6

/** People as they are listed for a text; `answered`: the server has found them for this very text. */
export type Listed = { query: string; answered: boolean; users: readonly User[] }

/**
 * Who fits `query`, best first. Until the server has answered it, what it found before is narrowed: nothing comes and goes in between.
 * As long as it is the same text, whoever was `before` stays where they were, and others come after them: a list that one is about to
 * choose from does not move because somebody rang, or because the server was asked again.
 */
export function peopleFor(
  query: string,
  known: { found: readonly User[]; answeredQuery: string | null; recent: readonly User[] },
  before?: Listed,
): Listed {
  const answered = query === '' || known.answeredQuery === query
  const fitting = ranked(known.found, query, ({ name }) => [name])
  const all = query === '' ? known.recent : answered ? [...new Set([...fitting, ...known.found])] : fitting
  if (before?.query !== query || before.answered !== answered) return { query, answered, users: all }
  const now = new Map(all.map((user) => [user.id, user]))
  const staying = before.users.flatMap(({ id }) => now.get(id) ?? [])
  const placed = new Set(staying.map(({ id }) => id))
  return { query, answered, users: [...staying, ...all.filter(({ id }) => !placed.has(id))] }
}

/** For what is typed into `search`. */
export function usePeopleEntries(search: ReturnType<typeof usePeopleSearch>) {
  const hostState = useHostState()
  const history = useHistory()
  const blocks = useBlocks()
  const newMeeting = useNewMeeting()
  const { lineOf } = usePresenceLine()
  const room = useRoom()

  const recent = computed((): User[] => {
    const others = history.entries.value.flatMap(({ call }) =>
      call.caller.id === hostState.me?.id ? [call.callee] : [],
    )
    return [...new Map(others.map((user) => [user.id, user])).values()].slice(0, RECENT_MAX)
  })
  const listed = computed((before?: Listed) =>
    peopleFor(
      search.query.value.trim(),
      {
        found: search.people.value.map(({ user }) => user),
        answeredQuery: search.answeredQuery.value,
        recent: recent.value,
      },
      before,
    ),
  )
  const mayRing = computed(() => hostState.online && (!room.shown || room.mayInvite))
  const isInside = (id: string) => room.participants.some(({ user }) => user.id === id)
  const canBeRung = ({ id }: User) => id !== hostState.me?.id && !blocks.has(id) && !(room.shown && isInside(id))
  const entry = (user: User): PaletteEntry => ({
    key: `person ${user.id}`,
    label: user.name,
    line: lineOf(search.people.value.find((person) => person.user.id === user.id) ?? { user, presence: 'offline' }),
    person: user,
    run: (second) => newMeeting.ring([user], (second ? 'video' : 'audio') satisfies CallMedia),
  })
  return computed((): PaletteEntry[] =>
    mayRing.value ? listed.value.users.filter(canBeRung).slice(0, PEOPLE_MAX).map(entry) : [],
  )
}
