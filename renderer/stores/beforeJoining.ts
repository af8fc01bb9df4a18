// The look at camera and microphone before a meeting is entered: asked for by `room` and answered by BeforeJoining.vue.
import { defineStore } from 'pinia'
import { shallowRef, watch } from 'vue'
import { useHandover } from './handover.ts'
import { useHostState } from './hostState.ts'

/** What is about to be entered. */
export type Entering = { kind: 'join'; room: { id: string } | { code: string } } | { kind: 'new' }
export type Sources = { microphone: boolean; camera: boolean }
type Question = { about: Entering; answer(sources: Sources | null): void }

export const useBeforeJoining = defineStore('beforeJoining', () => {
  const hostState = useHostState()
  const handover = useHandover()
  const question = shallowRef<Question | null>(null)

  const usual = (): Sources => ({
    microphone: hostState.settings.startWithMicrophone,
    camera: hostState.settings.startWithCamera,
  })
  const checks = ({ kind }: Entering) =>
    kind === 'join' ? hostState.settings.checkBeforeJoining : hostState.settings.checkBeforeNewMeeting

  /** What to begin with; at once where nothing is asked. Null: stay out. Whoever is in a meeting has looked already. */
  function ask(about: Entering): Promise<Sources | null> {
    question.value?.answer(null)
    if (!checks(about) || hostState.seat) return Promise.resolve(usual())
    return new Promise((answer) => (question.value = { about, answer }))
  }
  /** Whether it was entered or not. */
  function done(entered: boolean) {
    handover.settle(entered)
    question.value = null
  }
  // A ring answered meanwhile, on any surface, goes before.
  watch(
    () => hostState.seat !== null || hostState.state.answering !== null,
    (elsewhere) => {
      if (!elsewhere) return
      question.value?.answer(null)
      question.value = null
    },
  )
  return {
    question,
    usual,
    ask,
    done,
    stayOut() {
      question.value?.answer(null)
      question.value = null
    },
  }
})
