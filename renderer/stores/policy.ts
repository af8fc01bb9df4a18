// Which rings come through: "do not disturb" for a while, and declining while in another meeting. Kept with the account.
import { defineStore } from 'pinia'
import { computed } from 'vue'
import { endOf, type DoNotDisturb } from '../../shared/doNotDisturb.ts'
import type { CommandInput } from '../../shared/protocol/contract.ts'
import type { WhoMayRing } from '../../shared/protocol/things.ts'
import { errorWords } from '../errorWords.ts'
import { useHost } from '../host/useHost.ts'
import { readClock, useNow } from '../ui/clock.ts'
import type { MenuEntry } from '../ui/menu.ts'
import { hourOf, localeOf } from '../ui/time.ts'
import { useToasts } from '../ui/toasts.ts'
import { useWords } from '../words.ts'
import { useHostState } from './hostState.ts'

export const usePolicy = defineStore('policy', () => {
  const host = useHost()
  const hostState = useHostState()
  const toasts = useToasts()
  const now = useNow()
  const words = useWords()
  const { t, language } = words

  const policy = computed(() => hostState.mirror.policy)
  /** On this machine's clock; null when rings come through. */
  const until = computed(() => {
    const end = policy.value.doNotDisturbUntil
    return end !== null && end > hostState.serverNow(now.value) ? end - hostState.mirror.clockOffsetMs : null
  })
  const line = computed(() => {
    if (until.value === null) return null
    if (new Date(until.value).getDate() !== new Date(now.value).getDate()) return t('policy.untilTomorrow')
    return t('policy.until', { when: hourOf(until.value, localeOf(language.value)) })
  })

  async function change(input: CommandInput<'people.setPolicy'>) {
    const result = await host.ask('people.setPolicy', input)
    if (!result.ok) toasts.show(errorWords(result.error, words), 'problem')
  }
  function doNotDisturb(choice: DoNotDisturb) {
    const end = endOf(choice, readClock())
    return change({ doNotDisturbUntil: end === null ? null : Math.round(hostState.serverNow(end)) })
  }

  const choices = computed(() => {
    const all: DoNotDisturb[] = ['halfHour', 'hour', 'tomorrow', ...(until.value === null ? [] : ['off' as const])]
    return all.map((choice) => ({
      choice,
      label: t(`policy.${choice}`),
      disabled: !hostState.online,
      select: () => void doNotDisturb(choice),
    }))
  })
  const entries = computed<MenuEntry[]>(() => [
    { kind: 'label', label: line.value ?? t('policy.heading') },
    ...choices.value,
  ])

  return {
    until,
    line,
    /** What can be chosen for "do not disturb"; turning it off only while it is on. */
    choices,
    /** The same, for a menu. */
    entries,
    declineWhenBusy: computed({
      get: () => policy.value.declineWhenBusy,
      set: (declineWhenBusy: boolean) => void change({ declineWhenBusy }),
    }),
    whoMayRing: computed({
      get: () => policy.value.whoMayRing,
      set: (whoMayRing: WhoMayRing) => void change({ whoMayRing }),
    }),
  }
})
