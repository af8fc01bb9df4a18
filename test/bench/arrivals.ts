// Runs in the callee's page before anything else, whichever client it is: from the press of the answering button to the first
// picture on screen that really shows the caller, and to the first packet of the caller's voice.

export type Arrivals = { video: number | null; audio: number | null }

declare global {
  interface Window {
    arrivals: { arm(): void; read(): Arrivals }
  }
}

/** Self-contained: it is sent to the page as text. */
export function watchArrivals() {
  const connections: RTCPeerConnection[] = []
  const times: Arrivals = { video: null, audio: null }
  let armed = false
  let pressedAt: number | null = null

  window.RTCPeerConnection = new Proxy(window.RTCPeerConnection, {
    construct(target, args, newTarget) {
      const connection = Reflect.construct(target, args, newTarget) as RTCPeerConnection
      connections.push(connection)
      return connection
    },
  })
  const receivers = () =>
    connections.flatMap((connection) => (connection.connectionState === 'closed' ? [] : connection.getReceivers()))

  document.addEventListener(
    'click',
    () => {
      if (!armed || pressedAt !== null) return
      pressedAt = performance.now()
      void listen(pressedAt)
    },
    { capture: true },
  )

  const canvas = document.createElement('canvas')
  canvas.width = 32
  canvas.height = 18
  const context = canvas.getContext('2d', { willReadFrequently: true })

  /** The caller sits before a green-grey wall: a black or empty picture is none. */
  function showsCaller(video: HTMLVideoElement): boolean {
    if (!context) return false
    context.drawImage(video, 0, 0, 32, 18)
    const at = (x: number, y: number) => [...context.getImageData(x, y, 1, 1).data]
    const [wall, shirt] = [at(2, 2), at(16, 16)]
    const differ = wall.reduce((sum, value, index) => sum + Math.abs(value - (shirt[index] ?? 0)), 0)
    return (wall[1] ?? 0) > 90 && (wall[1] ?? 0) > (wall[0] ?? 0) && differ > 60
  }

  function look(video: HTMLVideoElement) {
    video.requestVideoFrameCallback(() => {
      const track = (video.srcObject as MediaStream | null)?.getVideoTracks()[0]
      if (!track || !receivers().some((receiver) => receiver.track === track)) return
      const now = performance.now()
      if (times.video !== null) return
      if (pressedAt !== null && document.contains(video) && showsCaller(video)) times.video = now - pressedAt
      else look(video)
    })
  }

  const source = Object.getOwnPropertyDescriptor(HTMLMediaElement.prototype, 'srcObject')
  Object.defineProperty(HTMLMediaElement.prototype, 'srcObject', {
    ...source,
    set(this: HTMLMediaElement, stream: MediaStream | null) {
      source?.set?.call(this, stream)
      if (stream && this instanceof HTMLVideoElement) look(this)
    },
  })

  /** Packets come every 20 ms, so the time of the first follows from that of the last and their number. */
  async function listen(since: number) {
    while (times.audio === null) {
      for (const receiver of receivers()) {
        if (receiver.track.kind !== 'audio') continue
        for (const report of (await receiver.getStats()).values()) {
          const { packetsReceived = 0, lastPacketReceivedTimestamp } = report as RTCInboundRtpStreamStats
          if (report.type !== 'inbound-rtp' || packetsReceived === 0 || !lastPacketReceivedTimestamp) continue
          const first = lastPacketReceivedTimestamp - (packetsReceived - 1) * 20 - performance.timeOrigin
          times.audio ??= Math.max(0, first - since)
        }
      }
      await new Promise((resolve) => setTimeout(resolve, 10))
    }
  }

  window.arrivals = { arm: () => void (armed = true), read: () => ({ ...times }) }
}

/** Runs in the caller's page: a voice without pauses, since silence is hardly sent at all. */
export function speakWithoutPause() {
  const devices = navigator.mediaDevices
  const original = devices.getUserMedia.bind(devices)
  devices.getUserMedia = async (constraints) => {
    if (!constraints?.audio) return original(constraints)
    const audio = new AudioContext()
    const mixed = audio.createMediaStreamDestination()
    const voice = new OscillatorNode(audio, { frequency: 220, type: 'sawtooth' })
    voice.connect(new GainNode(audio, { gain: 0.2 })).connect(mixed)
    voice.start()
    const camera = constraints.video ? (await original({ video: constraints.video })).getTracks() : []
    return new MediaStream([...mixed.stream.getTracks(), ...camera])
  }
}
