// The routers of one room, at most one a worker: one in most rooms, more when a core is not enough. Gives each seat its router, closes
// a router with its last seat, and brings producers to where they are consumed.
import type { Producer, Router } from 'mediasoup/types'
import { ROUTER_CODECS } from './codecs.ts'
import { choosePlace } from './placing.ts'
import { RouterLink } from './routerLink.ts'
import { loadOf, type LiveWorker } from './workers.ts'

export type RoomRouter = {
  readonly live: LiveWorker
  /** Rejects when its worker dies before. */
  readonly opened: Promise<Router>
  seats: number
  load(): number
}

export type RoomRoutersOptions = {
  workers(): readonly LiveWorker[]
  /** See `CONSUMERS_PER_WORKER`. */
  consumersPerWorker: number
  /** How many consumers this router has to serve. */
  load(router: RoomRouter): number
  /** Nobody has a seat on it yet. */
  onOpened(router: Router): Promise<unknown>
}

export class RoomRouters {
  #options: RoomRoutersOptions
  /** In the order in which they were opened. */
  #routers: RoomRouter[] = []
  #links: RouterLink<RoomRouter>[] = []

  constructor(options: RoomRoutersOptions) {
    this.#options = options
  }

  get count(): number {
    return this.#routers.length
  }

  isOn(live: LiveWorker): boolean {
    return this.#routers.some((router) => router.live === live)
  }

  /** For one seat, which is counted from now on, until it leaves. Null when no worker runs. */
  enter(): RoomRouter | null {
    const places = this.#options
      .workers()
      .filter(({ worker }) => !worker.closed)
      .map((live) => ({ live, load: loadOf(live), rooms: live.routers.size }))
    const own = this.#routers.flatMap(({ live }) => places.find((place) => place.live === live) ?? [])
    const others = places.filter((place) => !own.includes(place))
    const chosen = choosePlace(own, others, this.#options.consumersPerWorker)
    if (!chosen) return null
    const router = this.#routers.find(({ live }) => live === chosen.live) ?? this.#open(chosen.live)
    router.seats++
    return router
  }

  leave(router: RoomRouter) {
    if (--router.seats > 0) return
    this.#forget(router)
    router.opened.then(
      (opened) => opened.close(),
      () => undefined,
    )
  }

  /** Resolves when what is sent on `from` can be consumed on `to`. Throws what mediasoup throws. */
  async bring(producer: Producer, from: RoomRouter, to: RoomRouter): Promise<void> {
    if (from !== to) await this.#link(from, to).bring(producer, from)
  }

  #open(live: LiveWorker): RoomRouter {
    const router: RoomRouter = {
      live,
      opened: this.#create(live),
      seats: 0,
      load: () => this.#options.load(router),
    }
    this.#routers.push(router)
    live.routers.add(router)
    router.opened.catch(() => this.#forget(router))
    return router
  }

  async #create(live: LiveWorker): Promise<Router> {
    const router = await live.worker.createRouter({ mediaCodecs: ROUTER_CODECS })
    try {
      await this.#options.onOpened(router)
      return router
    } catch (error) {
      router.close()
      throw error
    }
  }

  #forget(router: RoomRouter) {
    this.#routers = this.#routers.filter((other) => other !== router)
    this.#links = this.#links.filter(({ sides }) => !sides.includes(router))
    router.live.routers.delete(router)
  }

  #link(one: RoomRouter, other: RoomRouter): RouterLink<RoomRouter> {
    const found = this.#links.find(({ sides }) => sides.includes(one) && sides.includes(other))
    if (found) return found
    const link = new RouterLink(one, other)
    this.#links.push(link)
    link.joined.catch(() => (this.#links = this.#links.filter((another) => another !== link)))
    return link
  }
}
