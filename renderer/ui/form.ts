// What is the same in every form: what was typed stays whatever happens, what is wrong stands beside its field until that is changed,
// and a form is sent once at a time. `Form.vue` draws it.
import { reactive, ref, shallowRef, watch } from 'vue'

/** By field; `whole` is the fault of none of them. */
export type Problems<Name extends string, Problem = string> = Partial<Record<Name | 'whole', Problem | undefined>>

export type FormSteps<Name extends string, Problem> = {
  /** What is wrong before anything is sent. Nothing is sent while there is such a thing. */
  check?: (values: Record<Name, string>) => Problems<Name, Problem> | Promise<Problems<Name, Problem>>
  /** Resolves with what stood in the way; with nothing when it is done. */
  send: (values: Record<Name, string>) => Promise<Problems<Name, Problem> | void>
}

export function useForm<Name extends string, Problem = string>(
  initial: Record<Name, string>,
  { check, send }: FormSteps<Name, Problem>,
) {
  const values = reactive({ ...initial }) as Record<Name, string>
  const names = Object.keys(initial) as Name[]
  const problems = shallowRef<Problems<Name, Problem>>({})
  const busy = ref(false)
  const refusals = ref(0)

  function setProblem(name: Name | 'whole', problem: Problem | undefined): void {
    if (problems.value[name] !== problem) problems.value = { ...problems.value, [name]: problem }
  }
  const isWrong = () => Object.values(problems.value).some((problem) => problem !== undefined)
  // At once: what is found wrong in the same breath as a change must stay.
  for (const name of names)
    watch(
      () => values[name],
      () => {
        setProblem(name, undefined)
        setProblem('whole', undefined)
      },
      { flush: 'sync' },
    )

  async function submit(): Promise<void> {
    if (busy.value) return
    busy.value = true
    try {
      problems.value = (await check?.(values)) ?? {}
      if (!isWrong()) {
        const wrong = await send(values)
        problems.value = { ...problems.value, ...wrong }
      }
    } finally {
      busy.value = false
    }
    if (isWrong()) refusals.value++
  }

  return {
    values,
    get problems() {
      return problems.value
    },
    get busy() {
      return busy.value
    },
    /** How often it was sent in vain: each time, the first wrong field gets the focus. */
    get refusals() {
      return refusals.value
    },
    setProblem,
    submit,
    /** As it was at first. */
    reset() {
      Object.assign(values, initial)
      problems.value = {}
    },
    /** Binds a `Field` to its value and to what is wrong with it. */
    field: (name: Name) => ({
      modelValue: values[name],
      'onUpdate:modelValue': (value: string | undefined) => void (values[name] = value ?? ''),
      error: problems.value[name],
    }),
  }
}
