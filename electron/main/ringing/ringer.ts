// The one place that turns "calls now ringing here" into what a person sees: every surface is told the same rings, again at each change
// and at each deadline. Time alone ends a ring, so nothing rings on with the connection lost.
import { ringingHere, serverNow, type MirrorState } from '../../../shared/client/mirror.ts'
import type { Ring } from '../../../shared/protocol/things.ts'
import type { Timers } from '../../../shared/time.ts'
import type { Log } from '../log.ts'

/** Shows exactly these rings, newest first; told the same ones twice, it does nothing. */
export interface RingSurface {
  show(rings: readonly Ring[]): void
}

/** No ring lasts longer; and timers run out at once when told to wait for more than 24 days. */
const LOOK_AGAIN_MS = 5 * 60_000

export function createRinger(options: {
  timers: Timers
  surfaces: readonly RingSurface[]
  /** These rings are on some surface now. */
  onShown(callIds: string[]): void
  log: Log
}) {
  const { timers, log } = options
  let mirror: MirrorState | null = null
  let shown: readonly Ring[] = []
  let callOffDeadline = () => {}

  function project(): void {
    if (!mirror) return
    const now = timers.now()
    const rings = ringingHere(mirror, now)
    callOffDeadline()
    const deadline = Math.min(...rings.map((ring) => ring.call.expiresAt))
    const leftMs = Math.max(0, deadline - serverNow(mirror, now))
    if (rings.length) callOffDeadline = timers.after(Math.min(leftMs, LOOK_AGAIN_MS), project)
    note(rings)
    shown = rings
    for (const surface of options.surfaces) surface.show(rings)
    if (rings.length) options.onShown(rings.map((ring) => ring.call.id))
  }

  function note(rings: readonly Ring[]): void {
    const has = (list: readonly Ring[], ring: Ring) => list.some((other) => other.call.id === ring.call.id)
    for (const ring of rings) if (!has(shown, ring)) log.info(`ring ${ring.call.id} shown`)
    for (const ring of shown) if (!has(rings, ring)) log.info(`ring ${ring.call.id} ended`)
  }

  return {
    get rings(): readonly Ring[] {
      return shown
    },
    update(next: MirrorState): void {
      const same =
        mirror &&
        mirror.calls === next.calls &&
        mirror.rings === next.rings &&
        mirror.clockOffsetMs === next.clockOffsetMs
      mirror = next
      if (!same) project()
    },
    /** Shows the same rings again: how loudly they may ring has changed. */
    refresh: project,
    /** Takes every ring down, whatever goes on elsewhere. */
    stop(): void {
      callOffDeadline()
      mirror = null
      shown = []
      for (const surface of options.surfaces) surface.show(shown)
    },
  }
}
