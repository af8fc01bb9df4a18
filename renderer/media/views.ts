// Tells the server at what size each picture is shown here. What is seen is asked for at once; what nobody sees any more is given
// up after a moment, since a page is often turned back.
import type { ConsumerView, ProducerSource } from '../../shared/protocol/media.ts'
import type { Timers } from '../../shared/time.ts'

export type PictureSource = Extract<ProducerSource, 'camera' | 'screen'>
/** In pixels of the screen. `large`: what is looked at. */
export type Shown = { width: number; height: number; large: boolean }
/** Of what is received. */
export type Picture = { consumerId: string; userId: string; source: PictureSource }

/** How many pictures this computer can manage; the shared screens are not counted. */
export type Allowance = { cameras: number; screens: boolean; scale: number }
export const ALL: Allowance = { cameras: Infinity, screens: true, scale: 1 }

export interface Place {
  /** Null: it is there, and cannot be seen. */
  set(shown: Shown | null): void
  remove(): void
}

export interface Views {
  /** A place on the screen that shows this picture whenever there is one. `apart`: also seen while the page is not. */
  place(userId: string, source: PictureSource, apart?: boolean): Place
  setPageSeen(seen: boolean): void
  setAllowance(allowance: Allowance): void
  /** Loudest first: whom it is best to see when not all can be. */
  setSpeakers(userIds: readonly string[]): void
  /** Pictures have come or gone. */
  news(): void
  /** A meeting begins, or media was opened anew: nothing is told yet. */
  restart(): void
  /** Pictures not received for want of strength, as `nameOf` names them. */
  withheld(): ReadonlySet<string>
}

export type ViewsOptions = {
  pictures(): readonly Picture[]
  /** Resolves with whether the server has taken it in. */
  tell(turn: number, views: ConsumerView[]): Promise<boolean>
  onWithheld(): void
  timers: Pick<Timers, 'after'>
}

/** What changes together is told together. */
const BATCH_MS = 100
const GIVE_UP_AFTER_MS = 1_000
const RETRY_MS = 2_000
/** Sizes are told in steps: a window being drawn larger would else say something new at each pixel. */
const STEP_PX = 16
const VIEWS_MAX = 500

type PlaceState = { userId: string; source: PictureSource; apart: boolean; shown: Shown | null }

export const nameOf = (userId: string, source: PictureSource) => `${userId} ${source}`

