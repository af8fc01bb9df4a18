// From two looks at WebRTC's counters to what flows between them: per connection and per track. Pure: recorded reports test it.
import type { ProducerSource } from '../../shared/protocol/media.ts'

/** One of getStats' many reports, as it is. */
export type Report = { id: string; type: string; timestamp: number } & Record<string, unknown>
/** Whose track it is, and what it carries. `userId` is null for one's own. */
export type KnownTrack = { trackId: string; userId: string | null; source: ProducerSource }
export type MediaReports = { send: readonly Report[]; receive: readonly Report[]; tracks: readonly KnownTrack[] }

/** How packets get to the server: straight by UDP, by TCP since UDP does not pass, or through a TURN server. */
export type Way = 'direct' | 'tcp' | 'relayed'

export type LinkRates = {
  way: Way | null
  bitsPerSecond: number
  /** Of all packets in this time, 0 to 1; null when nothing was sent. */
  lossShare: number | null
  roundTripMs: number | null
  /** What the sender may use at most, by its own estimate. */
  availableBitsPerSecond: number | null
}

export type StreamRates = {
  key: string
  /** Null for what this device sends. */
  userId: string | null
  source: ProducerSource
  kind: 'audio' | 'video'
  bitsPerSecond: number
  lossShare: number | null
  jitterMs: number | null
  /** Of the sound played, what was made up since packets were missing: 0 to 1. */
  concealedShare: number | null
  width: number
  height: number
  framesPerSecond: number
  codec: string | null
  /** Sizes in which a picture is sent now, as heights; empty for what is received. */
  layers: readonly number[]
}

export type Rates = { send: LinkRates; receive: LinkRates; streams: StreamRates[] }

/** `before` may be of other connections or null: what has no predecessor has no rate yet. */
export function ratesBetween(before: MediaReports | null, now: MediaReports): Rates {
  const inbound = now.tracks.flatMap((track) => inboundOf(track, before?.receive ?? [], now.receive) ?? [])
  const outbound = now.tracks.flatMap((track) => outboundOf(track, before?.send ?? [], now.send) ?? [])
  return {
    send: linkOf('bytesSent', before?.send ?? [], now.send),
    receive: linkOf('bytesReceived', before?.receive ?? [], now.receive),
    streams: [...outbound, ...inbound],
  }
}

const number = (report: Report | undefined, name: string): number => {
  const value = report?.[name]
  return typeof value === 'number' && Number.isFinite(value) ? value : 0
}
const maybe = (report: Report | undefined, name: string): number | null => {
  const value = report?.[name]
  return typeof value === 'number' && Number.isFinite(value) ? value : null
}
const byId = (reports: readonly Report[], id: unknown) => reports.find((report) => report.id === id)

/** How much a counter grew, never negative: counters begin anew with a connection. */
function grown(name: string, before: Report | undefined, now: Report): number {
  return before ? Math.max(0, number(now, name) - number(before, name)) : 0
}

function perSecond(name: string, before: Report | undefined, now: Report): number {
  const ms = before ? now.timestamp - before.timestamp : 0
  return ms > 0 ? (grown(name, before, now) * 1000) / ms : 0
}

const bitsPerSecond = (name: string, before: Report | undefined, now: Report) =>
  Math.round(perSecond(name, before, now) * 8)

function share(part: number, rest: number): number | null {
  return part + rest > 0 ? part / (part + rest) : null
}

function linkOf(counter: 'bytesSent' | 'bytesReceived', before: readonly Report[], now: readonly Report[]): LinkRates {
  const transport = now.find(({ type }) => type === 'transport')
  const pair = byId(now, transport?.['selectedCandidatePairId'])
  const roundTrip = maybe(pair, 'currentRoundTripTime')
  const streams = now.filter(({ type }) => type === (counter === 'bytesSent' ? 'remote-inbound-rtp' : 'inbound-rtp'))
  return {
    way: wayOf(byId(now, pair?.['localCandidateId'])),
    bitsPerSecond: transport ? bitsPerSecond(counter, byId(before, transport.id), transport) : 0,
    lossShare: counter === 'bytesSent' ? worstTold(streams) : lossOf(streams, before),
    roundTripMs: roundTrip === null ? null : Math.round(roundTrip * 1000),
    availableBitsPerSecond: maybe(pair, 'availableOutgoingBitrate'),
  }
}

function wayOf(local: Report | undefined): Way | null {
  if (!local) return null
  // Behind a NAT a relayed candidate is one that the other side has found (prflx).
  if (local['candidateType'] === 'relay' || local['relayProtocol'] !== undefined) return 'relayed'
  return local['protocol'] === 'tcp' ? 'tcp' : 'direct'
}

