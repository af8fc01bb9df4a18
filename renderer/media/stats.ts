// What flows, counted: one line per producer and consumer out of WebRTC's many reports. For tests, the demo and diagnosis.
import type { types } from 'mediasoup-client'
import type { ProducerSource } from '../../shared/protocol/media.ts'

export type InboundStats = {
  userId: string
  source: ProducerSource
  /** As in `video/VP8`; empty before anything has come. */
  codec: string
  packets: number
  bytes: number
  packetsLost: number
  framesDecoded: number
  width: number
  height: number
  /** The sum of all energy heard so far; it stands still in silence. */
  audioEnergy: number
}
export type OutboundStats = {
  source: ProducerSource
  packets: number
  bytes: number
  framesEncoded: number
  layers: number
}
export type MediaStats = { inbound: InboundStats[]; outbound: OutboundStats[] }

type Inbound = RTCInboundRtpStreamStats & {
  codecId?: string
  frameWidth?: number
  frameHeight?: number
  totalAudioEnergy?: number
}
type Codec = RTCStats & { mimeType: string }
type Outbound = RTCOutboundRtpStreamStats & { framesEncoded?: number }

const none = { codec: '', packets: 0, bytes: 0, packetsLost: 0, framesDecoded: 0, width: 0, height: 0, audioEnergy: 0 }

export async function inboundStats(
  userId: string,
  source: ProducerSource,
  consumer: types.Consumer,
): Promise<InboundStats> {
  const reports = consumer.closed ? [] : [...(await consumer.getStats()).values()]
  const inbound = reports.find((report): report is Inbound => report.type === 'inbound-rtp')
  if (!inbound) return { userId, source, ...none }
  const codec = reports.find((report): report is Codec => report.type === 'codec' && report.id === inbound.codecId)
  return {
    userId,
    source,
    codec: codec?.mimeType ?? '',
    packets: inbound.packetsReceived ?? 0,
    bytes: inbound.bytesReceived ?? 0,
    packetsLost: inbound.packetsLost ?? 0,
    framesDecoded: inbound.framesDecoded ?? 0,
    width: inbound.frameWidth ?? 0,
    height: inbound.frameHeight ?? 0,
    audioEnergy: inbound.totalAudioEnergy ?? 0,
  }
}

/** Summed over simulcast layers; `layers` counts those that have sent anything. */
export async function outboundStats(source: OutboundStats['source'], producer: types.Producer): Promise<OutboundStats> {
  const reports = producer.closed ? [] : [...(await producer.getStats()).values()]
  const layers = reports.filter((report): report is Outbound => report.type === 'outbound-rtp')
  const sum = (of: (layer: Outbound) => number | undefined) =>
    layers.reduce((total, layer) => total + (of(layer) ?? 0), 0)
  return {
    source,
    packets: sum((layer) => layer.packetsSent),
    bytes: sum((layer) => layer.bytesSent),
    framesEncoded: sum((layer) => layer.framesEncoded),
    layers: layers.filter((layer) => (layer.packetsSent ?? 0) > 0).length,
  }
}
