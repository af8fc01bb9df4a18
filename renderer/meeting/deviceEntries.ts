// The devices of one button as a menu. Pure.
import type { MenuEntry } from '../ui/menu.ts'

export type DeviceGroup = {
  heading: string
  devices: readonly Pick<MediaDeviceInfo, 'deviceId' | 'label'>[]
  chosen: string
  choose(deviceId: string): void
}

/** What is chosen and not there leaves the system's own choice. */
export const deviceEntries = (groups: readonly DeviceGroup[], systemDefault: string): MenuEntry[] =>
  groups.flatMap(({ heading, devices, chosen, choose }, index): MenuEntry[] => [
    ...(index > 0 ? [{ kind: 'line' as const }] : []),
    { kind: 'label', label: heading },
    {
      label: systemDefault,
      checked: !devices.some(({ deviceId }) => deviceId === chosen),
      select: () => choose('default'),
    },
    ...devices.map(({ deviceId, label }, at) => ({
      label: label || `${heading} ${at + 1}`,
      checked: deviceId === chosen,
      select: () => choose(deviceId),
    })),
  ])
