// How loud everybody in a room is, as heard by one observer on each of its routers.
import type { AudioLevelObserver, AudioLevelObserverVolume, Router } from 'mediasoup/types'
import { LEVELS } from './codecs.ts'

export class Levels {
  #observers = new Map<Router, AudioLevelObserver>()
  #volumes = new Map<Router, AudioLevelObserverVolume[]>()
  #onVolumes: (volumes: AudioLevelObserverVolume[]) => void

  /** `onVolumes`: of all who are heard now, the loudest first. */
  constructor(onVolumes: (volumes: AudioLevelObserverVolume[]) => void) {
    this.#onVolumes = onVolumes
  }

  async listenOn(router: Router) {
    const observer = await router.createAudioLevelObserver(LEVELS)
    this.#observers.set(router, observer)
    observer.on('volumes', (volumes) => this.#heard(router, volumes))
    observer.on('silence', () => this.#heard(router, []))
    router.observer.once('close', () => {
      this.#observers.delete(router)
      if (this.#volumes.delete(router)) this.#tell()
    })
  }

  /** On the router it comes in at, and on no other one: it is heard once. */
  add(producerId: string, router: Router) {
    this.#observers
      .get(router)
      ?.addProducer({ producerId })
      .catch(() => undefined)
  }

  #heard(router: Router, volumes: AudioLevelObserverVolume[]) {
    this.#volumes.set(router, volumes)
    this.#tell()
  }

  #tell() {
    this.#onVolumes([...this.#volumes.values()].flat().toSorted((one, other) => other.volume - one.volume))
  }
}