/** What the other side told of each stream we send. */
function worstTold(streams: readonly Report[]): number | null {
  return streams.length === 0 ? null : Math.max(...streams.map((report) => number(report, 'fractionLost')))
}

function lossOf(streams: readonly Report[], before: readonly Report[]): number | null {
  const sum = (name: string) =>
    streams.reduce((total, report) => total + grown(name, byId(before, report.id), report), 0)
  return share(sum('packetsLost'), sum('packetsReceived'))
}

const codecOf = (reports: readonly Report[], stream: Report): string | null => {
  const name = byId(reports, stream['codecId'])?.['mimeType']
  return typeof name === 'string' ? (name.split('/')[1] ?? null) : null
}

function inboundOf(track: KnownTrack, before: readonly Report[], now: readonly Report[]): StreamRates | null {
  if (track.userId === null) return null
  const stream = now.find(({ type, ...rest }) => type === 'inbound-rtp' && rest['trackIdentifier'] === track.trackId)
  if (!stream) return null
  const earlier = byId(before, stream.id)
  const kind = stream['kind'] === 'audio' ? 'audio' : 'video'
  const samples = grown('totalSamplesReceived', earlier, stream)
  // What stands for silence that nobody sent is no loss.
  const concealed = grown('concealedSamples', earlier, stream) - grown('silentConcealedSamples', earlier, stream)
  const jitter = maybe(stream, 'jitter')
  return {
    key: `${track.userId} ${track.source}`,
    userId: track.userId,
    source: track.source,
    kind,
    bitsPerSecond: bitsPerSecond('bytesReceived', earlier, stream),
    lossShare: lossOf([stream], before),
    jitterMs: jitter === null ? null : Math.round(jitter * 1000),
    concealedShare: kind === 'audio' && samples > 0 ? Math.min(1, Math.max(0, concealed) / samples) : null,
    width: number(stream, 'frameWidth'),
    height: number(stream, 'frameHeight'),
    framesPerSecond: Math.round(perSecond('framesDecoded', earlier, stream)),
    codec: codecOf(now, stream),
    layers: [],
  }
}

/** All simulcast layers of one track are one stream, as large as the largest that is sent. */
function outboundOf(track: KnownTrack, before: readonly Report[], now: readonly Report[]): StreamRates | null {
  if (track.userId !== null) return null
  const isSource = ({ type, ...rest }: Report) => type === 'media-source' && rest['trackIdentifier'] === track.trackId
  const media = now.find(isSource)
  const layers = now.filter(
    ({ type, ...rest }) => type === 'outbound-rtp' && media && rest['mediaSourceId'] === media.id,
  )
  const [first] = layers
  if (!first) return null
  const flowing = layers.filter((layer) => grown('bytesSent', byId(before, layer.id), layer) > 0)
  const largest = flowing.toSorted((one, other) => number(other, 'frameHeight') - number(one, 'frameHeight'))[0]
  const told = now.filter((report) => report.type === 'remote-inbound-rtp' && byId(layers, report['localId']))
  const jitters = told.flatMap((report) => maybe(report, 'jitter') ?? [])
  return {
    key: `self ${track.source}`,
    userId: null,
    source: track.source,
    kind: first['kind'] === 'audio' ? 'audio' : 'video',
    bitsPerSecond: layers.reduce((sum, layer) => sum + bitsPerSecond('bytesSent', byId(before, layer.id), layer), 0),
    lossShare: worstTold(told),
    jitterMs: jitters.length === 0 ? null : Math.round(Math.max(...jitters) * 1000),
    concealedShare: null,
    width: number(largest, 'frameWidth'),
    height: number(largest, 'frameHeight'),
    framesPerSecond: largest ? Math.round(perSecond('framesEncoded', byId(before, largest.id), largest)) : 0,
    codec: codecOf(now, first),
    layers: flowing.map((layer) => number(layer, 'frameHeight')).filter((height) => height > 0),
  }
}

export type Quality = 'good' | 'unsteady' | 'bad'

/** What a person would notice: words that are missing, and answers that come late. */
export function qualityOf(measured: {
  lossShare: number | null
  concealedShare?: number | null
  roundTripMs?: number | null
}): Quality {
  const { lossShare, concealedShare = null, roundTripMs = null } = measured
  const above = (loss: number, concealed: number, roundTrip: number) =>
    (lossShare ?? 0) > loss || (concealedShare ?? 0) > concealed || (roundTripMs ?? 0) > roundTrip
  if (above(0.08, 0.08, 600)) return 'bad'
  return above(0.02, 0.03, 300) ? 'unsteady' : 'good'
}

export const worse = (qualities: readonly Quality[]): Quality =>
  qualities.includes('bad') ? 'bad' : qualities.includes('unsteady') ? 'unsteady' : 'good'
