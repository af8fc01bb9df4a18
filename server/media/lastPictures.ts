// In a room of many cameras nobody is sent all of them unasked: which are held back from one seat. Pure.

/** As many as a screen shows at once and each is still a face. */
export const PICTURES_MAX = 16

/** In the order in which they came. */
export type ReceivedPicture = {
  id: string
  userId: string
  /** Its client has said at what size it shows it, or that nobody sees it: then that holds. */
  said: boolean
}

/**
 * @param recent who spoke last, the latest first
 * @returns the ids of those held back: what is asked for flows, and of the rest as many as make up the number, recent speakers first
 */
export function picturesHeld(
  pictures: readonly ReceivedPicture[],
  recent: readonly string[],
  max: number = PICTURES_MAX,
): Set<string> {
  if (pictures.length <= max) return new Set()
  const unsaid = pictures.filter(({ said }) => !said)
  const rank = ({ userId }: ReceivedPicture) => {
    const place = recent.indexOf(userId)
    return place === -1 ? recent.length : place
  }
  // Sorting is stable: those who never spoke stay in the order in which they came.
  return new Set(
    unsaid
      .toSorted((one, other) => rank(one) - rank(other))
      .slice(max)
      .map(({ id }) => id),
  )
}
