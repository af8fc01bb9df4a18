import type {
  HandlerFactory,
  HandlerInterface,
  HandlerReceiveOptions,
} from 'mediasoup-client/handlers/HandlerInterface'
import { beforeEach, expect, test } from 'vitest'
import { inOneRound } from '../../../renderer/media/handler.ts'

const rtpParameters = (kind: string, mid: string): HandlerReceiveOptions['rtpParameters'] => ({
  mid,
  codecs: [{ mimeType: `${kind}/x`, payloadType: 100, clockRate: 90_000 }],
  headerExtensions: [],
  encodings: [{ ssrc: 7 }],
  rtcp: { cname: 'x' },
})
const offer = (trackId: string, kind: 'audio' | 'video'): HandlerReceiveOptions => ({
  trackId,
  kind,
  rtpParameters: rtpParameters(kind, trackId),
})

let rounds: string[][]
let refuses: boolean
let handler: HandlerInterface
beforeEach(() => {
  rounds = []
  refuses = false
  const plain = {
    name: 'plain',
    factory: () => ({
      async receive(list: HandlerReceiveOptions[]) {
        rounds.push(list.map(({ trackId }) => trackId))
        if (refuses) throw new Error('refused')
        return list.map(({ trackId }) => ({ localId: trackId }))
      },
    }),
  } as unknown as HandlerFactory
  handler = inOneRound(plain).factory({} as never)
})
const received = async (...list: HandlerReceiveOptions[]) => (await handler.receive(list)).map(({ localId }) => localId)

test('the probe goes along with the first picture, and is there when it is asked for', async () => {
  expect(await received(offer('voice', 'audio'))).toEqual(['voice'])
  expect(await received(offer('voice 2', 'audio'), offer('picture', 'video'))).toEqual(['voice 2', 'picture'])
  expect(await received(offer('probator', 'video'))).toEqual(['probator'])
  expect(await received(offer('picture 2', 'video'))).toEqual(['picture 2'])
  expect(rounds).toEqual([['voice'], ['voice 2', 'picture', 'probator'], ['picture 2']])
})

test('after a round that failed it is asked for again', async () => {
  refuses = true
  await expect(received(offer('picture', 'video'))).rejects.toThrow('refused')
  refuses = false
  expect(await received(offer('probator', 'video'))).toEqual(['probator'])
  expect(rounds).toEqual([['picture', 'probator'], ['probator']])
})
