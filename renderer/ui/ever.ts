// For what is loaded when it is first opened, and stays so that it can close as it opened.
import { readonly, ref, watch, type Ref } from 'vue'

/** True from the moment on when `is` first was. */
export function useEver(is: () => boolean): Readonly<Ref<boolean>> {
  const ever = ref(false)
  watch(is, (now) => (ever.value ||= now), { immediate: true, flush: 'sync' })
  return readonly(ever)
}
