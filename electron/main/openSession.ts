// The app's one connection: the shared session over socket.io, with this machine's clock, identity and token store.
import { randomUUID } from 'node:crypto'
import { hostname } from 'node:os'
import { io } from 'socket.io-client'
import { createSession, type Session, type SessionStore } from '../../shared/client/session.ts'
import { createSocketWire } from '../../shared/client/socketWire.ts'
import type { LinkStatus } from '../../shared/client/link.ts'
import type { MediaEvent, TalkEvent } from '../../shared/host.ts'
import type { Device } from '../../shared/protocol/things.ts'
import type { Timers } from '../../shared/time.ts'
import { httpAsk } from './http.ts'
import type { Log } from './log.ts'
import { openDeviceIdentity } from './shell/deviceIdentity.ts'

export function openSession(options: {
  folder: string
  store: SessionStore
  timers: Timers
  log: Log
  onMediaEvent(event: MediaEvent): void
  onTalkEvent(event: TalkEvent): void
}): { session: Session; device: Device } {
  const { folder, store, timers, log, onMediaEvent, onTalkEvent } = options
  const createId = () => randomUUID()
  const device = openDeviceIdentity({ folder, hostname: hostname(), platform: process.platform, createId, log })
  const wire = createSocketWire(io)
  const session = createSession({
    wire,
    timers,
    random: Math.random,
    createId,
    device,
    http: httpAsk,
    store,
    onMediaEvent,
    onTalkEvent,
    onRefused: ({ name, commandId }, { code }) => log.info(`${name} ${commandId}: ${code}`),
  })
  let status: LinkStatus = session.state.status
  session.subscribe((state) => {
    if (state.status === status) return
    status = state.status
    log.info(`connection ${status}`)
  })
  return { session, device }
}
