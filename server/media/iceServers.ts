// STUN and TURN servers as whoever runs the server writes them: a JSON list in the form that browsers take (RTCIceServer).
import { z } from 'zod'
import type { MediaOffer } from '../../shared/protocol/media.ts'
import { failure, success, type Result } from '../../shared/protocol/result.ts'

export type IceServers = MediaOffer['iceServers']

/** `turns:turn.example:443?transport=tcp`, say. */
export const isTurnUrl = (url: string): boolean => /^turns?:[^\s/]+$/i.test(url)

const urlSchema = z.string().regex(/^(stuns?|turns?):[^\s/]\S*$/i)
const serverSchema = z.object({
  urls: z.union([z.string().transform((url) => [url]), z.array(z.string()).min(1)]),
  username: z.string().optional(),
  credential: z.string().optional(),
})

/** `invalid` with a sentence that names the place and never repeats a credential. */
export function readIceServers(text: string): Result<IceServers> {
  let json: unknown
  try {
    json = JSON.parse(text)
  } catch {
    return failure('invalid', 'not JSON; a list like [{"urls":"stun:stun.example:3478"}] is expected')
  }
  const list = z.array(serverSchema).safeParse(json)
  if (!list.success) {
    const [issue] = list.error.issues
    return failure('invalid', `${issue?.path.join('.') || 'the list'} is not right: ${issue?.message ?? 'unknown'}`)
  }
  const servers: IceServers = []
  for (const { urls, username, credential } of list.data) {
    const wrong = urls.find((url) => !urlSchema.safeParse(url).success)
    if (wrong !== undefined) return failure('invalid', `"${wrong}" is not a stun:, stuns:, turn: or turns: address`)
    const isTurn = urls.some((url) => /^turns?:/i.test(url))
    // Browsers refuse the whole connection otherwise.
    if (isTurn && (username === undefined || credential === undefined)) {
      return failure('invalid', `${urls.join(', ')} needs a username and a credential`)
    }
    servers.push({
      urls,
      ...(username === undefined ? {} : { username }),
      ...(credential === undefined ? {} : { credential }),
    })
  }
  return success(servers)
}
