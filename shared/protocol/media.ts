// Media signaling: what a client needs to open mediasoup transports, send its producers and receive consumers.
// The RTP objects themselves are mediasoup's and pass through opaquely; the SFU and mediasoup-client check them.
import { z } from 'zod'
import { idSchema, mediaKindSchema } from './things.ts'

/** An opaque JSON object made by mediasoup or mediasoup-client. Its content is checked by the engine that uses it. */
const opaqueSchema = z.record(z.string(), z.unknown())
export const rtpCapabilitiesSchema = opaqueSchema
export type OpaqueMedia = z.infer<typeof opaqueSchema>

export const producerSourceSchema = z.enum(['microphone', 'camera', 'screen', 'screenAudio'])
export type ProducerSource = z.infer<typeof producerSourceSchema>

/** What the server tells a client to open one transport (mediasoup-client's TransportOptions). */
export const transportOfferSchema = z.object({
  id: z.string(),
  iceParameters: opaqueSchema,
  iceCandidates: z.array(opaqueSchema),
  dtlsParameters: opaqueSchema,
})
export type TransportOffer = z.infer<typeof transportOfferSchema>

/** One consumer, created paused on the server; it flows after `media.resumeConsumers`. */
export const consumerOfferSchema = z.object({
  id: z.string(),
  producerId: z.string(),
  /** Whose picture or voice it is. */
  userId: idSchema,
  source: producerSourceSchema,
  kind: mediaKindSchema,
  rtpParameters: opaqueSchema,
  producerPaused: z.boolean(),
})
export type ConsumerOffer = z.infer<typeof consumerOfferSchema>

/** STUN and TURN, as browsers take them. */
const iceServersSchema = z.array(
  z.object({ urls: z.array(z.string()), username: z.string().optional(), credential: z.string().optional() }),
)

/** Everything a client needs to start media in a room; part of the answer of `call.accept`, `room.create` and `room.join`. */
export const mediaOfferSchema = z.object({
  roomId: idSchema,
  routerRtpCapabilities: opaqueSchema,
  send: transportOfferSchema,
  receive: transportOfferSchema,
  /** Empty when the client's capabilities are not known yet: it then asks `media.consume`. */
  consumers: z.array(consumerOfferSchema),
  /** These are the transports of `call.warmUp`: what the client had set up by then flows already. */
  warm: z.boolean().optional(),
  iceServers: iceServersSchema,
})
export type MediaOffer = z.infer<typeof mediaOfferSchema>

const iceRestartSchema = z.object({
  iceParameters: opaqueSchema,
  /** As in the offer, with passwords that are fresh: those that came with the offer may have expired. */
  iceServers: iceServersSchema.optional(),
})
export type IceRestart = z.infer<typeof iceRestartSchema>

/** What one picture is shown at. */
const viewSchema = z.object({
  consumerId: z.string().max(64),
  /** In pixels of the screen; null: nobody sees it now. */
  size: z.object({ width: z.int().min(1).max(32_768), height: z.int().min(1).max(32_768) }).nullable(),
  /** The one that is looked at: pinned, or alone. */
  large: z.boolean(),
})
export type ConsumerView = z.infer<typeof viewSchema>

/** How good somebody's connection is; `good` is not said. */
const weaknessSchema = z.enum(['fair', 'poor'])
export type Weakness = z.infer<typeof weaknessSchema>

/** Everybody whose connection is not good; of two, the one with the higher version holds. */
const connectionsShape = {
  version: z.int().min(0),
  weak: z.array(z.object({ userId: idSchema, quality: weaknessSchema })),
}
const connectionsSchema = z.object(connectionsShape)
export type Connections = z.infer<typeof connectionsSchema>

const inRoom = { roomId: idSchema }
const consumerIdsSchema = z.object({ ...inRoom, consumerIds: z.array(z.string().max(64)).min(1).max(500) })
const empty = z.object({})

export const mediaCommands = {
  /** The same for every room of this server, so that a client can load its mediasoup device before any call. */
  'media.routerCapabilities': { input: empty, output: z.object({ routerRtpCapabilities: opaqueSchema }) },
  /** Opens media anew for the seat this device has (after a reload, or after `media.reset`); the earlier transports are closed. */
  'media.open': {
    input: z.object({ ...inRoom, rtpCapabilities: rtpCapabilitiesSchema.nullable() }),
    output: mediaOfferSchema,
  },
  'media.consume': {
    input: z.object({ ...inRoom, rtpCapabilities: rtpCapabilitiesSchema }),
    output: z.object({ consumers: z.array(consumerOfferSchema) }),
  },
  'media.connectTransport': {
    input: z.object({ ...inRoom, transportId: z.string().max(64), dtlsParameters: opaqueSchema }),
    output: empty,
  },
  'media.restartIce': {
    input: z.object({ ...inRoom, transportId: z.string().max(64) }),
    output: iceRestartSchema,
  },
  /** The producer's id is made by the client, so that producing need not wait for the answer. */
  'media.produce': {
    input: z.object({
      ...inRoom,
      transportId: z.string().max(64),
      producerId: idSchema,
      source: producerSourceSchema,
      kind: mediaKindSchema,
      rtpParameters: opaqueSchema,
      paused: z.boolean(),
      /** Of a picture: how high each of its layers is, in pixels, lowest first. */
      heights: z.array(z.int().min(1).max(16_384)).min(1).max(4).optional(),
    }),
    output: z.object({ producerId: idSchema }),
  },
  'media.setProducerPaused': {
    input: z.object({ ...inRoom, producerId: idSchema, paused: z.boolean() }),
    output: empty,
  },
  'media.closeProducer': { input: z.object({ ...inRoom, producerId: idSchema }), output: empty },
  'media.resumeConsumers': { input: consumerIdsSchema, output: empty },
  'media.pauseConsumers': { input: consumerIdsSchema, output: empty },
  /**
   * At what size pictures are shown, as far as it has changed: the server sends no more than that takes, and nothing of what nobody
   * sees. A picture of which nothing was said comes in full. `turn` grows; of a picture, what was said in a later one holds.
   */
  'media.setViews': {
    input: z.object({ ...inRoom, turn: z.int().min(0), views: z.array(viewSchema).min(1).max(500) }),
    /** As `media.quality` tells: for a device that has missed some of it. */
    output: connectionsSchema,
  },
} as const

export const mediaEvents = {
  'media.newConsumers': z.object({ ...inRoom, consumers: z.array(consumerOfferSchema) }),
  'media.consumerClosed': z.object({ ...inRoom, consumerId: z.string() }),
  'media.consumerPaused': z.object({ ...inRoom, consumerId: z.string(), producerPaused: z.boolean() }),
  /** The server lost this room's media (its worker died): the client calls `media.open` and produces again. */
  'media.reset': z.object(inRoom),
  /** Who is speaking now, loudest first; empty in silence. */
  'media.speakers': z.object({ ...inRoom, userIds: z.array(idSchema) }),
  /** Everybody whose connection is not good now; told when that changes, at most once a second. `version` grows until `media.reset`. */
  'media.quality': z.object({ ...inRoom, ...connectionsShape }),
} as const
