// Watches one transport: when ICE is lost, restarts it; when that does not help, says so.
import type { types } from 'mediasoup-client'
import type { Timers } from '../../shared/time.ts'

/** Short losses heal by themselves. */
const PATIENCE_MS = 1_500
const RESTART_TIMEOUT_MS = 4_000
const RESTARTS_MAX = 3

export type KeepConnectedOptions = {
  transport: types.Transport
  /** Asks the server for new ICE parameters; null when it has none to give. */
  newIceParameters(): Promise<types.IceParameters | null>
  timers: Pick<Timers, 'after'>
  onStateChange(state: types.ConnectionState): void
  onHopeless(): void
}

/** Returns what restarts ICE at once, for when the network is known to have changed. */
export function keepConnected(options: KeepConnectedOptions): { restart(): void } {
  const { transport, timers } = options
  let restarts = 0
  let callOff = () => {}

  const lost = () => transport.connectionState === 'disconnected' || transport.connectionState === 'failed'

  async function restart() {
    callOff()
    if (transport.closed) return
    if (restarts++ >= RESTARTS_MAX) return options.onHopeless()
    callOff = timers.after(RESTART_TIMEOUT_MS, () => lost() && void restart())
    const iceParameters = await options.newIceParameters()
    if (transport.closed) return
    if (!iceParameters) {
      callOff()
      return options.onHopeless()
    }
    await transport.restartIce({ iceParameters }).catch(() => undefined)
  }

  transport.on('connectionstatechange', (state) => {
    callOff()
    if (state === 'connected') restarts = 0
    if (state === 'disconnected') callOff = timers.after(PATIENCE_MS, () => lost() && void restart())
    if (state === 'failed') void restart()
    options.onStateChange(state)
  })
  transport.observer.once('close', () => callOff())
  return {
    restart() {
      restarts = 0
      if (transport.connectionState !== 'new') void restart()
    },
  }
}