export function createViews(options: ViewsOptions): Views {
  const places = new Set<PlaceState>()
  /** By consumer, as the server knows it. */
  let told = new Map<string, ConsumerView>()
  /** By consumer: seen a moment ago. */
  const givingUp = new Map<string, { over: boolean; callOff(): void }>()
  let allowance = ALL
  let speakers: readonly string[] = []
  let pageSeen = true
  let withheld: ReadonlySet<string> = new Set()
  let callOff: (() => void) | null = null
  /** Grows with every session, so that what an earlier one hears late is not taken for an answer. */
  let session = 0
  let turn = 0
  /** Without any screen around it, everything is received. */
  let used = false

  function news(afterMs = BATCH_MS) {
    if (used) callOff ??= options.timers.after(afterMs, look)
  }

  function look() {
    callOff = null
    const pictures = options.pictures()
    const wished = new Map(pictures.map((picture) => [picture, shownAt(picture, places, pageSeen)]))
    withhold(wished)
    for (const [id, { callOff: end }] of givingUp)
      if (!pictures.some(({ consumerId }) => consumerId === id)) {
        end()
        givingUp.delete(id)
      }
    const views: ConsumerView[] = []
    for (const [picture, shown] of wished) {
      const { consumerId } = picture
      const isWithheld = withheld.has(nameOf(picture.userId, picture.source))
      const size = shown && !isWithheld ? sizeOf(shown, allowance.scale) : null
      if (!mayTell(consumerId, size === null, isWithheld)) continue
      const view = { consumerId, size, large: shown?.large ?? false }
      if (!isSame(told.get(consumerId), view)) views.push(view)
    }
    if (views.length > 0) void tell(views.slice(0, VIEWS_MAX))
    if (views.length > VIEWS_MAX) news()
  }

  /** What has been seen until now is given up only when it stays unseen. */
  function mayTell(consumerId: string, isHidden: boolean, atOnce: boolean): boolean {
    const waiting = givingUp.get(consumerId)
    if (!isHidden) {
      waiting?.callOff()
      givingUp.delete(consumerId)
      return true
    }
    if (atOnce || waiting?.over || told.get(consumerId)?.size === null) return true
    if (waiting) return false
    const fresh = { over: false, callOff: () => {} }
    fresh.callOff = options.timers.after(GIVE_UP_AFTER_MS, () => {
      fresh.over = true
      news(0)
    })
    givingUp.set(consumerId, fresh)
    return false
  }

  async function tell(views: ConsumerView[]) {
    const mine = session
    for (const view of views) told.set(view.consumerId, view)
    if ((await options.tell(++turn, views)) || mine !== session) return
    for (const view of views) if (told.get(view.consumerId) === view) told.delete(view.consumerId)
    news(RETRY_MS)
  }

  function withhold(wished: ReadonlyMap<Picture, Shown | null>) {
    const next = withheldOf([...wished], speakers, allowance)
    const changed = next.size !== withheld.size || [...next].some((name) => !withheld.has(name))
    withheld = next
    if (changed) options.onWithheld()
  }

  return {
    place(userId, source, apart = false) {
      used = true
      const state: PlaceState = { userId, source, apart, shown: null }
      places.add(state)
      return {
        set(shown) {
          state.shown = shown
          news()
        },
        remove() {
          places.delete(state)
          news()
        },
      }
    },
    setPageSeen(seen) {
      pageSeen = seen
      news()
    },
    setAllowance(next) {
      allowance = next
      news()
    },
    setSpeakers(userIds) {
      if (userIds.length > 0) speakers = userIds
      if (allowance.cameras < Infinity) news()
    },
    news: () => news(),
    restart() {
      session++
      told = new Map()
      for (const { callOff: end } of givingUp.values()) end()
      givingUp.clear()
      news()
    },
    withheld: () => withheld,
  }
}

/** The largest place where it is seen. */
function shownAt({ userId, source }: Picture, places: Iterable<PlaceState>, pageSeen: boolean): Shown | null {
  const seen = [...places].flatMap((place) => {
    const mine = place.userId === userId && place.source === source && (pageSeen || place.apart)
    return mine && place.shown && place.shown.width >= 1 && place.shown.height >= 1 ? [place.shown] : []
  })
  const largest = seen.toSorted((one, other) => other.width * other.height - one.width * one.height)[0]
  return largest ? { ...largest, large: seen.some(({ large }) => large) } : null
}

/** Kept are what is large, then who spoke last, then the rest in their order. Pure. */
export function withheldOf(
  pictures: readonly (readonly [Picture, Shown | null])[],
  speakers: readonly string[],
  { cameras, screens }: Pick<Allowance, 'cameras' | 'screens'>,
): ReadonlySet<string> {
  const rank = ([{ userId }, shown]: readonly [Picture, Shown | null]) => {
    const place = speakers.indexOf(userId)
    return shown?.large ? -1 : place === -1 ? speakers.length : place
  }
  const seen = pictures.filter(([{ source }, shown]) => source === 'camera' && shown !== null)
  const kept = [...seen].sort((one, other) => rank(one) - rank(other)).slice(0, Math.min(cameras, seen.length))
  const left = seen.filter((one) => !kept.includes(one))
  const screensLeft = screens ? [] : pictures.filter(([{ source }]) => source === 'screen')
  return new Set([...left, ...screensLeft].map(([{ userId, source }]) => nameOf(userId, source)))
}

function sizeOf({ width, height }: Shown, scale: number) {
  const stepped = (length: number) => Math.max(STEP_PX, Math.ceil((length * scale) / STEP_PX) * STEP_PX)
  return { width: stepped(width), height: stepped(height) }
}

const isSame = (one: ConsumerView | undefined, other: ConsumerView): boolean =>
  one !== undefined &&
  one.large === other.large &&
  one.size?.width === other.size?.width &&
  one.size?.height === other.size?.height
