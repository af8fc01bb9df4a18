// The one contract between preload and main: every channel with the schema its arguments must pass. Results are typed from host.ts.
// The preload imports types only, so that no schema code is loaded into the sandbox.
import { z } from 'zod'
import { idSchema, mediaKindSchema, payloadSchema } from '../shared/protocol/things.ts'
import { rtpCapabilitiesSchema } from '../shared/protocol/media.ts'
import { commands, type CommandName } from '../shared/protocol/contract.ts'
import { settingsSchema, type Settings } from '../shared/settings.ts'
import type { Host, HostCommand, HostState, MediaEvent, TalkEvent } from '../shared/host.ts'

/** Everything a page may ask of its host; the `on…` members are pushes in the other direction. */
export type HostMethod = {
  [Name in keyof Host]: Name extends `on${string}`
    ? never
    : Host[Name] extends (...args: never[]) => unknown
      ? Name
      : never
}[keyof Host]
export type Channel = `host:${HostMethod}`
type MethodOf<Name extends Channel> = Name extends `host:${infer Method extends HostMethod}` ? Method : never

export type IpcArguments<Name extends Channel> = z.output<(typeof argumentsOf)[Name]>
export type IpcResult<Name extends Channel> = Awaited<ReturnType<Host[MethodOf<Name>]>>

/** What main tells the pages, by channel. */
export type Pushes = {
  'host:state': HostState
  'host:media-event': MediaEvent
  'host:talk-event': TalkEvent
  'host:command': HostCommand
}

/** Left out: what main sends by itself, and what must go through `createRoom`, `joinRoom` and `answer` so that the entry is right. */
const NOT_ASKABLE: readonly CommandName[] = [
  'session.sync',
  'session.renew',
  'room.create',
  'room.join',
  'lobby.leave',
  'call.accept',
  'call.direct',
]
const askable = Object.keys(commands).filter((name) => !NOT_ASKABLE.includes(name as CommandName)) as [
  CommandName,
  ...CommandName[],
]

const serverSchema = z.string().max(300)
const entering = { microphone: z.boolean(), camera: z.boolean(), leaveOther: z.boolean().optional() }
const roomNameSchema = z.string().max(1_000)
const roomSchema = z.union([z.strictObject({ id: idSchema }), z.strictObject({ code: z.string().max(1_000) })])

/**
 * Not `settingsSchema.partial()`: that would fill in the default of every setting left out, and so reset it. A change of nothing is none:
 * a Map or a buffer, which IPC carries too, would pass for it.
 */
const settingsChangeSchema = z
  .strictObject(
    Object.fromEntries(Object.entries(settingsSchema.shape).map(([key, schema]) => [key, schema.unwrap().optional()])),
  )
  .refine((change) => Object.keys(change).length > 0) as unknown as z.ZodType<Partial<Settings>>

export const argumentsOf = {
  'host:snapshot': z.tuple([]),
  /** The input is checked by the command's own schema afterwards, so that a wrong field is answered like the server answers it. */
  'host:ask': z.tuple([z.enum(askable), z.unknown()]),
  'host:checkServer': z.tuple([serverSchema]),
  'host:signIn': z.tuple([
    z.strictObject({ server: serverSchema, login: z.string().max(1_000), password: z.string().max(10_000) }),
  ]),
  'host:startOpenId': z.tuple([serverSchema]),
  'host:openOpenIdAgain': z.tuple([]),
  'host:cancelOpenId': z.tuple([]),
  'host:signOut': z.tuple([]),
  'host:lookAtInvitation': z.tuple([z.strictObject({ server: serverSchema, token: z.string().max(200) })]),
  'host:acceptInvitation': z.tuple([
    z.strictObject({
      server: serverSchema,
      token: z.string().max(200),
      login: z.string().max(1_000),
      name: z.string().max(1_000),
      password: z.string().max(10_000),
    }),
  ]),
  'host:createRoom': z.tuple([z.strictObject({ name: roomNameSchema, ...entering })]),
  'host:joinRoom': z.tuple([
    z.strictObject({ room: roomSchema, password: z.string().max(1_000).optional(), ...entering }),
  ]),
  'host:leaveLobby': z.tuple([idSchema]),
  'host:callDirectly': z.tuple([
    z.strictObject({ calleeId: idSchema, media: mediaKindSchema, leaveOther: z.boolean().optional() }),
  ]),
  'host:leaveRoom': z.tuple([idSchema]),
  'host:endRoom': z.tuple([idSchema]),
  'host:answer': z.tuple([
    z.strictObject({ callId: idSchema, camera: z.boolean(), leaveOther: z.boolean().optional() }),
  ]),
  'host:decline': z.tuple([z.strictObject({ callId: idSchema, reply: payloadSchema.optional() })]),
  'host:ringMyself': z.tuple([z.strictObject({ title: z.string().min(1).max(200), message: payloadSchema })]),
  'host:ringsShown': z.tuple([z.array(idSchema).max(50)]),
  'host:takeMediaOffer': z.tuple([idSchema]),
  'host:setMediaCapabilities': z.tuple([rtpCapabilitiesSchema]),
  'host:setSettings': z.tuple([settingsChangeSchema]),
  'host:seenMissed': z.tuple([]),
  'host:showMain': z.tuple([]),
  'host:quit': z.tuple([z.enum(['ask', 'now', 'stay'])]),
  'host:toggleMicrophone': z.tuple([]),
  'host:openSystemPage': z.tuple([z.enum(['microphone', 'camera', 'screen', 'notifications'])]),
  'host:setPreview': z.tuple([z.boolean()]),
  'host:setSharing': z.tuple([z.boolean()]),
  'host:captureSources': z.tuple([idSchema]),
  'host:chooseSource': z.tuple([
    z.strictObject({ requestId: idSchema, sourceId: z.string().max(200).nullable(), sound: z.boolean() }),
  ]),
  'host:copyDiagnostics': z.tuple([]),
  'host:installUpdate': z.tuple([]),
  'host:popupHeight': z.tuple([z.number().min(0).max(10_000)]),
} satisfies Record<Channel, z.ZodType<readonly unknown[]>>

/** The mini window looks, mutes, leaves and leads back. */
export const miniChannels: ReadonlySet<Channel> = new Set<Channel>([
  'host:snapshot',
  'host:toggleMicrophone',
  'host:leaveRoom',
  'host:showMain',
])

/** The pop-up answers, declines and looks; nothing else is open to it. */
export const popupChannels: ReadonlySet<Channel> = new Set<Channel>([
  'host:snapshot',
  'host:answer',
  'host:decline',
  'host:ringsShown',
  'host:showMain',
  'host:popupHeight',
])
