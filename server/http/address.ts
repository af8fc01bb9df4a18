// From where a request came: what the nearest proxy that is not trusted says, as fastify does it for its own requests.
import type { IncomingMessage } from 'node:http'
import proxyAddress from '@fastify/proxy-addr'

export function addressReader(trustedProxies: readonly string[]): (request: IncomingMessage) => string {
  const trust = proxyAddress.compile([...trustedProxies])
  return (request) => proxyAddress(request, trust)
}
