// While a seat looks for another way to the SFU its pictures are held. Otherwise the first packet on the new way would show how many were
// lost meanwhile, all of them would be asked for again, and the key frame that everybody waits for would come behind them: seconds later.
import type { WebRtcTransport } from 'mediasoup/types'
import type { Timers } from '../../shared/time.ts'
import type { SeatMedia, SentProducer } from './seatMedia.ts'

/** Where the way of before was good after all nothing tells of a new one: so often it is looked whether packets come. */
const LOOK_EVERY_MS = 200

/** Whether its person has it on; held, it still is. */
export const isOn = ({ producer, held }: SentProducer): boolean => !producer.paused || held

/** From when the client asks for it until packets come again. mediasoup asks for key frames when a producer is resumed. */
export async function bridge(seat: SeatMedia, timers: Pick<Timers, 'after'>): Promise<void> {
  const { send } = seat
  const pictures = [...seat.producers.values()].filter(({ producer, held }) => {
    return producer.kind === 'video' && !producer.paused && !held
  })
  if (send === null || pictures.length === 0) return
  for (const sent of pictures) sent.held = true
  await Promise.all(pictures.map(({ producer }) => producer.pause()))
  const before = await receivedBytes(send)
  const over = () => seat.inTurn(() => Promise.all(pictures.map(letThrough)))
  const end = () => {
    callOff()
    send.off('iceselectedtuplechange', end)
    over().catch(() => undefined)
  }
  send.on('iceselectedtuplechange', end)
  let callOff = () => {}
  const look = async () => {
    if (send.closed) return
    if ((await receivedBytes(send)) > before) return end()
    callOff = timers.after(LOOK_EVERY_MS, () => void look().catch(() => undefined))
  }
  callOff = timers.after(LOOK_EVERY_MS, () => void look().catch(() => undefined))
}

/** As its person has it. */
export async function letThrough(sent: SentProducer): Promise<void> {
  if (!sent.held) return
  if (!sent.producer.closed) await sent.producer.resume()
  sent.held = false
}

/** Of sound and pictures: ICE itself says nothing of them. */
async function receivedBytes(transport: WebRtcTransport): Promise<number> {
  const [stats] = await transport.getStats()
  return stats?.rtpBytesReceived ?? 0
}
