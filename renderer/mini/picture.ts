// The speaker's picture in the mini window. Its page has no media of its own: the main window's page sends the one picture over a
// connection between the two, inside this machine and of one origin. Nothing is captured for it.
import { watchEffect } from 'vue'

const CHANNEL = 'parley.mini'
/** For a picture of the size of a playing card. */
const BITS_PER_SECOND = 400_000
export const WIDTH = 264

type Message =
  | { to: 'main'; hello: string }
  | { to: 'main'; answer: RTCSessionDescriptionInit; of: string }
  | { to: 'mini'; offer: RTCSessionDescriptionInit; of: string }
  | { to: 'mini'; shows: string | null; of: string }
  | { to: 'main' | 'mini'; candidate: RTCIceCandidateInit | null; of: string }

/** In the main window: sends whatever `track` is, and whose it is, to the mini window while there is one; until the returned function is called. */
export function sendPicture(
  track: () => MediaStreamTrack | null,
  userId: () => string | null,
  onWatched: (watched: boolean) => void = () => {},
): () => void {
  const channel = new BroadcastChannel(CHANNEL)
  let connection: RTCPeerConnection | null = null
  let of = ''
  let sender: RTCRtpSender | null = null
  const say = (message: Message) => channel.postMessage(message)

  async function connect(hello: string) {
    connection?.close()
    of = hello
    const mine = new RTCPeerConnection()
    connection = mine
    onWatched(true)
    mine.onconnectionstatechange = () => {
      const gone = ['disconnected', 'failed', 'closed'].includes(mine.connectionState)
      if (mine === connection) onWatched(!gone)
    }
    mine.onicecandidate = ({ candidate }) => say({ to: 'mini', candidate: candidate?.toJSON() ?? null, of: hello })
    const current = track()
    const transceiver = mine.addTransceiver(current ?? 'video', { direction: 'sendonly' })
    sender = transceiver.sender
    await mine.setLocalDescription()
    if (mine.localDescription)
      say({ to: 'mini', offer: mine.localDescription.toJSON() as RTCSessionDescriptionInit, of: hello })
    void limit(sender)
  }
  channel.onmessage = async ({ data }: MessageEvent<Message>) => {
    if (data.to !== 'main') return
    if ('hello' in data) {
      say({ to: 'mini', shows: userId(), of: data.hello })
      return void connect(data.hello)
    }
    if (data.of !== of || !connection) return
    if ('answer' in data) await connection.setRemoteDescription(data.answer)
    else if ('candidate' in data) await connection.addIceCandidate(data.candidate ?? undefined).catch(() => {})
  }
  async function replace(next: MediaStreamTrack | null) {
    if (!sender || sender.track === next) return
    await sender.replaceTrack(next).catch(() => {})
    void limit(sender)
  }
  const stop = watchEffect(() => void replace(track()))
  const stopNaming = watchEffect(() => void say({ to: 'mini', shows: userId(), of }))
  return () => {
    stop()
    stopNaming()
    connection?.close()
    onWatched(false)
    channel.close()
  }
}

async function limit(sender: RTCRtpSender): Promise<void> {
  const parameters = sender.getParameters()
  const [encoding] = parameters.encodings
  const { width = WIDTH } = sender.track?.getSettings() ?? {}
  if (!encoding) return
  encoding.maxBitrate = BITS_PER_SECOND
  encoding.scaleResolutionDownBy = Math.max(1, width / WIDTH)
  await sender.setParameters(parameters).catch(() => {})
}

/** In the mini window: the track that the main window sends, and whom it shows. Until the returned function is called. */
export function receivePicture(
  onTrack: (track: MediaStreamTrack) => void,
  onShows: (userId: string | null) => void,
): () => void {
  const channel = new BroadcastChannel(CHANNEL)
  const mine = crypto.randomUUID()
  const connection = new RTCPeerConnection()
  const say = (message: Message) => channel.postMessage(message)
  connection.ontrack = ({ track }) => onTrack(track)
  connection.onicecandidate = ({ candidate }) => say({ to: 'main', candidate: candidate?.toJSON() ?? null, of: mine })
  let early: (RTCIceCandidateInit | null)[] = []
  channel.onmessage = async ({ data }: MessageEvent<Message>) => {
    if (data.to !== 'mini' || data.of !== mine) return
    if ('shows' in data) return onShows(data.shows)
    if ('candidate' in data) {
      if (!connection.remoteDescription) early.push(data.candidate)
      else await connection.addIceCandidate(data.candidate ?? undefined).catch(() => {})
      return
    }
    await connection.setRemoteDescription(data.offer)
    await connection.setLocalDescription()
    say({ to: 'main', answer: connection.localDescription!.toJSON() as RTCSessionDescriptionInit, of: mine })
    for (const candidate of early) await connection.addIceCandidate(candidate ?? undefined).catch(() => {})
    early = []
  }
  say({ to: 'main', hello: mine })
  return () => {
    connection.close()
    channel.close()
  }
}
