// What a person sets on one device. Hosts keep it in one validated file (Electron) or entry (browser).
import { z } from 'zod'

export const settingsSchema = z.object({
  theme: z.enum(['system', 'light', 'dark']).default('system'),
  language: z.enum(['system', 'en', 'zh-CN']).default('system'),
  /** Play a tone while ringing. */
  ringSound: z.boolean().default(true),
  /** 0 to 1. */
  ringVolume: z.number().min(0).max(1).default(0.7),
  /** Show the pop-up window while ringing; tray and notification stay. */
  ringPopup: z.boolean().default(true),
  /** Prepare to receive while somebody rings, so that an answer shows at once; costs a little data for each ring. */
  warmUpWhileRinging: z.boolean().default(true),
  /** How New meeting and Join start. */
  startWithMicrophone: z.boolean().default(true),
  startWithCamera: z.boolean().default(true),
  microphoneId: z.string().max(200).default('default'),
  cameraId: z.string().max(200).default('default'),
})
export type Settings = z.infer<typeof settingsSchema>

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
