// Which layer of a picture somebody is sent, from what it is shown at. Pure.
import type { RtpParameters } from 'mediasoup/types'
import type { ProducerSource } from '../../shared/protocol/media.ts'

/** What a producer sends: how high its layers are, lowest first, and how many steps of pictures a second each has. */
export type EncodedLayers = { heights: readonly number[]; temporal: number }
/** In pixels of the screen. */
export type ShownSize = { width: number; height: number }
export type Layers = { spatialLayer: number; temporalLayer: number }

/** Cameras send this shape; a tile of another one cuts off what does not fit. */
const ASPECT = 16 / 9
/** A picture may be shown this much larger than it is before it looks soft. */
const ENLARGE_MAX = 1.25
/** A window that is drawn larger and smaller again must not ask for a key frame each time. */
const HYSTERESIS = 0.12
/** Too small for movements to be followed: half of the pictures do. */
const FEWER_PICTURES_BELOW = 100
/** For clients that do not say how high theirs are. */
const USUAL_HEIGHT = 720

/** `heights`: what the client said; taken when it fits the layers it sends. */
export function encodedLayers({ encodings = [] }: RtpParameters, heights?: readonly number[]): EncodedLayers {
  const [, inOne, temporal] = /^[LS](\d)T(\d)/.exec(encodings.at(-1)?.scalabilityMode ?? 'L1T1') ?? []
  const spatial = encodings.length > 1 ? encodings.length : Number(inOne ?? 1)
  const usual = Array.from({ length: spatial }, (_, layer) => USUAL_HEIGHT / 2 ** (spatial - 1 - layer))
  return { heights: heights?.length === spatial ? heights : usual, temporal: Number(temporal ?? 1) }
}

export const topLayers = ({ heights, temporal }: EncodedLayers): Layers => ({
  spatialLayer: heights.length - 1,
  temporalLayer: temporal - 1,
})

/** @param before what it is sent so far; left only when the size is clearly another one */
export function layersFor({ heights, temporal }: EncodedLayers, shown: ShownSize, before: Layers): Layers {
  const needed = Math.max(shown.height, shown.width / ASPECT)
  const enough = (tolerance: number) => {
    const found = heights.findIndex((height) => height * ENLARGE_MAX * tolerance >= needed)
    return found === -1 ? heights.length - 1 : found
  }
  const [least, most] = [enough(1 + HYSTERESIS), enough(1 - HYSTERESIS)]
  const spatialLayer = Math.min(most, Math.max(least, before.spatialLayer))
  const few = needed < FEWER_PICTURES_BELOW * (before.temporalLayer < temporal - 1 ? 1 + HYSTERESIS : 1)
  return { spatialLayer, temporalLayer: few ? Math.max(0, temporal - 2) : temporal - 1 }
}

/** Of 1 to 255: who gets a better layer first when there is not enough bandwidth for all. */
export function priorityOf(source: ProducerSource, { large, speaking }: { large: boolean; speaking: boolean }): number {
  if (source === 'screen') return 240
  if (large) return 160
  return speaking ? 80 : 10
}
