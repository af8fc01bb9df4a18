// Where browsers reach this server: what stands in links that leave it.

const LOOPBACK = new Set(['localhost', '127.0.0.1', '[::1]'])

/** The origin, like `https://parley.example.org`; throws with a sentence for whoever started the server. */
export function readPublicUrl(text: string | undefined): string | undefined {
  if (text === undefined || text.trim() === '') return undefined
  const url = URL.canParse(text.trim()) ? new URL(text.trim()) : null
  const bare = url !== null && url.pathname === '/' && url.search === '' && url.hash === '' && url.username === ''
  if (!bare || !isSafe(url))
    throw new Error(
      'PARLEY_PUBLIC_URL: where browsers reach this server, like https://parley.example.org, without a path',
    )
  return url.origin
}

/** Encrypted, or never leaving this machine. */
export const isSafe = ({ protocol, hostname }: URL): boolean =>
  protocol === 'https:' || (protocol === 'http:' && LOOPBACK.has(hostname))
