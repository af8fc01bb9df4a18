// A long list of people: found by name, and put up in pages, since hundreds of rows take longer than anybody wants to wait.
import { computed, onScopeDispose, shallowRef, watch, type Ref } from 'vue'

/** From so many people on there is a field to find one. */
export const SEARCH_FROM = 20
/** As many as a usual window shows, and some; a row with its menu takes a while to make. */
export const PAGE = 20
/** The next page is put up this far ahead, so that scrolling does not run into its end. */
const AHEAD_PX = 500

/** Without what keyboards differ in: case and accents. */
const plain = (text: string) =>
  text
    .normalize('NFD')
    .replace(/\p{Mark}/gu, '')
    .toLowerCase()

/** Those whose name has every word of the query in it, in the order given. */
export function matchByName<Item extends { user: { name: string } }>(people: readonly Item[], query: string): Item[] {
  const words = plain(query).split(/\s+/).filter(Boolean)
  return people.filter(({ user }) => words.every((word) => plain(user.name).includes(word)))
}

/** `end`: what stands behind the rows while there are more; once it comes near, they are put up. */
export function usePages<Item>(all: Ref<readonly Item[]>, end: Readonly<Ref<HTMLElement | null>>) {
  const count = shallowRef(PAGE)
  const shown = computed(() => all.value.slice(0, count.value))
  const hasMore = computed(() => all.value.length > count.value)
  const showMore = () => void (count.value += PAGE)
  const startOver = () => void (count.value = PAGE)

  // A browser that does not know the margin of what scrolls puts the page up when its end is in sight.
  const ahead: IntersectionObserverInit & { scrollMargin: string } = { scrollMargin: `${AHEAD_PX}px` }
  const seen = (entries: readonly { isIntersecting: boolean }[]) =>
    entries.some(({ isIntersecting }) => isIntersecting) && showMore()
  const observer = new IntersectionObserver(seen, ahead)
  // Looked at anew with every page: in a high window the end of one may be near at once.
  watch(
    [end, count],
    () => {
      observer.disconnect()
      if (end.value) observer.observe(end.value)
    },
    { flush: 'post' },
  )
  onScopeDispose(() => observer.disconnect())
  return { shown, hasMore, showMore, startOver }
}
