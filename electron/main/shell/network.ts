// Another network, or a network again: the old connection lies, so connect anew at once. Asked of the machine itself, since a page in
// the background may be told late, and there may be none.
import { networkInterfaces } from 'node:os'
import { net } from 'electron'
import type { Timers } from '../../../shared/time.ts'

const LOOK_EVERY_MS = 2_000

/** Calls `onChange` when this machine has other addresses than before, or is online again; until the returned function is called. */
export function followNetwork(timers: Timers, onChange: () => void): () => void {
  let before = describe()
  let callOff = () => {}
  const look = () => {
    const now = describe()
    // With no network at all there is nothing to connect to.
    if (now !== before && now !== '') onChange()
    before = now
    callOff = timers.after(LOOK_EVERY_MS, look)
  }
  callOff = timers.after(LOOK_EVERY_MS, look)
  return () => callOff()
}

function describe(): string {
  if (!net.isOnline()) return ''
  const addresses = Object.values(networkInterfaces()).flatMap((all) => all ?? [])
  return addresses
    .map(({ address }) => address)
    .sort()
    .join(' ')
}
