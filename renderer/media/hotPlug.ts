// What microphones, cameras and speakers came and went between two looks at this machine. Pure.

export type PluggedDevice = Pick<MediaDeviceInfo, 'deviceId' | 'kind' | 'label' | 'groupId'>
/** A headset is one thing with a microphone and a speaker. */
export type Plugged = { label: string; microphoneId?: string; cameraId?: string; speakerId?: string }

const PART: Record<MediaDeviceKind, 'microphoneId' | 'cameraId' | 'speakerId'> = {
  audioinput: 'microphoneId',
  videoinput: 'cameraId',
  audiooutput: 'speakerId',
}
/** Chromium names a device of the system's choice a second and third time. */
const ALIASES: ReadonlySet<string> = new Set(['', 'default', 'communications'])

export const isDevice = ({ deviceId }: PluggedDevice): boolean => !ALIASES.has(deviceId)

/**
 * The devices that are new, and what goes together as one. Before the first permission a browser names nothing of a kind: what it names
 * afterwards has been there all the time.
 */
export function pluggedIn(before: readonly PluggedDevice[], now: readonly PluggedDevice[]): Plugged[] {
  const known = before.filter(isDevice)
  const come = now.filter(
    (device) =>
      isDevice(device) &&
      device.label !== '' &&
      known.some(({ kind }) => kind === device.kind) &&
      !known.some(({ kind, deviceId }) => kind === device.kind && deviceId === device.deviceId),
  )
  const whole = new Map<string, Plugged>()
  for (const device of come) {
    const key = device.groupId || device.deviceId
    whole.set(key, { label: device.label, ...whole.get(key), [PART[device.kind]]: device.deviceId })
  }
  return [...whole.values()]
}

/** The one with this id, of what was there before and is not now. */
export function unplugged(
  before: readonly PluggedDevice[],
  now: readonly PluggedDevice[],
  kind: MediaDeviceKind,
  deviceId: string,
): PluggedDevice | null {
  const same = (device: PluggedDevice) => device.kind === kind && device.deviceId === deviceId
  // A list without a single name of its kind says nothing: the permission is gone, and not the device.
  if (!now.some((device) => device.kind === kind)) return null
  return now.some(same) ? null : (before.find(same) ?? null)
}
