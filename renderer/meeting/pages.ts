// Who stands on which page of the stage. Places change only when somebody speaks who is on no page that is seen. Pure.

/** `count` of those who may be seen at once; `always`, if it is there, stands last on every page. */
export function pageOf<Item>(
  items: readonly Item[],
  always: Item | null,
  count: number,
  wanted: number,
): { shown: Item[]; page: number; pages: number } {
  const each = Math.max(1, count - (always === null ? 0 : 1))
  const pages = Math.max(1, Math.ceil(items.length / each))
  const page = Math.max(0, Math.min(wanted, pages - 1))
  const shown = items.slice(page * each, (page + 1) * each)
  return { shown: always === null ? shown : [...shown, always], page, pages }
}

/** The two change places; the same array when one of them is not there. */
export function swapped(order: readonly string[], one: string, other: string): readonly string[] {
  if (one === other || !order.includes(one) || !order.includes(other)) return order
  return order.map((key) => (key === one ? other : key === other ? one : key))
}

/**
 * Whoever speaks out of sight changes places with whoever in sight has been silent for longest; among those who never spoke, with the
 * last. Nobody who speaks now goes for it.
 * @param shown those in sight, in their order
 * @param spokeAt when each was last heard; any growing numbers
 */
export function bringForward(
  order: readonly string[],
  shown: readonly string[],
  speakers: readonly string[],
  spokeAt: ReadonlyMap<string, number>,
): readonly string[] {
  const seen = [...shown]
  let next = order
  for (const speaker of speakers) {
    if (seen.includes(speaker) || !next.includes(speaker)) continue
    const silent = seen.filter((key) => !speakers.includes(key) && next.includes(key))
    const heard = (key: string) => spokeAt.get(key) ?? -Infinity
    const longest = silent.reduce<string | null>((so, key) => (so === null || heard(key) <= heard(so) ? key : so), null)
    if (longest === null) break
    next = swapped(next, speaker, longest)
    seen[seen.indexOf(longest)] = speaker
  }
  return next
}
