// One consumer of one seat: flows when its client has set it up and somebody sees it, in the layer that what it is shown at needs.
import type { Consumer } from 'mediasoup/types'
import type { ConsumerView, ProducerSource } from '../../shared/protocol/media.ts'
import type { Timers } from '../../shared/time.ts'
import { STEP_UP_AFTER_MS } from './codecs.ts'
import { layersFor, priorityOf, topLayers, type EncodedLayers, type Layers } from './layers.ts'

/**
 * mediasoup changes layers only once it knows the sender's clock, from three sender reports; a pipe carries one each 1 to 1.5 s. Until
 * then the lowest layer says nothing about bandwidth.
 */
const PIPE_CLOCK_MS = 5_000

export type ReceivedOptions = {
  /** Created paused and, when there is a choice, with the lowest layer. */
  consumer: Consumer
  userId: string
  source: ProducerSource
  encoded: EncodedLayers
  timers: Pick<Timers, 'after'>
  /** It comes from another router. */
  piped: boolean
  /** `starved` may be another one. */
  onSettled(): void
  /** Whether it is not let through now, whatever its client wishes. */
  isHeld(): boolean
}

export class Received {
  readonly consumer: Consumer
  readonly userId: string
  readonly source: ProducerSource
  readonly encoded: EncodedLayers
  #timers: Pick<Timers, 'after'>
  #onSettled: () => void
  /** Waits for the clock of what comes through a pipe, so often. */
  #settling = 0
  #isHeld: () => boolean
  #layers: Layers
  #wanted = false
  /** As last asked of mediasoup, whose own word comes later. */
  #flowing = false
  /** It begins with its lowest layer, for a moment. */
  #begun: 'no' | 'low' | 'yes' = 'no'
  #view: ConsumerView | null = null
  #turn = -1
  #speaking = false
  #priority = 1

  constructor({ consumer, userId, source, encoded, timers, piped, onSettled, isHeld }: ReceivedOptions) {
    this.consumer = consumer
    this.userId = userId
    this.source = source
    this.encoded = encoded
    this.#timers = timers
    this.#onSettled = onSettled
    this.#isHeld = isHeld
    this.#layers = { ...topLayers(encoded), spatialLayer: 0 }
    if (!piped || encoded.heights.length < 2) return
    this.#settle()
    consumer.on('producerresume', () => this.#settle())
  }

  /** Its client has set it up, or will not have it any more. */
  async setWanted(wanted: boolean) {
    this.#wanted = wanted
    await this.#flow()
    if (!wanted || this.#begun !== 'no') return
    this.#begun = 'low'
    if (this.#hasChoice) this.#stepUpLater()
  }

  /**
   * Its sender has come back by another way, where it sends its lowest layer first: a higher one would be waited for until mediasoup takes
   * it for gone, for seconds. False where there is no lower one, or it has just begun with it. mediasoup asks for the key frame.
   */
  beginAnew(): boolean {
    const isHigh = this.#begun === 'yes' && this.consumer.type === 'simulcast' && this.#layers.spatialLayer > 0
    if (!isHigh || !this.#flowing || this.consumer.closed) return false
    this.#begun = 'low'
    this.#layers = { ...this.#layers, spatialLayer: 0 }
    this.consumer.setPreferredLayers(this.#layers).catch(() => undefined)
    this.#stepUpLater()
    return true
  }

  /** What was said earlier and comes later is passed over, as is whatever is said of a voice. */
  async setView(view: ConsumerView, turn: number) {
    if (turn < this.#turn || this.consumer.kind === 'audio') return
    this.#turn = turn
    this.#view = view
    this.#prefer()
    this.#choose()
    await this.#flow()
  }

  /** Its client has said what it is shown at. */
  get said(): boolean {
    return this.#view !== null
  }

  /** What is held may have changed. */
  reconsider(): Promise<void> {
    return this.#flow()
  }

  setSpeaking(speaking: boolean) {
    this.#speaking = speaking
    this.#prefer()
  }

  get flowing() {
    return this.#flowing && !this.consumer.producerPaused
  }

  /** It asks for more than this now: so much bandwidth is not there. */
  get starved(): boolean {
    const { consumer, encoded } = this
    if (!this.flowing || encoded.heights.length < 2 || this.#begun !== 'yes' || this.#settling > 0) return false
    const sent = consumer.score.producerScores.findLastIndex((score) => score > 0)
    return (consumer.currentLayers?.spatialLayer ?? -1) < Math.min(this.#layers.spatialLayer, sent)
  }

  #stepUpLater() {
    this.#timers.after(STEP_UP_AFTER_MS, () => {
      this.#begun = 'yes'
      this.#choose()
    })
  }

  #settle() {
    this.#settling++
    this.#timers.after(PIPE_CLOCK_MS, () => {
      this.#settling--
      this.#onSettled()
    })
  }

  get #hasChoice() {
    return this.encoded.heights.length > 1 || this.encoded.temporal > 1
  }

  /** mediasoup asks for a key frame when a picture is resumed. */
  async #flow() {
    const flows = this.#wanted && !(this.#view && this.#view.size === null) && !this.#isHeld()
    if (this.consumer.closed || flows === this.#flowing) return
    this.#flowing = flows
    await (flows ? this.consumer.resume() : this.consumer.pause())
  }

  #choose() {
    const { consumer, encoded } = this
    const size = this.#view?.size
    if (this.#begun !== 'yes' || consumer.closed || !this.#hasChoice) return
    const layers = size ? layersFor(encoded, size, this.#layers) : this.#view ? this.#layers : topLayers(encoded)
    const { spatialLayer, temporalLayer } = layers
    if (spatialLayer === this.#layers.spatialLayer && temporalLayer === this.#layers.temporalLayer) return
    this.#layers = layers
    consumer.setPreferredLayers(layers).catch(() => undefined)
  }

  #prefer() {
    const priority = priorityOf(this.source, { large: this.#view?.large ?? false, speaking: this.#speaking })
    if (this.consumer.closed || this.consumer.kind === 'audio' || priority === this.#priority) return
    this.#priority = priority
    this.consumer.setPriority(priority).catch(() => undefined)
  }
}
