// The join that most clients have, step after step, for comparison: on Answer it enters the room, asks what the router can,
// loads its device, opens its transports, opens microphone and camera, sends both, asks who sends what, and receives one
// after the other. Each step waits for the server's word. It attaches its elements before it resumes, as a careful author would.
import { Device, type types } from 'mediasoup-client'
import { io, type Socket } from 'socket.io-client'
import type { CommandInput, CommandName, CommandOutput } from '../../shared/protocol/contract.ts'
import type { MediaOffer, OpaqueMedia, TransportOffer } from '../../shared/protocol/media.ts'
import type { Result } from '../../shared/protocol/result.ts'
import { PROTOCOL_VERSION } from '../../shared/protocol/session.ts'
import { CAMERA_CONSTRAINTS, MICROPHONE_CONSTRAINTS } from '../../renderer/media/devices.ts'
import { producerOptions } from '../../renderer/media/sendingOptions.ts'

declare global {
  interface Window {
    classic: { signIn(login: string): Promise<void>; leave(): Promise<void> }
  }
}

let socket: Socket | null = null
let roomId = ''

async function ask<Name extends CommandName>(name: Name, input: CommandInput<Name>): Promise<CommandOutput<Name>> {
  if (!socket) throw new Error('not connected')
  const message = { commandId: crypto.randomUUID(), name, input }
  const answer = (await socket.emitWithAck('command', message)) as Result<CommandOutput<Name>>
  if (!answer.ok) throw new Error(`${name}: ${answer.error.message}`)
  return answer.value
}

const opaque = (value: object) => value as OpaqueMedia

function connectAndWait(transport: types.Transport) {
  transport.on('connect', ({ dtlsParameters }, done, failed) => {
    const input = { roomId, transportId: transport.id, dtlsParameters: opaque(dtlsParameters) }
    ask('media.connectTransport', input).then(() => done(), failed)
  })
  return transport
}

async function answer(callId: string) {
  const accepted = await ask('call.accept', { callId, rtpCapabilities: null })
  if (accepted.outcome !== 'joined') throw new Error(accepted.message)
  roomId = accepted.snapshot.room.id
  const { routerRtpCapabilities } = await ask('media.routerCapabilities', {})
  const device = await Device.factory()
  await device.load({ routerRtpCapabilities: routerRtpCapabilities as unknown as types.RtpCapabilities })
  const offer = await ask('media.open', { roomId, rtpCapabilities: null })
  await send(device, offer)
  await receive(device, offer)
}

const options = (transport: TransportOffer) => transport as unknown as types.TransportOptions

async function send(device: types.Device, offer: MediaOffer) {
  const transport = connectAndWait(device.createSendTransport(options(offer.send)))
  transport.on('produce', ({ kind, rtpParameters, appData }, done, failed) => {
    const source = appData['source'] as 'microphone' | 'camera'
    const producer = { producerId: crypto.randomUUID(), source, kind, rtpParameters: opaque(rtpParameters) }
    const input = { roomId, transportId: transport.id, ...producer, paused: false }
    ask('media.produce', input).then(({ producerId }) => done({ id: producerId }), failed)
  })
  const stream = await navigator.mediaDevices.getUserMedia({
    audio: MICROPHONE_CONSTRAINTS,
    video: CAMERA_CONSTRAINTS,
  })
  for (const track of [...stream.getAudioTracks(), ...stream.getVideoTracks()]) {
    await transport.produce(producerOptions(track.kind === 'audio' ? 'microphone' : 'camera', track, device))
  }
}

async function receive(device: types.Device, offer: MediaOffer) {
  const transport = connectAndWait(device.createRecvTransport(options(offer.receive)))
  const { consumers } = await ask('media.consume', { roomId, rtpCapabilities: opaque(device.recvRtpCapabilities) })
  for (const { id, producerId, kind, rtpParameters } of consumers) {
    const parameters = rtpParameters as unknown as types.RtpParameters
    const consumer = await transport.consume({ id, producerId, kind, rtpParameters: parameters })
    const element = document.createElement(kind)
    element.autoplay = true
    if (kind === 'video') element.muted = true
    element.srcObject = new MediaStream([consumer.track])
    document.body.append(element)
    await ask('media.resumeConsumers', { roomId, consumerIds: [id] })
  }
}

function ring(callId: string) {
  void ask('call.received', { callIds: [callId] })
  const button = document.createElement('button')
  button.textContent = 'Answer'
  button.addEventListener(
    'click',
    () => void answer(callId).catch((error: unknown) => console.error('classic client:', error)),
    {
      once: true,
    },
  )
  document.body.append(button)
}

window.classic = {
  async signIn(login) {
    const device = { id: crypto.randomUUID(), platform: 'web', label: 'Classic client' }
    const response = await fetch('/api/sign-in', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ login, password: 'parley', device }),
    })
    const { value } = (await response.json()) as { value: { tokens: { accessToken: string } } }
    const { accessToken } = value.tokens
    const auth = { protocol: PROTOCOL_VERSION, accessToken, device }
    const connected = io({ path: '/socket', transports: ['websocket'], auth })
    socket = connected
    connected.on('event', (event: { name: string; payload: { ring: { call: { id: string } } } }, done: () => void) => {
      done()
      if (event.name === 'call.received') ring(event.payload.ring.call.id)
    })
    await new Promise<void>((resolve, reject) => {
      connected.once('connect', () => resolve())
      connected.once('connect_error', reject)
    })
    await ask('session.sync', {})
  },
  async leave() {
    await ask('room.leave', { roomId })
  },
}
