// What a client may send as RTP and DTLS parameters. mediasoup checks some of it itself, but not all, and not before it
// begins to serialise: a fractional `maxBitrate` throws halfway and leaves that worker's channel unusable for every room
// on it. So nothing reaches mediasoup that has not passed here.
import { z } from 'zod'
import { failure, success, type Result } from '../../shared/protocol/result.ts'
import type { DtlsParameters, RtpCapabilities, RtpParameters } from 'mediasoup/types'

const text = z.string().max(255)
const uint32 = z.int().min(0).max(0xffff_ffff)
const payloadType = z.int().min(0).max(127)
const extensionId = z.int().min(1).max(255)
const parameters = z
  .record(z.string().max(64), z.union([z.string().max(1024), z.number().min(-0x8000_0000).max(0x7fff_ffff)]))
  .refine((entries) => Object.keys(entries).length <= 32, { error: 'at most 32 parameters' })
const rtcpFeedback = z.array(z.object({ type: text.min(1), parameter: text.optional() })).max(16)
const mimeType = z.string().regex(/^(audio|video)\/[a-z0-9._-]{1,32}$/i)
const codecBasics = {
  mimeType,
  clockRate: z.int().min(1).max(0xffff_ffff),
  channels: z.int().min(1).max(8).optional(),
  parameters: parameters.optional(),
  rtcpFeedback: rtcpFeedback.optional(),
}

const rtpCapabilities = z.object({
  codecs: z
    .array(z.object({ ...codecBasics, kind: z.enum(['audio', 'video']), preferredPayloadType: payloadType.optional() }))
    .min(1)
    .max(128),
  headerExtensions: z
    .array(
      z.object({
        kind: z.enum(['audio', 'video']),
        uri: text.min(1),
        preferredId: extensionId,
        preferredEncrypt: z.boolean().optional(),
        direction: z.enum(['sendrecv', 'sendonly', 'recvonly', 'inactive']).optional(),
      }),
    )
    .max(64)
    .optional(),
})

const encoding = z.object({
  ssrc: uint32.min(1).optional(),
  rid: z
    .string()
    .regex(/^[a-zA-Z0-9]{1,16}$/)
    .optional(),
  codecPayloadType: payloadType.optional(),
  rtx: z.object({ ssrc: uint32.min(1) }).optional(),
  dtx: z.boolean().optional(),
  scalabilityMode: z
    .string()
    .regex(/^[LS][1-3]T[1-3](_KEY|_KEY_SHIFT|h|h_KEY)?$/)
    .optional(),
  maxBitrate: z.int().min(0).max(100_000_000).optional(),
})

const rtpParameters = z.object({
  mid: z.string().max(32).optional(),
  msid: text.optional(),
  codecs: z
    .array(z.object({ ...codecBasics, payloadType }))
    .min(1)
    .max(32),
  headerExtensions: z
    .array(
      z.object({
        uri: text.min(1),
        id: extensionId,
        encrypt: z.boolean().optional(),
        parameters: parameters.optional(),
      }),
    )
    .max(32)
    .optional(),
  encodings: z.array(encoding).min(1).max(4),
  rtcp: z.object({ cname: text.optional(), reducedSize: z.boolean().optional() }).optional(),
})

const dtlsParameters = z.object({
  role: z.enum(['auto', 'client', 'server']).optional(),
  fingerprints: z
    .array(
      z.object({
        algorithm: z.enum(['sha-1', 'sha-224', 'sha-256', 'sha-384', 'sha-512']),
        value: z.string().regex(/^[0-9A-F]{2}(:[0-9A-F]{2}){19,63}$/i),
      }),
    )
    .min(1)
    .max(8),
})

function check<Value>(schema: z.ZodType, field: string, value: unknown): Result<Value> {
  const parsed = schema.safeParse(value)
  if (parsed.success) return success(parsed.data as Value)
  const issue = parsed.error.issues[0]
  const path = [field, ...(issue?.path ?? [])].join('.')
  return failure('invalid', `${path}: ${issue?.message ?? 'not understood'}`, { field: path })
}

/** Errors: `invalid`, its field beginning with `rtpCapabilities`. */
export const checkRtpCapabilities = (value: unknown) =>
  check<RtpCapabilities>(rtpCapabilities, 'rtpCapabilities', value)
/** Errors: `invalid`, its field beginning with `dtlsParameters`. */
export const checkDtlsParameters = (value: unknown) => check<DtlsParameters>(dtlsParameters, 'dtlsParameters', value)

/** All codecs must be of the producer's kind: mediasoup itself would take video codecs in an audio producer. Errors: `invalid`. */
export function checkRtpParameters(kind: 'audio' | 'video', value: unknown): Result<RtpParameters> {
  const checked = check<RtpParameters>(rtpParameters, 'rtpParameters', value)
  if (!checked.ok) return checked
  const stray = checked.value.codecs.findIndex((codec) => !codec.mimeType.toLowerCase().startsWith(`${kind}/`))
  if (stray === -1) return checked
  const field = `rtpParameters.codecs.${stray}.mimeType`
  return failure('invalid', `${field}: not ${kind}`, { field })
}
