// mediasoup-client's handler for Chromium, with one round of negotiation less: the receiver's bandwidth probe is set up together
// with the first picture, not in a round of its own that holds up the connecting of what it came after.
import { detectDeviceAsync, Device, ortc } from 'mediasoup-client'
import { Chrome111 } from 'mediasoup-client/handlers/Chrome111'
import type { HandlerFactory, HandlerReceiveOptions } from 'mediasoup-client/handlers/HandlerInterface'

/** How mediasoup-client names the probe (`generateProbatorRtpParameters`). */
const PROBATOR = 'probator'

export async function createDevice(): Promise<Device> {
  const handlerName = await detectDeviceAsync()
  if (handlerName === 'Chrome111') return new Device({ handlerFactory: inOneRound(Chrome111.createFactory({})) })
  return Device.factory()
}

/** Exported for its tests. `plain`: the factory whose handlers do the work. */
export function inOneRound(plain: HandlerFactory): HandlerFactory {
  return {
    ...plain,
    factory(options) {
      const handler = plain.factory(options)
      const receive = handler.receive.bind(handler)
      let probator: Awaited<ReturnType<typeof receive>>[number] | undefined
      handler.receive = async (list) => {
        if (probator && list.length === 1 && list[0]?.trackId === PROBATOR) return [probator]
        const probe = probator ? null : probeFor(list)
        if (!probe) return receive(list)
        const results = await receive([...list, probe])
        probator = results.pop()
        return results
      }
      return handler
    },
  }
}

/** Null when nothing in the list is a picture. */
function probeFor(list: readonly HandlerReceiveOptions[]): HandlerReceiveOptions | null {
  const picture = list.find(({ kind, trackId }) => kind === 'video' && trackId !== PROBATOR)
  if (!picture) return null
  return {
    trackId: PROBATOR,
    kind: 'video',
    rtpParameters: ortc.generateProbatorRtpParameters(picture.rtpParameters),
  }
}
