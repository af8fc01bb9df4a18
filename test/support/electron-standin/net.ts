// Electron's `net`: Node's fetch, files, and requests as streams.
import { readFile } from 'node:fs/promises'
import { extname } from 'node:path'
import { fileURLToPath } from 'node:url'
import type * as Electron from 'electron'
import { ClientRequest } from './client-request.ts'
import { osState } from './os-state.ts'
import { StandinObject } from './strict.ts'

const TYPES: Record<string, string> = {
  '.html': 'text/html',
  '.js': 'text/javascript',
  '.mjs': 'text/javascript',
  '.css': 'text/css',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.ico': 'image/x-icon',
  '.json': 'application/json',
  '.woff2': 'font/woff2',
  '.wasm': 'application/wasm',
  '.mp3': 'audio/mpeg',
  '.ogg': 'audio/ogg',
  '.wav': 'audio/wav',
}

async function fetchFile(address: string): Promise<Response> {
  const path = fileURLToPath(address)
  const bytes = await readFile(path).catch(() => {
    throw new Error('net::ERR_FILE_NOT_FOUND')
  })
  const type = TYPES[extname(path)] ?? 'application/octet-stream'
  return new Response(new Uint8Array(bytes), { headers: { 'content-type': type } })
}

class Net extends StandinObject {
  get online() {
    return osState.online
  }
  isOnline() {
    return osState.online
  }
  request(options: Electron.ClientRequestConstructorOptions | string) {
    return new ClientRequest(options)
  }
  async fetch(input: string | URL | Request, options?: RequestInit): Promise<Response> {
    const address = input instanceof Request ? input.url : String(input)
    if (address.startsWith('file:')) return fetchFile(address)
    if (!osState.online) throw new Error('net::ERR_INTERNET_DISCONNECTED')
    return fetch(input, options)
  }
}
export const net = new Net()
