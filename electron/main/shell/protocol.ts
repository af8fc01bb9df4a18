// Serves the built pages at app://parley/ under a strict content security policy, and nothing outside their folder.
import { readFile } from 'node:fs/promises'
import { extname, resolve, sep } from 'node:path'
import { protocol, type Session } from 'electron'
import type { Log } from '../log.ts'

const SCHEME = 'app'
const HOST = 'parley'
export const APP_ORIGIN = `${SCHEME}://${HOST}`

/** Signaling runs in the main process and media over WebRTC, so the pages need no connection of their own but to their files. */
const POLICY = [
  "default-src 'none'",
  // WebAssembly alone, for noise suppression; no script from text.
  "script-src 'self' 'wasm-unsafe-eval'",
  "style-src 'self'",
  "font-src 'self'",
  "img-src 'self' data: blob:",
  "media-src 'self' blob:",
  "connect-src 'self'",
  "worker-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ')

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.ico': 'image/x-icon',
  '.png': 'image/png',
  '.webp': 'image/webp',
  '.woff2': 'font/woff2',
  '.wasm': 'application/wasm',
  '.mp3': 'audio/mpeg',
  '.ogg': 'audio/ogg',
  '.wav': 'audio/wav',
}

/** Must run before the app is ready. */
export function registerAppScheme(): void {
  const privileges = { standard: true, secure: true, supportFetchAPI: true, codeCache: true }
  protocol.registerSchemesAsPrivileged([{ scheme: SCHEME, privileges }])
}

/** @param folder the built renderer */
export function serveApp(session: Session, folder: string, log: Log): void {
  session.protocol.handle(SCHEME, async (request) => {
    const path = request.method === 'GET' ? fileOf(request.url, folder) : null
    const type = path === null ? undefined : TYPES[extname(path)]
    if (path === null || type === undefined) {
      log.warn(`refused to serve ${request.method} ${request.url.slice(0, 200)}`)
      return new Response('Not found', { status: 404, headers: headers('text/plain') })
    }
    try {
      return new Response(await readFile(path), { headers: headers(type) })
    } catch {
      return new Response('Not found', { status: 404, headers: headers('text/plain') })
    }
  })
}

const headers = (type: string): Record<string, string> => ({
  'content-type': type,
  'content-security-policy': POLICY,
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cross-origin-opener-policy': 'same-origin',
})

/** The file behind an address; null when it is none of ours or leads out of the folder. */
function fileOf(address: string, folder: string): string | null {
  if (!URL.canParse(address)) return null
  const { protocol: scheme, host, pathname } = new URL(address)
  if (scheme !== `${SCHEME}:` || host !== HOST) return null
  let path: string
  try {
    path = decodeURIComponent(pathname)
  } catch {
    return null
  }
  if (path.includes('\0') || path.includes('\\')) return null
  const file = resolve(folder, `.${path === '/' ? '/index.html' : path}`)
  return file.startsWith(resolve(folder) + sep) ? file : null
}
