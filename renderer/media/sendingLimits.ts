// Makes what a camera sends smaller, and whole again, while it goes on.
import type { types } from 'mediasoup-client'
import type { StrainLevel } from './strain.ts'

const limited = new WeakMap<types.Producer, StrainLevel>()

/** Of simulcast the upper layers are left out; a single encoding is made half as high. */
export async function limitLayers(producer: types.Producer, level: StrainLevel): Promise<void> {
  if (producer.closed || (limited.get(producer) ?? 'full') === level) return
  limited.set(producer, level)
  const layers = producer.rtpParameters.encodings?.length ?? 1
  try {
    if (layers > 1) await producer.setMaxSpatialLayer(topLayer(layers, level))
    else await producer.setRtpEncodingParameters({ scaleResolutionDownBy: level === 'full' ? 1 : 2 })
  } catch {
    // It was closed meanwhile.
  }
}

/** Counted from 0, the lowest. */
export function topLayer(layers: number, level: StrainLevel): number {
  if (level === 'full') return layers - 1
  return level === 'smaller' ? Math.max(0, layers - 2) : 0
}
