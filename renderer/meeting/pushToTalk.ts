// Space held while muted lets this person be heard for as long; and whoever talks while muted is told so.
//
// Space is for something else where one types, in menus and dialogs, and on a button that was reached with the keyboard: there it presses.
// A button that was clicked keeps the focus without anybody thinking of it; it does not count.
import { useEventListener } from '@vueuse/core'
import { computed, onScopeDispose, readonly, ref, watch } from 'vue'
import { watchLevel } from '../media/levels.ts'
import { useHostState } from '../stores/hostState.ts'
import { useMedia } from '../stores/media.ts'
import { useRights } from '../stores/rights.ts'
import { takesKeys } from '../shortcuts/typing.ts'
import { createVoiceWatch } from './voice.ts'

/** So long it stays on screen after the last word. */
const TOLD_MS = 4_000
const PRESSES =
  'button, a[href], summary, audio[controls], video[controls], [role=button], [role=switch], [role=radio], [role=tab], [role=checkbox]'

/** `byKeyboard`: the focus came where it is with the keyboard. */
export const spaceTalks = (target: EventTarget | null, byKeyboard: boolean): boolean =>
  !takesKeys(target) && !(byKeyboard && target instanceof Element && target.closest(PRESSES) !== null)

function useHeldSpace(ready: () => boolean) {
  const hostState = useHostState()
  const media = useMedia()
  const rights = useRights()
  const holding = ref(false)
  let byKeyboard = false
  useEventListener(document, 'pointerdown', () => (byKeyboard = false), { capture: true })
  useEventListener(document, 'keydown', ({ key }) => key === 'Tab' && (byKeyboard = true), { capture: true })

  function release() {
    if (!holding.value) return
    holding.value = false
    void media.talk(false)
  }
  useEventListener(document, 'keydown', (event) => {
    if (event.code !== 'Space' || event.ctrlKey || event.metaKey || event.altKey || event.shiftKey) return
    if (holding.value) return event.preventDefault()
    if (event.repeat || !ready() || media.microphoneOn || !hostState.online) return
    if (!spaceTalks(event.target, byKeyboard)) return
    event.preventDefault()
    // Whoever may not speak is told why.
    holding.value = rights.may('microphone')
    void media.talk(true)
  })
  useEventListener(
    document,
    'keyup',
    (event) => {
      if (event.code !== 'Space' || !holding.value) return
      // Nothing is pressed by the end of it either.
      event.preventDefault()
      release()
    },
    { capture: true },
  )
  useEventListener(window, 'blur', release)
  useEventListener(document, 'visibilitychange', () => document.hidden && release())
  // Muted by somebody else, or by the key meanwhile: letting go changes nothing any more, and it does not come back by itself.
  watch(
    () => media.microphoneOn,
    (on) => !on && (holding.value = false),
    { flush: 'sync' },
  )
  onScopeDispose(release)
  return holding
}

/** True while somebody talks into a microphone that is open and silenced. What it hears stays here: a copy of the track, for the level alone. */
function useTalkingUnheard() {
  const media = useMedia()
  const unheard = ref(false)
  watch(
    () => media.state?.microphone.silenced,
    (track, _, onCleanup) => {
      unheard.value = false
      if (!track) return
      const copy = track.clone()
      copy.enabled = true
      const context = new AudioContext()
      const talks = createVoiceWatch()
      let timer: ReturnType<typeof setTimeout> | undefined
      const stop = watchLevel(copy, context, (level) => {
        if (!talks(level)) return
        unheard.value = true
        clearTimeout(timer)
        timer = setTimeout(() => (unheard.value = false), TOLD_MS)
      })
      onCleanup(() => {
        clearTimeout(timer)
        stop()
        copy.stop()
        void context.close()
      })
    },
    { immediate: true },
  )
  return unheard
}

/** @param ready whether the meeting has its controls already */
export function usePushToTalk(ready: () => boolean) {
  const holding = useHeldSpace(ready)
  const unheard = useTalkingUnheard()
  const rights = useRights()
  const offered = computed(() => unheard.value && rights.may('microphone'))
  return {
    holding: readonly(holding),
    /** What is said above the microphone's button. */
    hint: computed(() =>
      holding.value ? ('stage.talking' as const) : offered.value ? ('stage.holdSpace' as const) : null,
    ),
  }
}
