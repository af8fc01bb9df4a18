// How long a person heard and saw nothing: measured in their page, as often as packets and pictures come.
import type { Page } from 'playwright'

export type Silences = {
  /** The longest times without a packet of sound and without a new picture, in ms; what goes on counts as well. */
  soundMs: number
  pictureMs: number
  /** How many pictures have been shown since the watch began. */
  pictures: number
}

type Watch = { soundAt: number; pictureAt: number; soundMs: number; pictureMs: number; pictures: number }

/** From now on. `name`: whose picture it is. */
export function watchSilences(page: Page, name: string): Promise<void> {
  return page.evaluate((whose) => {
    const { connections } = (window as unknown as { parleyTest: { connections: RTCPeerConnection[] } }).parleyTest
    const video = document.querySelector<HTMLVideoElement>(`article[aria-label^="${whose}"] video`)
    if (!video) throw new Error(`no picture of ${whose}`)
    const begun = performance.now()
    const watch: Watch = { soundAt: begun, pictureAt: begun, soundMs: 0, pictureMs: 0, pictures: 0 }
    Object.assign(window, { silences: watch })
    const shown = () => {
      if ((window as unknown as { silences: Watch }).silences !== watch) return
      const now = performance.now()
      watch.pictureMs = Math.max(watch.pictureMs, now - watch.pictureAt)
      watch.pictureAt = now
      watch.pictures++
      video.requestVideoFrameCallback(shown)
    }
    video.requestVideoFrameCallback(shown)
    let newest = 0
    const listen = () => {
      if ((window as unknown as { silences: Watch }).silences !== watch) return
      for (const receiver of connections.flatMap((one) =>
        one.connectionState === 'closed' ? [] : one.getReceivers(),
      )) {
        const at = receiver.track.kind === 'audio' ? (receiver.getSynchronizationSources()[0]?.timestamp ?? 0) : 0
        if (at <= newest) continue
        newest = at
        watch.soundMs = Math.max(watch.soundMs, performance.now() - watch.soundAt)
        watch.soundAt = performance.now()
      }
      setTimeout(listen, 20)
    }
    listen()
  }, name)
}

export function silences(page: Page): Promise<Silences> {
  return page.evaluate(() => {
    const { soundAt, pictureAt, soundMs, pictureMs, pictures } = (window as unknown as { silences: Watch }).silences
    const now = performance.now()
    return { soundMs: Math.max(soundMs, now - soundAt), pictureMs: Math.max(pictureMs, now - pictureAt), pictures }
  })
}
