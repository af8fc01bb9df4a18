// How the microphone, the camera and a shared screen are encoded.
import type { types } from 'mediasoup-client'
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

/** Tracks are not stopped with their producer: after the server lost the media they are sent anew. */
export function producerOptions(
  source: ProducerSource,
  track: MediaStreamTrack,
  device: types.Device,
): types.ProducerOptions {
  const common = { track, stopTracks: false, appData: { source } }
  if (source === 'microphone') return { ...common, codecOptions: MICROPHONE_CODEC }
  if (source === 'screenAudio') return { ...common, codecOptions: SCREEN_AUDIO_CODEC }
  const vp8 = device.sendRtpCapabilities.codecs?.find((codec) => codec.mimeType.toLowerCase() === 'video/vp8')
  const encodings = source === 'screen' ? [screen] : cameraEncodings(track.getSettings().height ?? 0)
  return { ...common, encodings, codecOptions: CAMERA_CODEC, ...(vp8 ? { codec: vp8 } : {}) }
}
