// How the microphone, the camera and a shared screen are encoded.
import type { types } from 'mediasoup-client'
import type { PictureCodec } from '../../shared/settings.ts'
import type { ProducerSource } from '../../shared/protocol/media.ts'

/** DTX sends next to nothing in silence, FEC repairs single lost packets. */
const MICROPHONE_CODEC: types.ProducerCodecOptions = {
  opusStereo: false,
  opusDtx: true,
  opusFec: true,
  opusMaxAverageBitrate: 48_000,
}
/** Music and films: in stereo, and silence belongs to it. */
const SCREEN_AUDIO_CODEC: types.ProducerCodecOptions = {
  opusStereo: true,
  opusDtx: false,
  opusFec: true,
  opusMaxAverageBitrate: 128_000,
}
/** Kilobits a second: the first second of a picture is not spent climbing from nothing. */
const CAMERA_CODEC: types.ProducerCodecOptions = { videoGoogleStartBitrate: 1000 }

const full: types.RtpEncodingParameters = { scaleResolutionDownBy: 1, maxBitrate: 1_500_000, scalabilityMode: 'L1T3' }
const half: types.RtpEncodingParameters = { scaleResolutionDownBy: 2, maxBitrate: 500_000, scalabilityMode: 'L1T3' }
const quarter: types.RtpEncodingParameters = { scaleResolutionDownBy: 4, maxBitrate: 150_000, scalabilityMode: 'L1T3' }

/** One layer in full resolution, since half of it cannot be read; who has little bandwidth is sent fewer of its pictures. */
const screen: types.RtpEncodingParameters = { maxBitrate: 3_000_000, maxFramerate: 30, scalabilityMode: 'L1T3' }

/** Simulcast layers, lowest first. Chromium itself drops layers of pictures too small for them. */
export function cameraEncodings(height: number): types.RtpEncodingParameters[] {
  if (height >= 540) return [quarter, half, full]
  if (height >= 270)
    return [
      { ...half, maxBitrate: 200_000 },
      { ...full, maxBitrate: 800_000 },
    ]
  return [{ ...full, maxBitrate: 300_000 }]
}

const MIME_TYPES: Record<PictureCodec, string> = {
  automatic: 'video/vp8',
  vp9: 'video/vp9',
  av1: 'video/av1',
  h264: 'video/h264',
}
/** All layers in one stream: each stands on the one below it, and a key frame of the lowest begins them all. */
const IN_ONE_STREAM: ReadonlySet<PictureCodec> = new Set(['vp9', 'av1'])

/** Layers as in `cameraEncodings`, in one encoding. */
function layeredEncoding(height: number): types.RtpEncodingParameters {
  if (height >= 540) return { maxBitrate: 1_500_000, scalabilityMode: 'L3T3_KEY' }
  if (height >= 270) return { maxBitrate: 800_000, scalabilityMode: 'L2T3_KEY' }
  return { maxBitrate: 300_000, scalabilityMode: 'L1T3' }
}

/** How high each layer is, lowest first. */
export function layerHeights(encodings: readonly types.RtpEncodingParameters[], height: number): number[] {
  const divisors = encodings.map(({ scaleResolutionDownBy }) => scaleResolutionDownBy ?? 1)
  const inOne = Number(/^L(\d)/.exec(encodings[0]?.scalabilityMode ?? '')?.[1] ?? 1)
  const all = encodings.length > 1 ? divisors : Array.from({ length: inOne }, (_, layer) => 2 ** (inOne - 1 - layer))
  return all.map((divisor) => Math.max(1, Math.round(height / divisor)))
}

export const codecOf = (device: types.Device, wanted: PictureCodec): types.RtpCodecCapability | undefined =>
  device.sendRtpCapabilities.codecs?.find((codec) => codec.mimeType.toLowerCase() === MIME_TYPES[wanted])

/**
 * Tracks are not stopped with their producer: after the server lost the media they are sent anew. `wanted`: for a camera; VP8 where
 * this device cannot.
 */
export function producerOptions(
  source: ProducerSource,
  track: MediaStreamTrack,
  device: types.Device,
  wanted: PictureCodec = 'automatic',
): types.ProducerOptions {
  const common = { track, stopTracks: false }
  if (source === 'microphone') return { ...common, appData: { source }, codecOptions: MICROPHONE_CODEC }
  if (source === 'screenAudio') return { ...common, appData: { source }, codecOptions: SCREEN_AUDIO_CODEC }
  const used = source === 'camera' && codecOf(device, wanted) ? wanted : 'automatic'
  const codec = codecOf(device, used)
  const height = track.getSettings().height ?? 0
  const cameraLayers = IN_ONE_STREAM.has(used) ? [layeredEncoding(height)] : cameraEncodings(height)
  const encodings = source === 'screen' ? [screen] : cameraLayers
  const appData = { source, ...(height > 0 && { heights: layerHeights(encodings, height) }) }
  return { ...common, appData, encodings, codecOptions: CAMERA_CODEC, ...(codec ? { codec } : {}) }
}
