// What every room's router speaks, and the numbers that shape media quality. All rooms are alike, so that a client
// can load its mediasoup device before it knows which room it will be in.
import type { RouterRtpCodecCapability, WebRtcTransportOptions } from 'mediasoup/types'

/** The order is the preference: VP8 costs the least to encode everywhere and has simulcast. */
export const ROUTER_CODECS: RouterRtpCodecCapability[] = [
  { kind: 'audio', mimeType: 'audio/opus', clockRate: 48_000, channels: 2, parameters: { useinbandfec: 1, usedtx: 1 } },
  { kind: 'video', mimeType: 'video/VP8', clockRate: 90_000, parameters: { 'x-google-start-bitrate': 1000 } },
  {
    kind: 'video',
    mimeType: 'video/VP9',
    clockRate: 90_000,
    parameters: { 'profile-id': 0, 'x-google-start-bitrate': 1000 },
  },
  {
    kind: 'video',
    mimeType: 'video/H264',
    clockRate: 90_000,
    parameters: {
      'packetization-mode': 1,
      'profile-level-id': '42e01f',
      'level-asymmetry-allowed': 1,
      'x-google-start-bitrate': 1000,
    },
  },
  { kind: 'video', mimeType: 'video/AV1', clockRate: 90_000, parameters: { 'x-google-start-bitrate': 1000 } },
]

/**
 * Two key frame requests close together stall a picture for a second: the encoder ignores the second one and the
 * SFU only asks again after 1000 ms. Requests within this time become one.
 */
export const KEY_FRAME_REQUEST_DELAY_MS = 320

/** Enough to begin with more than the lowest layer, low enough not to flood a slow line in its first second. */
export const TRANSPORT_OPTIONS = {
  enableUdp: true,
  enableTcp: true,
  preferUdp: true,
  enableSctp: false,
  initialAvailableOutgoingBitrate: 1_000_000,
} as const satisfies Partial<WebRtcTransportOptions>

/**
 * A seat's line is never thought narrower than this (bits a second). An estimate that falls to next to nothing, as it does when a wide
 * line becomes narrow at once, has hardly any packets left to grow by: no picture for ten seconds and more. Voice and this much of the
 * smallest picture, five frames a second, fit into 128 kbit/s.
 */
export const LINE_AT_LEAST = 64_000

/**
 * A picture begins with its lowest simulcast layer, whose key frame is a quarter of the size and on screen 50 ms sooner,
 * and steps up this long after.
 */
export const STEP_UP_AFTER_MS = 500

/**
 * Decibels of full scale, averaged over the interval (ms): above a quiet room, below soft speech with its pauses. Of everybody who
 * speaks: in a big room it is decided by this who is heard.
 */
export const LEVELS = { maxEntries: 500, threshold: -70, interval: 500 } as const

/** As many are told to clients as speaking. */
export const SPEAKERS_TOLD_MAX = 5
