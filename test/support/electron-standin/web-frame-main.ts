// Electron's `WebFrameMain`: one frame of a page, read live.
import { originOf, toProduct } from './addresses.ts'
import type { Page } from './page.ts'
import { StandinEmitter } from './strict.ts'

let lastRoutingId = 0

export class WebFrameMain extends StandinEmitter {
  #page: Page
  #id: string
  readonly routingId = ++lastRoutingId
  readonly frameTreeNodeId = this.routingId
  readonly frameToken: string
  constructor(page: Page, id: string) {
    super()
    this.#page = page
    this.#id = id
    this.frameToken = id
  }
  #known() {
    return this.#page.frames.get(this.#id)
  }
  get url() {
    return toProduct(this.#known()?.url ?? '')
  }
  get origin() {
    return originOf(this.url)
  }
  get name() {
    return this.#known()?.name ?? ''
  }
  get processId() {
    return this.#page.contents.id
  }
  get osProcessId() {
    return 0
  }
  get parent(): WebFrameMain | null {
    const parentId = this.#known()?.parentId
    return parentId ? this.#page.frame(parentId) : null
  }
  get top(): WebFrameMain {
    return this.parent?.top ?? this
  }
  get frames(): WebFrameMain[] {
    const inner = [...this.#page.frames.values()].filter((frame) => frame.parentId === this.#id)
    return inner.map((frame) => this.#page.frame(frame.id))
  }
  get framesInSubtree(): WebFrameMain[] {
    return [this, ...this.frames.flatMap((frame) => frame.framesInSubtree)]
  }
  get detached() {
    return !this.#known()
  }
  isDestroyed() {
    return this.#page.gone || !this.#known()
  }
  send(channel: string, ...args: unknown[]) {
    this.#page.sendEvent(this.#id, channel, args)
  }
}
