// Said in a notice: what somebody else has changed about who gets in, and why this person waits no longer.
import { watch } from 'vue'
import type { Room } from '../../shared/protocol/things.ts'
import { useHostState } from '../stores/hostState.ts'
import { useToasts } from '../ui/toasts.ts'
import { useWords } from '../words.ts'

type Settings = Room['settings']

/** Texts for what differs, in the order of the settings. Pure. */
export function changesBetween(before: Settings, now: Settings) {
  const changed = (name: keyof Settings) => before[name] !== now[name]
  const ringing = now.whoMayInvite === 'admins' ? ('ringAdminsBy' as const) : ('ringEveryoneBy' as const)
  return [
    ...(changed('whoMayInvite') ? [ringing] : []),
    ...(changed('locked') ? [now.locked ? ('lockedBy' as const) : ('unlockedBy' as const)] : []),
    ...(changed('lobby') ? [now.lobby ? ('lobbyOnBy' as const) : ('lobbyOffBy' as const)] : []),
    ...(changed('guestsAllowed') ? [now.guestsAllowed ? ('guestsOnBy' as const) : ('guestsOffBy' as const)] : []),
    ...(changed('guestsWait') && now.guestsAllowed
      ? [now.guestsWait ? ('guestsWaitBy' as const) : ('guestsComeBy' as const)]
      : []),
    ...(changed('hasPassword') ? [now.hasPassword ? ('passwordSetBy' as const) : ('passwordRemovedBy' as const)] : []),
  ]
}

const WAIT_ENDS = {
  roomEnded: 'waitEnded',
  roomLocked: 'waitLocked',
  noGuests: 'waitNoGuests',
  movedToOtherDevice: 'waitMoved',
  elsewhere: 'waitElsewhere',
  gone: 'waitGone',
} as const

export function useEntryNotices(): void {
  const hostState = useHostState()
  const toasts = useToasts()
  const { t } = useWords()

  watch(
    () => hostState.seat?.room,
    (room, before) => {
      if (!room || room.id !== before?.id || room.version <= before.version) return
      const { lastChange } = hostState.mirror
      const by = lastChange?.version === room.version ? lastChange.by : null
      if (by?.id === hostState.me?.id) return
      for (const key of changesBetween(before.settings, room.settings))
        toasts.show(t(`entry.${key}`, { name: by?.name ?? t('entry.somebody') }), 'done')
    },
  )
  watch(
    () => hostState.mirror.waitEnd,
    (end, before) => {
      if (!end || end.reason === 'denied' || end.version === before?.version) return
      toasts.show(t(`entry.${WAIT_ENDS[end.reason]}`, { room: end.roomName }), 'ended')
    },
  )
}
