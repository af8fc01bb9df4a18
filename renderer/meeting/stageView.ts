// What stands where on the stage: from people and shared screens, by what this person has chosen, to rectangles.
import { computed, onScopeDispose, ref, shallowRef, watch, type Ref } from 'vue'
import { useHostState } from '../stores/hostState.ts'
import { usePins } from '../stores/pins.ts'
import { useSettings } from '../stores/settings.ts'
import { readClock } from '../ui/clock.ts'
import { changesAt, followSpeaker, nobodyYet } from './activeSpeaker.ts'
import { enlarged, isScreen, screenKey } from './arrangement.ts'
import { gridRects, tilesPerPage, type Rect } from './grid.ts'
import { bringForward, pageOf, swapped } from './pages.ts'
import { largeRects, layOutPresentation, stripCapacity, stripRects } from './presentation.ts'
import { inOrderOfComing, useScreens, type SharedScreen } from './screens.ts'
import { useTiles, type Tile } from './tiles.ts'

export type StageItem = { key: string; rect: Rect; large: boolean } & (
  { kind: 'person'; tile: Tile } | { kind: 'screen'; screen: SharedScreen }
)

/** Whom the speaker view shows; `now` is asked again when somebody who goes on speaking is due. */
function useActiveSpeaker(present: () => readonly string[]) {
  const hostState = useHostState()
  const shown = shallowRef(nobodyYet)
  let timer: ReturnType<typeof setTimeout> | undefined
  function look() {
    clearTimeout(timer)
    const { speakers } = hostState.mirror
    shown.value = followSpeaker(shown.value, { present: present(), speakers, now: readClock() })
    const at = changesAt(shown.value, speakers)
    if (at !== Infinity) timer = setTimeout(look, Math.max(1, at - readClock()))
  }
  watch([present, () => hostState.mirror.speakers], look, { immediate: true })
  onScopeDispose(() => clearTimeout(timer))
  return computed(() => shown.value.userId)
}

/** The others in the order of their places, which is the order of coming until somebody out of sight speaks. */
function usePlaces(others: () => readonly string[]) {
  const order = shallowRef<readonly string[]>([])
  watch(others, (now) => (order.value = inOrderOfComing(order.value, now)), { immediate: true, flush: 'sync' })
  return order
}

/** Of what turns the pages, below everything else. */
export const PAGES_HEIGHT = 40

/** @param size of the stage, CSS pixels. @param ownPicture whether one's own picture may be painted yet */
export function useStageView(size: { width: Ref<number>; height: Ref<number> }, ownPicture: () => boolean) {
  const hostState = useHostState()
  const settings = useSettings()
  const pins = usePins()
  const tiles = useTiles(ownPicture)
  const screens = useScreens()
  const wanted = ref(0)

  const layout = computed(() => settings.current.stageLayout)
  const others = computed(() => tiles.value.filter((tile) => !tile.mine).map((tile) => tile.participant.user.id))
  const own = computed(() => tiles.value.find((tile) => tile.mine) ?? null)
  const speaker = useActiveSpeaker(() => others.value)
  const order = usePlaces(() => others.value)
  const theirScreens = computed(() =>
    screens.all.value.filter((screen) => !screen.mine).map((screen) => screenKey(screen.participant.user.id)),
  )

  const large = computed(() =>
    enlarged({
      layout: layout.value,
      present: [...tiles.value.map((tile) => tile.participant.user.id), ...screens.all.value.map(keyOf)],
      pinned: pins.pinned,
      screen: screens.large.value ? keyOf(screens.large.value) : null,
      speaker: speaker.value,
    }),
  )
  const small = computed(() => [...theirScreens.value, ...order.value].filter((key) => !large.value.includes(key)))
  /** On every page, unless it is large, or its person does not want to see it while others are there. */
  const always = computed(() => {
    const key = own.value?.participant.user.id ?? null
    if (key === null || large.value.includes(key)) return null
    return settings.current.showOwnPicture || small.value.length + large.value.length === 0 ? key : null
  })
  /** In so much height. That it needs pages takes some of it; so what is there is decided before, or it would go back and forth. */
  function arrange(height: number) {
    const box = { left: 0, top: 0, width: size.width.value, height }
    const beside = large.value.length > 0 && (small.value.length > 0 || always.value !== null)
    const presentation = beside ? layOutPresentation(box.width, height) : null
    const perPage = presentation ? stripCapacity(presentation) : tilesPerPage(box)
    return { box, presentation, ...pageOf(small.value, always.value, perPage, wanted.value) }
  }
  const arranged = computed(() => {
    const whole = arrange(size.height.value)
    return whole.pages > 1 ? arrange(Math.max(0, size.height.value - PAGES_HEIGHT)) : whole
  })
  const rects = computed(() => {
    const { box, presentation, shown } = arranged.value
    const place = presentation?.screen ?? box
    const others = presentation ? stripRects(shown.length, presentation) : gridRects(shown.length, box)
    const where = [...largeRects(large.value, place, isScreen), ...others]
    return new Map([...large.value, ...shown].map((key, index) => [key, where[index] ?? box]))
  })

  // Always in the order of coming, wherever they stand: an element that is moved within the page would start its picture anew.
  const items = computed((): StageItem[] => {
    const all = [
      ...screens.all.value.map((screen) => ({ kind: 'screen' as const, key: keyOf(screen), screen })),
      ...tiles.value.map((tile) => ({ kind: 'person' as const, key: tile.participant.user.id, tile })),
    ]
    return all.flatMap((item) => {
      const rect = rects.value.get(item.key)
      return rect ? [{ ...item, rect, large: large.value.includes(item.key) }] : []
    })
  })

  /** Who speaks comes to be seen by becoming large. */
  const followsSpeaker = computed(
    () => layout.value === 'speaker' && large.value.length === 1 && large.value[0] === speaker.value,
  )
  let lastHeard = 0
  const spokeAt = new Map<string, number>()
  watch(
    () => hostState.mirror.speakers,
    (speakers) => {
      for (const userId of speakers) spokeAt.set(userId, ++lastHeard)
      if (followsSpeaker.value) return
      const hidden = speakers.filter((userId) => !large.value.includes(userId))
      const shown = arranged.value.shown.filter((key) => order.value.includes(key))
      order.value = bringForward(order.value, shown, hidden, spokeAt)
    },
  )
  // Who was large takes the place in the strip of who is now: nobody else moves.
  watch(speaker, (now, before) => {
    if (now !== null && before !== null && followsSpeaker.value) order.value = swapped(order.value, now, before)
  })

  return {
    items,
    tiles,
    large,
    enlarge: screens.enlarge,
    page: computed(() => arranged.value.page),
    pages: computed(() => arranged.value.pages),
    turnTo: (page: number) => (wanted.value = page),
  }
}

const keyOf = (screen: SharedScreen): string => screenKey(screen.participant.user.id)
