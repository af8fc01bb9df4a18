// People of the gallery who have no screen of their own.
import { TestDevice } from '../support/testDevice.ts'
import type { GalleryServer } from './stage.ts'

/** Signed in and connected. */
export async function galleryDevice(server: () => GalleryServer, login: string, label: string): Promise<TestDevice> {
  const device = new TestDevice(() => server().url, login, label)
  await device.signsIn()
  await device.connects()
  return device
}
