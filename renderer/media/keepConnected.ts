// Watches one transport: when ICE is lost, restarts it; when that does not help, says so.
import type { types } from 'mediasoup-client'
import type { Timers } from '../../shared/time.ts'

/** ICE has waited out what is short before it says that it is disconnected. */
const PATIENCE_MS = 500
/** The first restart has this long to help, the second twice as long, and so on. */
const RESTART_TIMEOUT_MS = 2_000
const RESTARTS_MAX = 3
/** A network that changes says so several times: what comes within this after a restart is answered by one more. */
const REST_MS = 1_000

export type FreshIce = { iceParameters: types.IceParameters; iceServers: RTCIceServer[] | null }

export type KeepConnectedOptions = {
  transport: types.Transport
  /** Asks the server for new ICE parameters; null when it has none to give. */
  newIce(): Promise<FreshIce | null>
  timers: Pick<Timers, 'after'>
  onStateChange(state: types.ConnectionState): void
  onHopeless(): void
}

export interface KeptConnected {
  /** Restarts ICE at once, for when the network is known to have changed or nothing comes in any more. */
  restart(): void
}

export function keepConnected(options: KeepConnectedOptions): KeptConnected {
  const { transport, timers } = options
  let restarts = 0
  let callOff = () => {}
  /** The server is being asked, or ICE has been restarted and is given its time. */
  let underWay = false
  let resting = false
  let restartAfterRest = false

  const lost = () => transport.connectionState === 'disconnected' || transport.connectionState === 'failed'

  function after(ms: number) {
    callOff()
    callOff = timers.after(ms, () => {
      underWay = false
      if (lost()) void restart()
    })
  }

  async function restart() {
    callOff()
    if (transport.closed) return
    if (restarts++ >= RESTARTS_MAX) return options.onHopeless()
    underWay = true
    const fresh = await options.newIce()
    if (transport.closed) return
    if (!fresh) return options.onHopeless()
    after(RESTART_TIMEOUT_MS * Math.max(1, restarts))
    const { iceParameters, iceServers } = fresh
    if (iceServers) await transport.updateIceServers({ iceServers }).catch(() => undefined)
    if (!transport.closed) await transport.restartIce({ iceParameters }).catch(() => undefined)
  }

  function restartNow() {
    if (transport.connectionState === 'new' || transport.closed) return
    if (resting) return void (restartAfterRest = true)
    resting = true
    const endRest = timers.after(REST_MS, () => {
      resting = false
      if (!restartAfterRest) return
      restartAfterRest = false
      restartNow()
    })
    transport.observer.once('close', endRest)
    restarts = 0
    void restart()
  }

  transport.on('connectionstatechange', (state) => {
    if (state === 'connected') {
      callOff()
      restarts = 0
      underWay = false
    } else if (!underWay && state === 'disconnected') after(PATIENCE_MS)
    else if (!underWay && state === 'failed') void restart()
    options.onStateChange(state)
  })
  transport.observer.once('close', () => callOff())
  return { restart: restartNow }
}
