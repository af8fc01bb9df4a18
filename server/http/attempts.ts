// How often one address, or one device, may ask what has to be answered before anybody is known.
import type { Failure } from '../../shared/protocol/result.ts'
import { tooMuch, type Ask, type Limiter } from '../gateway/rateLimit.ts'

type Request = { url: string; ip: string; body: unknown }

/** Beside the limits of single routes. `now` in ms. */
export function limitAttempts(limiter: Limiter, now: () => number) {
  return (request: Request): Failure | null => {
    const waitMs = limiter.take(asksOf(request), now())
    return waitMs > 0 ? tooMuch(waitMs, 'Too many attempts from here. Wait a moment.') : null
  }
}

function asksOf({ url, ip, body }: Request): Ask[] {
  switch (url.split('?')[0]) {
    case '/api/sign-in':
      return [['signInsPerAddress', ip]]
    case '/api/renew':
      return [
        ['renewalsPerAddress', ip],
        ['renewalsPerDevice', `${ip} ${deviceOf(body)}`],
      ]
    default:
      return []
  }
}

/** Nobody has proven to be this device, so an address is limited by it only itself. */
function deviceOf(body: unknown): string {
  const deviceId: unknown = (body as { deviceId?: unknown } | null | undefined)?.deviceId
  return typeof deviceId === 'string' ? deviceId.slice(0, 64) : ''
}
