// Which device this is: an id made once and kept (calls.md, section 1), and the name the computer goes by.
import { join } from 'node:path'
import { z } from 'zod'
import { deviceSchema, PLATFORMS, type Device } from '../../../shared/protocol/things.ts'
import type { Log } from '../log.ts'
import { openJsonFile } from './jsonFile.ts'

const keptSchema = z.object({ id: deviceSchema.shape.id })

export function openDeviceIdentity(options: {
  folder: string
  hostname: string
  platform: string
  createId(): string
  log: Log
}): Device {
  const { folder, hostname, log } = options
  const read = (found: unknown) => keptSchema.safeParse(found).data ?? null
  const file = openJsonFile<{ id: string } | null>({ path: join(folder, 'device.json'), read, log })
  if (!file.value) file.save({ id: options.createId() })
  const { id } = file.value as { id: string }
  const platform = PLATFORMS.find((known) => known === options.platform) ?? 'linux'
  return { id, platform, label: hostname.replace(/\.local$/, '').slice(0, 80) || 'This computer' }
}
