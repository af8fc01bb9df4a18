// Two routers of one room, joined by a pair of PipeTransports: what is sent on either can be consumed on the other one, under the same
// id. mediasoup's own `pipeToRouter` makes the same objects, but not for two who ask for one producer at once, and it leaves a promise
// unhandled when somebody mutes in the moment in which a worker dies.
import type { Consumer, PipeTransport, Producer, Router } from 'mediasoup/types'

/** Both ends are on this machine; what a busy worker does not take in time is lost even so, and sent again. */
const PIPE_OPTIONS = { listenInfo: { protocol: 'udp', ip: '127.0.0.1' }, enableRtx: true } as const

type Linked = { readonly opened: Promise<Router> }

export class RouterLink<Side extends Linked> {
  readonly sides: readonly [Side, Side]
  /** In the order of `sides`. Rejects with what mediasoup throws. */
  readonly joined: Promise<readonly [PipeTransport, PipeTransport]>
  #brought = new Map<string, Promise<void>>()

  constructor(one: Side, other: Side) {
    this.sides = [one, other]
    this.joined = Promise.all([one.opened, other.opened]).then(([first, second]) => join(first, second))
  }

  /** Resolves when this producer of `from` can be consumed on the other side. Throws what mediasoup throws. */
  bring(producer: Producer, from: Side): Promise<void> {
    const { id } = producer
    const under = this.#brought.get(id)
    if (under) return under
    const forget = () => {
      if (this.#brought.get(id) === bringing) this.#brought.delete(id)
    }
    const bringing = this.#bring(producer, from, forget)
    this.#brought.set(id, bringing)
    bringing.catch(forget)
    return bringing
  }

  async #bring(producer: Producer, from: Side, onClose: () => void): Promise<void> {
    const [first, second] = await this.joined
    const [near, far] = from === this.sides[0] ? [first, second] : [second, first]
    const consumer = await near.consume({ producerId: producer.id })
    const copy = await copyOf(consumer, far).catch((error: unknown) => {
      consumer.close()
      throw error
    })
    consumer.observer.once('close', () => {
      copy.close()
      onClose()
    })
    if (!producer.closed && !consumer.closed) return followPauses(consumer, copy)
    consumer.close()
    copy.close()
    throw new Error('the producer has closed')
  }
}

const copyOf = ({ producerId, kind, rtpParameters, producerPaused }: Consumer, far: PipeTransport) =>
  far.produce({ id: producerId, kind, rtpParameters, paused: producerPaused })

async function followPauses(consumer: Consumer, copy: Producer): Promise<void> {
  const follow = async () => {
    // It fails when the other worker is gone: so is the copy then.
    await (consumer.producerPaused ? copy.pause() : copy.resume()).catch(() => undefined)
  }
  consumer.observer.on('pause', follow)
  consumer.observer.on('resume', follow)
  if (consumer.producerPaused !== copy.paused) await follow()
}

async function join(one: Router, other: Router): Promise<[PipeTransport, PipeTransport]> {
  const made = await Promise.allSettled([one, other].map((router) => router.createPipeTransport(PIPE_OPTIONS)))
  const ends = made.flatMap((end) => (end.status === 'fulfilled' ? [end.value] : []))
  try {
    const [first, second] = ends
    for (const end of made) if (end.status === 'rejected') throw end.reason
    // A transport that comes after its router has closed is told nothing of it.
    if (!first || !second || one.closed || other.closed) throw new Error('a router has closed')
    first.observer.once('close', () => second.close())
    second.observer.once('close', () => first.close())
    await Promise.all([first.connect(addressOf(second)), second.connect(addressOf(first))])
    return [first, second]
  } catch (error) {
    for (const end of ends) end.close()
    throw error
  }
}

const addressOf = ({ tuple }: PipeTransport) => ({ ip: tuple.localAddress, port: tuple.localPort })
