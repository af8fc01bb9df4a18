// Notices that nothing comes in any more where something should, long before ICE does: it only looks every few seconds.
import type { types } from 'mediasoup-client'
import type { Timers } from '../../shared/time.ts'

const LOOK_EVERY_MS = 350
/** So many looks in vain: longer than the 400 ms between packets of somebody who is silent, with two of them lost. */
const SILENT_LOOKS = 4
/** One restart has this many looks to help before silence counts again. */
const LOOKS_BETWEEN = 15

export interface Heart {
  /** Something is sent now, by us or to us: packets have to come in. */
  beats(): boolean
  /** Whether anything has come in since it was last asked. */
  heard(): Promise<boolean>
}

export type PulseOptions = {
  /** The transports of one meeting. They share a network: one that is heard speaks for all, since the others may have nobody to hear. */
  hearts(): readonly Heart[]
  timers: Pick<Timers, 'after'>
  /** All is silent. Told once, and again only after something was heard in between. */
  onSilent(): void
}

/** Returns what ends the watch. */
export function watchPulse({ hearts, timers, onSilent }: PulseOptions): () => void {
  let ended = false
  let callOff = () => {}
  let silentLooks = 0
  let armed = false
  let looksSinceTold = LOOKS_BETWEEN

  async function look() {
    looksSinceTold++
    const beating = hearts().filter((heart) => heart.beats())
    const heard = await Promise.all(beating.map((heart) => heart.heard().catch(() => false)))
    if (ended) return
    if (heard.includes(true)) armed = true
    silentLooks = beating.length === 0 || heard.includes(true) ? 0 : silentLooks + 1
    if (armed && silentLooks >= SILENT_LOOKS && looksSinceTold >= LOOKS_BETWEEN) {
      armed = false
      looksSinceTold = 0
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

/** `receivers`: those from whom packets should come; asking them costs next to nothing, the statistics of a big meeting do not. */
export function heartOf(
  transport: types.Transport,
  beats: () => boolean,
  receivers: () => readonly RTCRtpReceiver[] = () => [],
): Heart {
  let newest = 0
  let packets = 0
  return {
    beats: () => transport.connectionState !== 'new' && !transport.closed && beats(),
    async heard() {
      for (const receiver of receivers()) {
        const at = receiver.getSynchronizationSources()[0]?.timestamp ?? 0
        if (at <= newest) continue
        newest = at
        return true
      }
      const before = packets
      packets = packetsReceived(await transport.getStats())
      return packets !== before
    },
  }
}

function packetsReceived(reports: RTCStatsReport): number {
  let sum = 0
  for (const report of reports.values()) {
    if (report.type === 'transport') sum += (report as { packetsReceived?: number }).packetsReceived ?? 0
  }
  return sum
}
