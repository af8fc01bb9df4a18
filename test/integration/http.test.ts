// What the server says over HTTP, besides signing in.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
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

  test('comes under a strict policy', async () => {
    const { headers } = await get('/')
    const policy = headers.get('content-security-policy') ?? ''
    expect(policy).toContain("default-src 'self'")
    expect(policy).not.toMatch(/unsafe|\*|https?:/)
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
