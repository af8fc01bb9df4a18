// Devices of a test's own, put into a page before it loads: voices that speak when told to, pictures of few pixels, and microphones that
// are plugged in and out.
import type { Page } from 'playwright'
import type { Person } from './person.ts'

type OwnDevices = {
  /** Whether the microphone gives a tone. */
  speaks: boolean
  /** Labels of devices that are not there. */
  unplugged: string[]
}

/** Runs in the page. */
function put() {
  const own: OwnDevices & { changed(): void } = { speaks: false, unplugged: [], changed: () => {} }
  Object.assign(window, { parleyDevices: own })
  const { mediaDevices } = navigator
  const given = mediaDevices.getUserMedia.bind(mediaDevices)
  const listed = mediaDevices.enumerateDevices.bind(mediaDevices)
  const open: MediaStreamTrack[] = []
  const gains: GainNode[] = []
  const isThere = ({ label }: { label: string }) => !own.unplugged.includes(label)

  mediaDevices.enumerateDevices = async () => (await listed()).filter(isThere)

  async function deviceFor(constraints: MediaTrackConstraints): Promise<MediaDeviceInfo | undefined> {
    const there = (await listed()).filter((device) => device.kind === 'audioinput' && isThere(device))
    const { deviceId } = constraints
    const exact = typeof deviceId === 'object' && 'exact' in deviceId ? deviceId.exact : deviceId
    if (exact === undefined) return there.find((device) => device.deviceId !== 'default')
    const found = there.find((device) => device.deviceId === exact)
    if (!found && typeof deviceId === 'object') throw new OverconstrainedError('deviceId')
    return found
  }

  mediaDevices.getUserMedia = async (wish = {}) => {
    if (wish.video) {
      const few = { width: 160, height: 90, frameRate: 10 }
      return given({ video: { ...(wish.video === true ? {} : wish.video), ...few } })
    }
    const device = await deviceFor(wish.audio === true ? {} : wish.audio || {})
    const real = await given(device?.deviceId ? { audio: { deviceId: { exact: device.deviceId } } } : { audio: true })
    const context = new AudioContext()
    const gain = new GainNode(context, { gain: own.speaks ? 0.4 : 0 })
    const destination = context.createMediaStreamDestination()
    const tone = new OscillatorNode(context, { frequency: 330 })
    tone.connect(gain).connect(destination)
    tone.start()
    gains.push(gain)
    const [track] = destination.stream.getAudioTracks()
    const label = device?.label ?? real.getAudioTracks()[0]?.label ?? ''
    Object.defineProperty(track, 'label', { value: label })
    open.push(track!)
    return destination.stream
  }

  own.changed = () => {
    for (const gain of gains) gain.gain.value = own.speaks ? 0.4 : 0
    for (const track of open.filter((one) => one.readyState === 'live' && !isThere(one))) {
      track.stop()
      track.dispatchEvent(new Event('ended'))
    }
    mediaDevices.dispatchEvent(new Event('devicechange'))
  }
}

/** Before the page is opened. */
export const putOwnDevices = ({ context }: Pick<Person, 'context'>): Promise<unknown> => context.addInitScript(put)

const change = (page: Page, to: Partial<OwnDevices>) =>
  page.evaluate((next) => {
    const own = (window as unknown as { parleyDevices: OwnDevices & { changed(): void } }).parleyDevices
    Object.assign(own, next)
    own.changed()
  }, to)

export const speaks = ({ page }: Person, speaking: boolean): Promise<void> => change(page, { speaks: speaking })
/** All but these are plugged in. */
export const unplugs = ({ page }: Person, ...labels: string[]): Promise<void> => change(page, { unplugged: labels })
