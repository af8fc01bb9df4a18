// Where a webhook may lead: whoever may name an address must not reach with it what only this machine or its network can reach.
import { lookup as lookUpName, type LookupAddress } from 'node:dns'
import type { LookupFunction } from 'node:net'
import ipaddr from 'ipaddr.js'
import { failure, success, type Result } from '../../shared/protocol/result.ts'

export type WebhookRules = {
  /** Plain http as well; for tests and development. */
  insecure: boolean
  /** Addresses of this machine and of private networks as well. */
  privateAddresses: boolean
}

/** Of IPv6, global unicast: whatever lies outside is of this link, of this site, or leads back to IPv4. */
const GLOBAL_IPV6 = ipaddr.parseCIDR('2000::/3')

/** An address anybody on the internet could reach; one that wraps an IPv4 address (mapped, NAT64, 6to4 …) never is. */
export function isPublicAddress(text: string): boolean {
  if (!ipaddr.isValid(text)) return false
  const address = ipaddr.parse(text)
  if (address.range() !== 'unicast') return false
  return address.kind() === 'ipv4' || address.match(GLOBAL_IPV6)
}

const bare = (hostname: string): string => hostname.replace(/^\[|\]$/g, '')
const isLiteral = (hostname: string): boolean => ipaddr.isValid(bare(hostname))

/** The address as it will be used; `invalid` with the field. A name is not looked up yet: what it means may change at any time. */
export function checkUrl(text: string, rules: WebhookRules): Result<string> {
  const wrong = (message: string) => failure('invalid', message, { field: 'url' })
  const url = URL.canParse(text) ? new URL(text) : null
  if (url === null) return wrong('This is no address. Give a whole one, like https://example.org/hooks.')
  if (url.protocol !== 'https:' && !(rules.insecure && url.protocol === 'http:'))
    return wrong('The address has to begin with https://.')
  if (url.username !== '' || url.password !== '')
    return wrong('Leave name and password out of the address; deliveries are signed.')
  // Decimal, hexadecimal and shortened forms have become plain ones by now (URL Standard, host parsing).
  if (!rules.privateAddresses && isLiteral(url.hostname) && !isPublicAddress(bare(url.hostname)))
    return wrong(
      'This address is of a private network. Whoever runs the server can allow it (PARLEY_WEBHOOK_PRIVATE=on).',
    )
  url.hash = ''
  return success(url.href)
}

export class ForbiddenAddress extends Error {}

const refusal = (address: string): ForbiddenAddress =>
  new ForbiddenAddress(`${address} is not a public address; PARLEY_WEBHOOK_PRIVATE=on would allow it`)

/** Throws `ForbiddenAddress` for a host that is an address: such a one is connected to without being looked up. */
export function refuseLiteral(hostname: string, { privateAddresses }: WebhookRules): void {
  if (!privateAddresses && isLiteral(hostname) && !isPublicAddress(bare(hostname))) throw refusal(bare(hostname))
}

type Resolve = (hostname: string, done: (error: Error | null, addresses: LookupAddress[]) => void) => void
const bySystem: Resolve = (hostname, done) => lookUpName(hostname, { all: true }, done)

/**
 * For `net.connect`: the very addresses it gives are the ones connected to, so that a name cannot mean one thing when it is checked
 * and another when it is used. One address that is not public spoils the name.
 */
export function guardedLookup({ privateAddresses }: WebhookRules, resolve: Resolve = bySystem): LookupFunction {
  return (hostname, { all }, callback) =>
    resolve(hostname, (error, addresses) => {
      const first = addresses?.[0]
      const forbidden = privateAddresses ? undefined : addresses?.find(({ address }) => !isPublicAddress(address))
      if (error !== null) return callback(error, '', 0)
      if (first === undefined) return callback(new Error(`${hostname} has no address`), '', 0)
      if (forbidden !== undefined) return callback(refusal(`${hostname} (${forbidden.address})`), '', 0)
      if (all) return callback(null, addresses)
      callback(null, first.address, first.family)
    })
}
