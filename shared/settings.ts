// What a person sets on one device. Hosts keep it in one validated file (Electron) or entry (browser).
import { z } from 'zod'
import { defaultQuietHours, quietHoursSchema } from './doNotDisturb.ts'

/** Of the layout below, written into the file. A file of a newer version is read as far as it is understood. */
export const SETTINGS_VERSION = 1

const deviceIdSchema = z.string().max(200)

export const settingsSchema = z.object({
  theme: z.enum(['system', 'light', 'dark']).default('system'),
  language: z.enum(['system', 'en', 'zh-CN']).default('system'),
  /** Play a tone while ringing. */
  ringSound: z.boolean().default(true),
  ringTone: z.enum(['rising', 'bell', 'pulse']).default('rising'),
  /** 0 to 1. */
  ringVolume: z.number().min(0).max(1).default(0.7),
  /** Show the pop-up window while ringing; tray and notification stay. */
  ringPopup: z.boolean().default(true),
  /** Show a notification of the system while ringing. */
  ringNotification: z.boolean().default(true),
  /** Flash in the task bar, or bounce in the dock, while ringing. */
  ringAttention: z.boolean().default(true),
  /** While a screen of this device is shown to others, nothing on it says who calls or which meeting is due. */
  hideCallerWhileSharing: z.boolean().default(true),
  /** The meeting in small above other windows while the main one is away. */
  miniWindow: z.boolean().default(true),
  /** Where it rings; usually a speaker, while one talks through a headset. */
  ringDeviceId: deviceIdSchema.default('default'),
  /** When this device keeps quiet: no tone, pop-up or notification; the tray goes on. */
  quietHours: quietHoursSchema.default(defaultQuietHours),
  /** Keys alone do something while nobody types; those with Ctrl or Alt always do. */
  singleKeys: z.boolean().default(true),
  /** Keep quiet too while the system's own "do not disturb" is on, where it can be read. */
  followSystemQuiet: z.boolean().default(true),
  /** Start with the computer, without a window. */
  startAtLogin: z.boolean().default(false),
  /** Prepare to receive while somebody rings, so that an answer shows at once; costs a little data for each ring. */
  warmUpWhileRinging: z.boolean().default(true),
  /** The person has made this device ready to be rung, or has put that away. */
  gotReady: z.boolean().default(false),
  /** How New meeting and Join start. */
  startWithMicrophone: z.boolean().default(true),
  startWithCamera: z.boolean().default(true),
  /** Look at camera and microphone before joining by a link, a code or a list, and before a new meeting. */
  checkBeforeJoining: z.boolean().default(true),
  checkBeforeNewMeeting: z.boolean().default(false),
  /** How those in a meeting stand on the stage. `automatic`: in a grid, beside a shared screen when there is one. */
  stageLayout: z.enum(['automatic', 'grid', 'speaker']).default('automatic'),
  /** One's own picture is among the others'. */
  showOwnPicture: z.boolean().default(true),
  microphoneId: deviceIdSchema.default('default'),
  cameraId: deviceIdSchema.default('default'),
  /** `strong`: everything but a voice is taken out, at the cost of some processor time. */
  noiseSuppression: z.enum(['standard', 'strong']).default('standard'),
  /** How this camera's picture is encoded from its next start on; where it cannot be done, as automatically. */
  pictureCodec: z.enum(['automatic', 'vp9', 'av1', 'h264']).default('automatic'),
  /** Where the voices of a meeting come from. */
  speakerId: deviceIdSchema.default('default'),
})
export type Settings = z.infer<typeof settingsSchema>
export type PictureCodec = Settings['pictureCodec']

export const defaultSettings: Settings = settingsSchema.parse({})

/** Settings from whatever was stored: a broken or unknown entry falls back to its default, the rest is kept. */
export function readSettings(stored: unknown): Settings {
  if (typeof stored !== 'object' || stored === null) return defaultSettings
  const entries = Object.entries(settingsSchema.shape).map(([key, schema]) => {
    const value = schema.safeParse((stored as Record<string, unknown>)[key])
    return [key, value.success ? value.data : defaultSettings[key as keyof Settings]]
  })
  return Object.fromEntries(entries) as Settings
}
