// What can be done now, as the palette offers it: what has a key, and, for those who look for it, what has none.
import {
  Activity,
  BellOff,
  BellRing,
  CalendarPlus,
  Camera,
  CircleHelp,
  Hand,
  House,
  Keyboard,
  Languages,
  LayoutGrid,
  Link,
  LogIn,
  LogOut,
  Maximize,
  MessageSquareText,
  Mic,
  Moon,
  Phone,
  Pin,
  ScreenShare,
  Search,
  ShieldCheck,
  SlidersHorizontal,
  SmilePlus,
  Sun,
  UserPlus,
  Users,
  Video,
  Settings as SettingsIcon,
} from '@lucide/vue'
import { computed, type Component } from 'vue'
import { useHost } from '../host/useHost.ts'
import { useActions } from '../shortcuts/actions.ts'
import { isMac } from '../shortcuts/hints.ts'
import { keysOf, shortcutIds, shortcuts, type ShortcutId } from '../shortcuts/registry.ts'
import { useHostState } from '../stores/hostState.ts'
import { usePolicy } from '../stores/policy.ts'
import { useRoom } from '../stores/room.ts'
import { useSettings } from '../stores/settings.ts'
import { useWords } from '../words.ts'
import type { PaletteEntry } from './entry.ts'
import { ranked } from './rank.ts'

/** Not the palette itself, what is held, or what belongs to a ring. */
type ListedId = Exclude<
  { [Id in ShortcutId]: (typeof shortcuts)[Id]['where'] extends 'ring' ? never : Id }[ShortcutId],
  'palette' | 'talk'
>
const isListed = (id: ShortcutId): id is ListedId => id !== 'palette' && id !== 'talk' && shortcuts[id].where !== 'ring'

const ICONS: Record<ListedId, Component> = {
  home: House,
  calls: Phone,
  people: Users,
  participants: Users,
  administration: ShieldCheck,
  settings: SettingsIcon,
  newMeeting: Video,
  join: LogIn,
  schedule: CalendarPlus,
  findPeople: Search,
  sheet: Keyboard,
  microphone: Mic,
  camera: Camera,
  share: ScreenShare,
  add: UserPlus,
  chat: MessageSquareText,
  react: SmilePlus,
  hand: Hand,
  layout: LayoutGrid,
  pin: Pin,
  fullScreen: Maximize,
  copyLink: Link,
  options: SlidersHorizontal,
  statistics: Activity,
  leave: LogOut,
}

/** Those that fit what is typed; while nothing is, those that have a key. */
export function fittingActions(
  withKeys: readonly PaletteEntry[],
  more: readonly PaletteEntry[],
  query: string,
): readonly PaletteEntry[] {
  if (query.trim() === '') return withKeys
  return ranked(
    [...withKeys, ...more],
    query,
    ({ label }) => [label],
    ({ otherWords }) => otherWords ?? '',
  )
}

/** For what is typed. */
export function useActionEntries() {
  const host = useHost()
  const hostState = useHostState()
  const actions = useActions()
  const policy = usePolicy()
  const room = useRoom()
  const settings = useSettings()
  const { t } = useWords()

  const withKeys = computed((): PaletteEntry[] => {
    const place = room.shown ? 'meeting' : 'outside'
    const isHere = (id: ListedId) => shortcuts[id].where === 'everywhere' || shortcuts[id].where === place
    return shortcutIds
      .filter(isListed)
      .filter((id) => isHere(id) && actions.can(id))
      .map((id) => ({
        key: `action ${id}`,
        label: t(`shortcuts.${id}`),
        otherWords: t(`otherWords.${id}`),
        icon: ICONS[id],
        keys: keysOf(id, isMac()),
        run: () => actions.run(id),
      }))
  })
  const more = computed((): PaletteEntry[] => {
    const quiet = policy.choices
      .filter(({ disabled }) => !disabled)
      .map(({ choice, label, select }) => ({
        key: `quiet ${choice}`,
        label: t('palette.quiet', { how: label }),
        otherWords: t('otherWords.quiet'),
        icon: choice === 'off' ? BellRing : BellOff,
        run: select,
      }))
    const themes = (['light', 'dark', 'system'] as const)
      .filter((theme) => theme !== settings.current.theme)
      .map((theme) => ({
        key: `theme ${theme}`,
        label: t(`palette.theme_${theme}`),
        otherWords: t('otherWords.theme'),
        icon: theme === 'light' ? Sun : theme === 'dark' ? Moon : CircleHelp,
        run: () => settings.change({ theme }),
      }))
    const languages = (['en', 'zh-CN', 'system'] as const)
      .filter((language) => language !== settings.current.language)
      .map((language) => ({
        key: `language ${language}`,
        label: t(`palette.language_${language}`),
        otherWords: t('otherWords.language'),
        icon: Languages,
        run: () => settings.change({ language }),
      }))
    const signOut = {
      key: 'signOut',
      label: t('palette.signOut'),
      otherWords: t('otherWords.signOut'),
      icon: LogOut,
      run: () => host.signOut(),
    }
    return [...quiet, ...themes, ...languages, ...(hostState.seat ? [] : [signOut])]
  })
  return computed(() => (query: string) => fittingActions(withKeys.value, more.value, query))
}
