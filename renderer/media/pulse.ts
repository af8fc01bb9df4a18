// Notices that nothing comes in any more where something should, long before ICE does: it only looks every few seconds.
import type { types } from 'mediasoup-client'
import type { Timers } from '../../shared/time.ts'

const LOOK_EVERY_MS = 200
/** Longer than the 400 ms between the packets of somebody who is silent, with one of them lost. A restart in vain disturbs nothing. */
const SILENT_MS = 900
/** After that many looks of which none was in vain there are pictures, or somebody speaks: this long a gap has no other cause then. */
const STEADY_LOOKS = 10
const SILENT_WHEN_STEADY_MS = 500
/** This many looks have to have been in vain: a page that stood still has heard nothing either. */
const SILENT_LOOKS = 2
/** One restart has this long to help before silence counts again. */
const BETWEEN_MS = 5_000

export interface Heart {
  /** Something is sent now, by us or to us: packets have to come in. */
  beats(): boolean
  /** Whether sound or pictures have come in since it was last asked. Costs next to nothing. */
  flows(): boolean
  /** How many packets have come in so far, of any kind: the other side also tells how it gets what we send. */
  packets(): Promise<number>
}

export type PulseOptions = {
  /** The transports of one meeting. They share a network: one that is heard speaks for all, since the others may have nobody to hear. */
  hearts(): readonly Heart[]
  timers: Pick<Timers, 'after'>
  /** In ms; only differences count. */
  now?: () => number
  /** All is silent. Told once, and again only after something was heard in between. */
  onSilent(): void
}

/** Returns what ends the watch. */
export function watchPulse(options: PulseOptions): () => void {
  const { hearts, timers, now = () => performance.now(), onSilent } = options
  let ended = false
  let callOff = () => {}
  let silentLooks = 0
  let heardLooks = 0
  /** What is silence now. */
  let limitMs = SILENT_MS
  let heardAt = now()
  let toldAt = -Infinity
  let armed = false
  /** Null while sound or pictures flow: nobody counts then. */
  let counted: number | null = null

  async function hears(beating: readonly Heart[]): Promise<boolean> {
    const before = counted
    counted = null
    if (beating.filter((heart) => heart.flows()).length > 0) return true
    const counts = await Promise.all(beating.map((heart) => heart.packets().catch(() => 0)))
    counted = counts.reduce((sum, count) => sum + count, 0)
    return before !== null && counted !== before
  }

  async function look() {
    const beating = hearts().filter((heart) => heart.beats())
    const heard = await hears(beating)
    if (ended) return
    if (heard) armed = true
    if (heard || beating.length === 0) {
      silentLooks = 0
      heardAt = now()
      limitMs = ++heardLooks > STEADY_LOOKS ? SILENT_WHEN_STEADY_MS : SILENT_MS
    } else {
      silentLooks++
      heardLooks = 0
    }
    const silent = silentLooks >= SILENT_LOOKS && now() - heardAt >= limitMs
    if (armed && silent && now() - toldAt >= BETWEEN_MS) {
      armed = false
      toldAt = now()
      onSilent()
    }
    next()
  }
  function next() {
    callOff = timers.after(LOOK_EVERY_MS, () => void look())
  }
  next()
  return () => {
    ended = true
    callOff()
  }
}

/** `receivers`: those from whom packets should come. */
export function heartOf(
  transport: types.Transport,
  beats: () => boolean,
  receivers: () => readonly RTCRtpReceiver[] = () => [],
): Heart {
  let newest = 0
  return {
    beats: () => transport.connectionState !== 'new' && !transport.closed && beats(),
    flows() {
      for (const receiver of receivers()) {
        const at = receiver.getSynchronizationSources()[0]?.timestamp ?? 0
        if (at <= newest) continue
        newest = at
        return true
      }
      return false
    },
    async packets() {
      let sum = 0
      for (const report of (await transport.getStats()).values()) {
        if (report.type === 'transport') sum += (report as { packetsReceived?: number }).packetsReceived ?? 0
      }
      return sum
    },
  }
}
