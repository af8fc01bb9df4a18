// One HTTP exchange in JSON, bounded in time and size; for signing in and renewing, everything else goes over the socket.
import type { HttpAsk } from '../../shared/client/account.ts'

const DEADLINE_MS = 10_000
const BYTES_MAX = 256 * 1024

export const httpAsk: HttpAsk = async ({ method, url, body }) => {
  try {
    const response = await fetch(url, {
      method,
      // A password must not follow a redirect to another place.
      redirect: 'error',
      signal: AbortSignal.timeout(DEADLINE_MS),
      headers: body === undefined ? {} : { 'content-type': 'application/json' },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    })
    return JSON.parse(await readText(response)) as unknown
  } catch {
    return null
  }
}

async function readText(response: Response): Promise<string> {
  const chunks: Uint8Array[] = []
  let bytes = 0
  for await (const chunk of response.body ?? []) {
    bytes += chunk.byteLength
    if (bytes > BYTES_MAX) throw new Error('answer too large')
    chunks.push(chunk)
  }
  return Buffer.concat(chunks).toString('utf8')
}
