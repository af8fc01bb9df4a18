// The server with a certificate of its own: sockets and pages by HTTPS, and a renewed certificate without a restart.
import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { request } from 'node:https'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { connect, type PeerCertificate } from 'node:tls'
import { io } from 'socket.io-client'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { readCertificate } from '../../server/http/certificate.ts'
import { openWorld, type World } from '../support/server.ts'

const NOW = Date.now()

/** Debian's certificates come with it; what makes a certificate is not in Node. */
function missingOpenssl(): string | null {
  try {
    execFileSync('openssl', ['version'], { stdio: 'ignore' })
    return null
  } catch {
    return 'no openssl here to make certificates with'
  }
}
const missing = missingOpenssl()
if (missing) console.warn(`tests of HTTPS are skipped: ${missing}`)

describe.skipIf(missing)('HTTPS', () => {
  let folder: string
  let world: World | null = null
  beforeEach(() => {
    folder = mkdtempSync(path.join(tmpdir(), 'parley-tls-'))
  })
  afterEach(async () => {
    await world?.close()
    world = null
    rmSync(folder, { recursive: true, force: true })
  })

  const certFile = () => path.join(folder, 'cert.pem')
  const keyFile = () => path.join(folder, 'key.pem')
  const files = () => ({ certFile: certFile(), keyFile: keyFile() })
  function makes(name: string, days = 30, to = files()) {
    const what = [
      '-x509',
      '-newkey',
      'ec',
      '-pkeyopt',
      'ec_paramgen_curve:prime256v1',
      '-nodes',
      '-subj',
      `/CN=${name}`,
    ]
    execFileSync('openssl', ['req', ...what, '-days', String(days), '-keyout', to.keyFile, '-out', to.certFile], {
      stdio: 'ignore',
    })
  }
  const port = () => Number(new URL(world!.server.address).port)
  const nameShown = () =>
    new Promise<string>((resolve, reject) => {
      const socket = connect({ host: '127.0.0.1', port: port(), rejectUnauthorized: false }, () => {
        resolve((socket.getPeerCertificate() as PeerCertificate).subject.CN as string)
        socket.destroy()
      })
      socket.once('error', reject)
    })

  test('pages and sockets go by it, and browsers are told to come by nothing else', async () => {
    makes('parley.test')
    world = await openWorld({ config: { tls: files() } })
    expect(world.server.address).toMatch(/^https:/)
    const headers = await new Promise<Record<string, unknown>>((resolve, reject) => {
      const asked = request(`${world!.server.address}/health`, { rejectUnauthorized: false }, (response) => {
        response.resume()
        resolve(response.headers)
      })
      asked.once('error', reject)
      asked.end()
    })
    expect(headers['strict-transport-security']).toBe('max-age=15552000')
    const refused = await new Promise<string>((resolve) => {
      const socket = io(world!.server.address, {
        path: '/socket',
        transports: ['websocket'],
        rejectUnauthorized: false,
      })
      socket.once('connect_error', (error) => {
        socket.disconnect()
        resolve(error.message)
      })
    })
    // The server itself has answered: by its own rules, and not by TLS's.
    expect(refused).toMatch(/protocol|not right/)
  })

  test('without a certificate, and behind a proxy nobody has named, nothing is promised', async () => {
    world = await openWorld()
    const plain = await fetch(`${world.server.address}/health`, { headers: { 'x-forwarded-proto': 'https' } })
    expect(plain.headers.get('strict-transport-security')).toBeNull()
    await world.close()
    world = await openWorld({ config: { trustedProxies: ['127.0.0.1'] } })
    const proxied = await fetch(`${world.server.address}/health`, { headers: { 'x-forwarded-proto': 'https' } })
    expect(proxied.headers.get('strict-transport-security')).toBe('max-age=15552000')
  })

  test('a renewed one is taken within a minute; a broken one is not, and the one of before goes on', async () => {
    makes('before.test')
    world = await openWorld({ config: { tls: files() } })
    expect(await nameShown()).toBe('before.test')
    writeFileSync(certFile(), 'half a file')
    await world.advance(61_000)
    expect(await nameShown()).toBe('before.test')
    makes('after.test')
    await expect
      .poll(async () => {
        await world!.advance(61_000)
        return nameShown()
      })
      .toBe('after.test')
  })

  test('what cannot be used is said in a sentence, before anything listens', async () => {
    const reason = async (of = files(), now = NOW) => {
      const read = await readCertificate(of, now)
      return read.ok ? 'ok' : read.error.message
    }
    expect(await reason()).toBe(`PARLEY_TLS_CERT: ${certFile()} cannot be read`)
    makes('one.test')
    expect(await reason()).toBe('ok')
    expect(await reason(files(), NOW + 31 * 24 * 3_600_000)).toMatch(/^PARLEY_TLS_CERT: it ran out on /)
    const other = { certFile: path.join(folder, 'other.pem'), keyFile: path.join(folder, 'otherKey.pem') }
    makes('two.test', 30, other)
    expect(await reason({ certFile: certFile(), keyFile: other.keyFile })).toMatch(/does not belong/)
    writeFileSync(keyFile(), 'no key')
    expect(await reason()).toMatch(/as PEM$/)
    await expect(openWorld({ config: { tls: files() } })).rejects.toThrow(/as PEM/)
  })
})
