// The simulated network between devices and one server: every message may be lost, doubled, late and overtaken by others.
import type { Line } from '../../server/gateway/connections.ts'
import type { Handshake, Wire, WireHandlers } from '../../shared/client/wire.ts'
import type { ProtocolError } from '../../shared/protocol/result.ts'
import { PROTOCOL_VERSION } from '../../shared/protocol/session.ts'
import type { Timers } from '../../shared/time.ts'
import type { Clock } from './clock.ts'
import type { Options } from './options.ts'
import type { Dice } from './random.ts'

/** A side that hears nothing for this long takes the connection for dead. */
const SILENCE_MS = 20_000

/** One connection as the server meets it. */
export type Caller = {
  handshake: unknown
  line: Line
  /** Lets the device in, or refuses it. */
  accept(onCommand: (message: unknown) => Promise<unknown>, onGone: (reason: string) => void): void
  refuse(error: ProtocolError): void
}

export interface ServerEnd {
  timers: Timers
  arrive(caller: Caller): void
  /** HTTP: renewing tokens. */
  post(path: string, body: unknown): Promise<unknown>
}

export interface Network {
  /** The server process that answers now; null while there is none. */
  attach(server: ServerEnd | null): void
  /** No more loss, no partitions: from now on everything arrives soon. */
  heal(): void
  calm: boolean
  wireFor(port: Port): Wire
  post(port: Port, path: string, body: unknown): Promise<unknown>
  /** This connection is cut, as by pulling the cable: both sides notice at once. */
  cut(port: Port): void
  lost: number
}

/** Where a device is plugged in. */
export type Port = { name: string; partitionedUntil: number; alive: boolean; link: Connected | null }

type Connected = { open: boolean; closeByServer(reason: string): void; closeByDevice(): void; serverGone(): void }

export function createNetwork(clock: Clock, dice: Dice, { network: roughness }: Options): Network {
  let server: ServerEnd | null = null
  const links = new Set<Connected>()

  const delay = (): number => {
    const { least, most } = roughness.delayMs
    if (!network.calm && dice.chance(roughness.slow)) return dice.whole(most, roughness.slowMs)
    return dice.whole(least, network.calm ? Math.min(most, 100) : most)
  }
  const blocked = (port: Port) => clock.now() < port.partitionedUntil

  /** Carries one message, or does not; `deliver` must itself see whether both ends still live. */
  function carry(port: Port, deliver: () => void | Promise<void>) {
    const lost = blocked(port) || (!network.calm && dice.chance(roughness.loss))
    if (lost) network.lost++
    else clock.after(delay(), () => (blocked(port) ? void network.lost++ : deliver()))
    if (!network.calm && dice.chance(roughness.duplication))
      clock.after(delay(), () => (blocked(port) ? undefined : deliver()))
  }

  function connect(port: Port, handshake: Handshake, handlers: WireHandlers) {
    const host = server
    let toServer: ((message: unknown) => Promise<unknown>) | null = null
    let gone: ((reason: string) => void) | null = null
    let atDevice = true
    let atServer = true
    const drop = () => {
      if (!atServer) links.delete(link)
      link.open = atDevice && atServer
    }
    const deviceHears = () => {
      if (!atDevice) return
      atDevice = false
      drop()
      if (port.alive) handlers.closed()
    }
    const serverHears = (reason: string) => {
      if (!atServer) return
      atServer = false
      drop()
      if (server === host) gone?.(reason)
    }
    // Word of a closed connection gets through at once or, when the cable is the trouble, by silence.
    const word = () => (blocked(port) ? SILENCE_MS : delay())
    const link: Connected = {
      open: true,
      closeByServer(reason) {
        serverHears(reason)
        clock.after(word(), deviceHears)
      },
      closeByDevice() {
        atDevice = false
        drop()
        clock.after(word(), () => serverHears('transport close'))
      },
      serverGone() {
        atServer = false
        drop()
        clock.after(word(), deviceHears)
      },
    }
    links.add(link)
    const line: Line = {
      get connected() {
        return atServer
      },
      disconnect: () => link.closeByServer('server disconnect'),
      timeout: (ms) => ({
        emit(_name, message, acknowledged) {
          if (!atServer || server !== host) return
          const text = JSON.stringify(message)
          let done = false
          const callOff = host!.timers.after(ms, () => {
            if (!done) acknowledged(new Error('not acknowledged'))
          })
          carry(port, () => {
            if (!atDevice || !port.alive) return
            handlers.event(JSON.parse(text))
            carry(port, () => {
              if (done || !atServer) return
              done = true
              callOff()
              acknowledged(null)
            })
          })
        },
      }),
    }
    const caller: Caller = {
      handshake: { ...handshake, protocol: PROTOCOL_VERSION },
      line,
      accept(onCommand, onGone) {
        toServer = onCommand
        gone = onGone
        if (!atServer) return onGone('transport close')
        clock.after(delay(), () => (atDevice && port.alive ? handlers.opened() : undefined))
      },
      refuse(error) {
        atServer = false
        drop()
        clock.after(delay(), () => {
          if (!atDevice) return
          atDevice = false
          drop()
          if (port.alive) handlers.refused(error)
        })
      },
    }
    const send = (message: unknown, onAnswer: (answer: unknown) => void) => {
      if (!atDevice) return
      const text = JSON.stringify(message)
      let answered = false
      carry(port, async () => {
        if (!atServer || server !== host || toServer === null) return
        const answer = JSON.stringify(await toServer(JSON.parse(text)))
        if (server !== host) return
        carry(port, () => {
          if (answered || !atDevice || !port.alive) return
          answered = true
          onAnswer(JSON.parse(answer))
        })
      })
    }
    clock.after(delay(), () => {
      if (blocked(port)) return
      if (host === null || server !== host) return deviceHears()
      host.arrive(caller)
    })
    return { link, send }
  }

  const network: Network = {
    calm: false,
    lost: 0,
    attach(next) {
      server = next
      if (next === null) for (const link of [...links]) link.serverGone()
    },
    heal() {
      network.calm = true
    },
    wireFor(port) {
      let current: ReturnType<typeof connect> | null = null
      return {
        open(_server, handshake, handlers) {
          current?.link.closeByDevice()
          current = connect(port, handshake, handlers)
          port.link = current.link
        },
        close() {
          current?.link.closeByDevice()
          current = null
          port.link = null
        },
        send: (message, onAnswer) => current?.send(message, onAnswer),
      }
    },
    post: (port, path, body) =>
      new Promise((resolve) => {
        clock.after(8_000, () => resolve(null))
        const host = server
        if (host === null) return void clock.after(delay(), () => resolve(null))
        carry(port, async () => {
          if (server !== host) return
          const answer = await host.post(path, body)
          carry(port, () => (port.alive ? resolve(JSON.parse(JSON.stringify(answer))) : undefined))
        })
      }),
    cut(port) {
      port.link?.closeByServer('transport close')
    },
  }
  return network
}

export { SILENCE_MS }
