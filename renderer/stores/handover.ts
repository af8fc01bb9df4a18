// Devices that were opened by a press before joining, on their way into the meeting: their light does not go off in between. What no
// meeting takes is closed.
import { defineStore } from 'pinia'

export type DeviceKind = 'microphone' | 'camera'
type Given = ReadonlyMap<DeviceKind, { track: MediaStreamTrack; deviceId: string }>

/** From when the meeting is entered: its news may come a moment later. */
const TAKEN_WITHIN_MS = 2_000

export const useHandover = defineStore('handover', () => {
  let given: Given = new Map()
  let timer: ReturnType<typeof setTimeout> | undefined

  function release() {
    clearTimeout(timer)
    for (const { track } of given.values()) track.stop()
    given = new Map()
  }
  return {
    give(next: Given) {
      release()
      given = next
    },
    /** The open device of this kind, if it is the chosen one; once. */
    take(kind: DeviceKind, deviceId: string): MediaStreamTrack | null {
      const found = given.get(kind)
      if (found?.deviceId !== deviceId || found.track.readyState !== 'live') return null
      given = new Map([...given].filter(([one]) => one !== kind))
      return found.track
    },
    /** `entered` or not: what is left is closed. */
    settle(entered: boolean) {
      clearTimeout(timer)
      if (entered) timer = setTimeout(release, TAKEN_WITHIN_MS)
      else release()
    },
  }
})
