// The link and the code others can join by, and copying them.
import { computed } from 'vue'
import { useHostState } from '../stores/hostState.ts'
import { useToasts } from '../ui/toasts.ts'
import { useWords } from '../words.ts'

export function useInviteLink() {
  const hostState = useHostState()
  const toasts = useToasts()
  const { t } = useWords()
  const code = computed(() => hostState.seat?.room.code ?? '')
  const link = computed(() => `${hostState.state.server ?? ''}/join/${encodeURIComponent(code.value)}`)
  /** Whoever gets hold of the link comes in, or at least to the lobby. */
  const forAnybody = computed(() => hostState.seat?.room.settings.guestsAllowed ?? false)
  async function copyLink() {
    await copyText(link.value)
    toasts.show(t(forAnybody.value ? 'guests.linkCopied' : 'meeting.linkCopied'), 'done')
  }
  return { code, link, forAnybody, copyLink }
}

export const copyText = (text: string): Promise<void> =>
  navigator.clipboard.writeText(text).catch(() => copyBySelection(text))

/** Where the clipboard may not be written to directly. */
function copyBySelection(text: string): void {
  const area = document.createElement('textarea')
  area.value = text
  document.body.append(area)
  area.select()
  document.execCommand('copy')
  area.remove()
}
