// The signed-in device as a whole, over a wire and HTTP whose far end the test plays.
import { createSession, type Stored } from '../../../shared/client/session.ts'
import type { WireHandlers } from '../../../shared/client/wire.ts'
import type { CommandMessage } from '../../../shared/protocol/contract.ts'
import { success } from '../../../shared/protocol/result.ts'
import type { Sync } from '../../../shared/protocol/session.ts'
import { createManualTimers } from '../../support/manualTimers.ts'
import { aSync, ben, id } from '../../support/things.ts'

export const tokensOf = (name: string, accessExpiresAt = 100) => ({
  accessToken: `${name}-access`,
  accessExpiresAt,
  refreshToken: `${name}-refresh`,
})

/** @param start what the device has kept from before */
export function openFarSession(start: Stored | null = { server: 'http://server', user: ben, tokens: tokensOf('ben') }) {
  const timers = createManualTimers()
  const opened: { accessToken: string; handlers: WireHandlers }[] = []
  const sent: { message: CommandMessage; answer: (answer: unknown) => void }[] = []
  const posts: { path: string; answer: (answer: unknown) => void }[] = []
  let kept = start
  let next = 2_000
  const session = createSession({
    timers,
    random: () => 1,
    createId: () => id(next++),
    device: { id: id(12), platform: 'linux', label: 'Laptop' },
    wire: {
      open: (_server, { accessToken }, handlers) => void opened.push({ accessToken, handlers }),
      close: () => {},
      send: (message, answer) => void sent.push({ message, answer }),
    },
    http: ({ url }) => new Promise((answer) => void posts.push({ path: new URL(url).pathname, answer })),
    store: { load: () => kept, save: (stored) => void (kept = stored), clear: () => void (kept = null) },
    onMediaEvent: () => {},
    onTalkEvent: () => {},
  })
  const goOnline = (sync: Sync = aSync()) => {
    opened.at(-1)?.handlers.opened()
    sent.at(-1)?.answer(success(sync))
  }
  const post = (path: string) => posts.filter((one) => one.path === path).at(-1)
  const command = (name: string) => sent.filter((one) => one.message.name === name).at(-1)
  return { timers, opened, sent, session, goOnline, post, command, kept: () => kept }
}
