// RTP and RTCP on the wire, as much of it as synthetic senders need (RFC 3550, RFC 6464 audio levels, RFC 7741 VP8).

export const MID_URI = 'urn:ietf:params:rtp-hdrext:sdes:mid'
export const RID_URI = 'urn:ietf:params:rtp-hdrext:sdes:rtp-stream-id'
export const AUDIO_LEVEL_URI = 'urn:ietf:params:rtp-hdrext:ssrc-audio-level'

const HEADER_BYTES = 12
const EXTENSION_PROFILE = 0xbede
const PICTURE_ID_MAX = 0x7fff

/** One-byte header extensions (RFC 8285): by id, the bytes they carry. */
export type Extensions = readonly { id: number; value: Buffer }[]

export type PacketForm = { payloadType: number; ssrc: number; marker: boolean; extensions: Extensions; payload: Buffer }

/** Where in the packet an extension's bytes or the payload begin. */
export type PacketLayout = { packet: Buffer; payloadAt: number; valueAt(extensionId: number): number }

/** A whole packet whose sequence number and timestamp are still zero. */
export function buildPacket({ payloadType, ssrc, marker, extensions, payload }: PacketForm): PacketLayout {
  const places = new Map<number, number>()
  let at = HEADER_BYTES + 4
  for (const { id, value } of extensions) {
    places.set(id, at + 1)
    at += 1 + value.length
  }
  const payloadAt = Math.ceil(at / 4) * 4
  const packet = Buffer.alloc(payloadAt + payload.length)
  packet[0] = 0x90
  packet[1] = (marker ? 0x80 : 0) | payloadType
  packet.writeUInt32BE(ssrc, 8)
  packet.writeUInt16BE(EXTENSION_PROFILE, HEADER_BYTES)
  packet.writeUInt16BE((payloadAt - HEADER_BYTES - 4) / 4, HEADER_BYTES + 2)
  for (const { id, value } of extensions) {
    const valueAt = places.get(id)!
    packet[valueAt - 1] = (id << 4) | (value.length - 1)
    value.copy(packet, valueAt)
  }
  payload.copy(packet, payloadAt)
  return { packet, payloadAt, valueAt: (id) => places.get(id)! }
}

export function stampPacket(packet: Buffer, sequenceNumber: number, timestamp: number) {
  packet.writeUInt16BE(sequenceNumber & 0xffff, 2)
  packet.writeUInt32BE(timestamp >>> 0, 4)
}

/** VP8 descriptor with everything a simulcast sender says: 15-bit picture id, TL0PICIDX, temporal layer and its sync bit. */
const DESCRIPTOR_BYTES = 6

export type Vp8Stamp = { pictureId: number; tl0PicIdx: number; temporalLayer: number; layerSync: boolean }

/** `startsFrame`: the first packet of its frame, which also carries the frame's header with the key frame bit. */
export function vp8Payload(bytes: number, startsFrame: boolean): Buffer {
  const payload = Buffer.alloc(Math.max(bytes, DESCRIPTOR_BYTES + 10), 0x5a)
  payload[0] = 0x80 | (startsFrame ? 0x10 : 0)
  payload[1] = 0xe0
  return payload
}

export function stampVp8(packet: Buffer, payloadAt: number, stamp: Vp8Stamp) {
  const { pictureId, tl0PicIdx, temporalLayer, layerSync } = stamp
  packet.writeUInt16BE(0x8000 | (pictureId & PICTURE_ID_MAX), payloadAt + 2)
  packet[payloadAt + 4] = tl0PicIdx & 0xff
  packet[payloadAt + 5] = (temporalLayer << 6) | (layerSync ? 0x20 : 0)
}

/** In the first packet of a frame: whether it is a key frame, and of what size. */
export function stampVp8FrameTag(
  packet: Buffer,
  payloadAt: number,
  keyFrame: { width: number; height: number } | null,
) {
  const at = payloadAt + DESCRIPTOR_BYTES
  packet[at] = keyFrame ? 0x10 : 0x11
  if (!keyFrame) return
  packet.writeUIntBE(0x9d012a, at + 3, 3)
  packet.writeUInt16LE(keyFrame.width, at + 6)
  packet.writeUInt16LE(keyFrame.height, at + 8)
}

export type SenderReport = { ssrc: number; ntpMs: number; timestamp: number; packets: number; octets: number }

const NTP_UNIX_OFFSET_S = 2_208_988_800

export function buildSenderReport({ ssrc, ntpMs, timestamp, packets, octets }: SenderReport): Buffer {
  const report = Buffer.alloc(28)
  report[0] = 0x80
  report[1] = 200
  report.writeUInt16BE(6, 2)
  report.writeUInt32BE(ssrc, 4)
  report.writeUInt32BE((Math.floor(ntpMs / 1000) + NTP_UNIX_OFFSET_S) >>> 0, 8)
  report.writeUInt32BE(Math.floor((ntpMs % 1000) * 4_294_967.296) >>> 0, 12)
  report.writeUInt32BE(timestamp >>> 0, 16)
  report.writeUInt32BE(packets >>> 0, 20)
  report.writeUInt32BE(octets >>> 0, 24)
  return report
}

/** The streams of which an RTCP packet (compound or not) asks a key frame, by PLI or FIR. */
export function keyFrameRequests(rtcp: Buffer): number[] {
  const asked: number[] = []
  for (let at = 0; at + 8 <= rtcp.length;) {
    const format = rtcp[at]! & 0x1f
    const bytes = (rtcp.readUInt16BE(at + 2) + 1) * 4
    const isPayloadFeedback = rtcp[at + 1] === 206
    if (isPayloadFeedback && format === 1 && at + 12 <= rtcp.length) asked.push(rtcp.readUInt32BE(at + 8))
    if (isPayloadFeedback && format === 4)
      for (let entry = at + 12; entry + 8 <= Math.min(at + bytes, rtcp.length); entry += 8)
        asked.push(rtcp.readUInt32BE(entry))
    at += bytes
  }
  return asked
}
