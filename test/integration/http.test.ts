// What the server says over HTTP, besides signing in.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { request } from 'node:http'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { openWorld, type World } from '../support/server.ts'

let world: World
let webDir: string
beforeEach(async () => {
  webDir = mkdtempSync(path.join(tmpdir(), 'parley-web-'))
  mkdirSync(path.join(webDir, 'assets'))
  writeFileSync(path.join(webDir, 'index.html'), '<title>Parley</title>')
  writeFileSync(path.join(webDir, 'assets', 'main.js'), 'export {}')
  world = await openWorld({ config: { webDir } })
})
afterEach(async () => {
  await world.close()
  rmSync(webDir, { recursive: true, force: true })
})

const get = (url: string) => fetch(world.server.address + url)

/** As typed: `fetch` would tidy up the path, and add headers of its own. */
const rawGet = (target: string, headers: Record<string, string> = {}) =>
  new Promise<{ status: number; text: string }>((resolve, reject) => {
    const { hostname, port } = new URL(world.server.address)
    const asked = request({ hostname, port, path: target, headers }, (response) => {
      let text = ''
      response.on('data', (chunk: Buffer) => (text += String(chunk)))
      response.on('end', () => resolve({ status: response.statusCode ?? 0, text }))
    })
    asked.on('error', reject)
    asked.end()
  })

test('health: version, workers, uptime', async () => {
  await world.advance(5_000)
  expect(await (await get('/health')).json()).toEqual({
    ok: true,
    version: '0.0.0-test',
    workers: [],
    uptimeSeconds: 5,
  })
})

test('a demo server offers its people, so that trying it needs no papers', async () => {
  expect(await (await get('/api/server')).json()).toMatchObject({
    demo: { password: 'parley', people: [{ login: 'ann', name: 'Ann Kovač' }, {}, {}, {}, {}, {}, {}, {}] },
  })
})

describe('the web client', () => {
  test('is served, and the addresses of its screens all lead to it', async () => {
    for (const url of ['/', '/join/abc-defg-hij', '/meeting?x=1']) {
      const page = await get(url)
      expect([page.status, page.headers.get('content-type')]).toEqual([200, 'text/html; charset=utf-8'])
      expect(await page.text()).toContain('Parley')
    }
    const script = await get('/assets/main.js')
    expect(script.headers.get('content-type')).toContain('javascript')
  })

  test('hashed files are kept for ever by browsers, everything else is asked about again', async () => {
    const asset = await get('/assets/main.js')
    expect(asset.headers.get('cache-control')).toBe('public, max-age=31536000, immutable')
    for (const url of ['/', '/index.html', '/join/abc-defg-hij']) {
      const page = await get(url)
      expect([url, page.headers.get('cache-control')]).toEqual([url, 'no-cache'])
      expect((await rawGet(url, { 'if-none-match': page.headers.get('etag') ?? '' })).status).toBe(304)
    }
    expect((await get('/assets/gone.js')).headers.get('cache-control')).toBe('no-store')
  })

  test('comes under a strict policy', async () => {
    const { headers } = await get('/')
    const policy = headers.get('content-security-policy') ?? ''
    expect(policy).toContain("default-src 'self'")
    expect(policy).not.toMatch(/'unsafe|\*|https?:/)
    expect(headers.get('permissions-policy')).toContain('camera=(self)')
    expect(headers.get('x-content-type-options')).toBe('nosniff')
  })

  test.each(['/api/nothing', '/assets/gone.js', '/..%2f..%2fpackage.json', '/favicon.ico'])(
    '%s is a typed 404',
    async (url) => {
      const answer = await get(url)
      expect(answer.status).toBe(404)
      expect(await answer.json()).toMatchObject({ ok: false, error: { code: 'invalid' } })
    },
  )
})

describe('paths that try to climb out of the web client', () => {
  test.each([
    '/../secret.txt',
    '/%2e%2e/secret.txt',
    '/..%2fsecret.txt',
    '/assets/../../secret.txt',
    '/assets/..%5c..%5csecret.txt',
    '//secret.txt',
    '/assets/%00.js',
    '/%c0%ae%c0%ae/secret.txt',
  ])('%s finds nothing', async (target) => {
    writeFileSync(path.join(webDir, '..', 'secret.txt'), 'not for you')
    const answer = await rawGet(target)
    rmSync(path.join(webDir, '..', 'secret.txt'))
    expect(answer.text).not.toContain('not for you')
    expect(answer.status).toBeGreaterThanOrEqual(400)
  })
})

describe('behind a proxy', () => {
  const guess = (from: string) =>
    fetch(world.server.address + '/api/sign-in', {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'x-forwarded-for': from },
      body: JSON.stringify({
        login: 'ann',
        password: 'nope',
        device: { id: '00000000-0000-4000-8000-000000000001', platform: 'web', label: 'x' },
      }),
    }).then((response) => response.status)

  test('that the settings name, somebody who guesses locks nobody else out', async () => {
    await world.close()
    world = await openWorld({ config: { webDir, signInsPerMinute: 2, trustedProxies: ['127.0.0.1'] } })
    expect([await guess('192.0.2.1'), await guess('192.0.2.1'), await guess('192.0.2.1')]).toContain(429)
    expect(await guess('192.0.2.2')).toBe(401)
  })

  test('that they do not name, nobody gets more guesses by inventing addresses', async () => {
    await world.close()
    world = await openWorld({ config: { webDir, signInsPerMinute: 2 } })
    expect([await guess('192.0.2.1'), await guess('192.0.2.2'), await guess('192.0.2.3')]).toContain(429)
  })
})
