import { describe, expect, test } from 'vitest'
import { readCommandLine } from '../../../server/config.ts'

const read = (argv: string[], env: Record<string, string> = {}) =>
  readCommandLine(argv, { env, webDir: 'web', version: '1.2.3' })
function configOf(argv: string[], env: Record<string, string> = {}) {
  const line = read(argv, env)
  if (!line.ok || line.value.kind !== 'serve') throw new Error('this does not start a server')
  return line.value.config
}

describe('settings', () => {
  test('without any the server is for this machine alone, and has no demo people', () => {
    expect(configOf([])).toMatchObject({
      host: '127.0.0.1',
      port: 4400,
      demo: false,
      dataDir: 'parley-data',
      logLevel: 'info',
    })
  })

  test('flags go before variables', () => {
    const env = {
      PARLEY_PORT: '5000',
      PARLEY_HOST: '0.0.0.0',
      PARLEY_MEDIA_ADDRESS: '192.0.2.7',
      PARLEY_DEMO: '1',
      PARLEY_DATA: 'there',
      PARLEY_ALLOWED_ORIGINS: 'https://a.example, https://b.example',
    }
    expect(configOf([], env)).toMatchObject({
      port: 5000,
      host: '0.0.0.0',
      demo: true,
      dataDir: 'there',
      allowedOrigins: ['https://a.example', 'https://b.example'],
    })
    expect(configOf(['--port', '0', '--host', '::1', '--data', 'here'], env)).toMatchObject({
      port: 0,
      host: '::1',
      dataDir: 'here',
    })
    expect(configOf([], { PARLEY_DEMO: '0' }).demo).toBe(false)
  })

  test('the address that browsers use may open sockets, whatever host a proxy passes on', () => {
    const env = { PARLEY_PUBLIC_URL: 'https://parley.example:8443/', PARLEY_ALLOWED_ORIGINS: 'https://a.example' }
    expect(configOf([], env).allowedOrigins).toEqual(['https://a.example', 'https://parley.example:8443'])
  })

  test('how much a media worker takes', () => {
    expect(configOf([]).media.consumersPerWorker).toBe(500)
    expect(configOf([], { PARLEY_MEDIA_CONSUMERS: '80' }).media.consumersPerWorker).toBe(80)
    expect(configOf(['--media-consumers', '60']).media.consumersPerWorker).toBe(60)
  })

  test.each([
    [['--port', '70000'], {}, '--port'],
    [['--port', '-1'], {}, 'port'],
    [['--colour'], {}, '--colour'],
    [['--log-level', 'loud'], {}, '--log-level'],
    [['dance'], {}, 'dance'],
    [['user', 'add', 'zoe'], {}, 'user add zoe'],
    [[], { PARLEY_SECRET: 'short' }, 'PARLEY_SECRET'],
    [['--host', '0.0.0.0'], {}, '--media-address'],
    [['--media-consumers', '0'], {}, '--media-consumers'],
    [[], { PARLEY_ACCESS_MINUTES: '1' }, 'PARLEY_ACCESS_MINUTES'],
    [['--ice-servers', 'turn:x'], {}, '--ice-servers'],
    [['--ice-servers', '{"urls":"stun:x"}'], {}, '--ice-servers'],
    [['--ice-servers', '[{"urls":"http://x"}]'], {}, 'http://x'],
    [['--ice-servers', '[{"urls":[]}]'], {}, '--ice-servers'],
    [[], { PARLEY_ICE_SERVERS: '[{"urls":"turn:turn.example:3478"}]' }, 'username'],
    [[], { PARLEY_TURN_SECRET: 'sixteen letters and more' }, 'PARLEY_TURN_URLS: say where'],
    [[], { PARLEY_TURN_URLS: 'turn:turn.example' }, 'PARLEY_TURN_SECRET: set it to'],
    [[], { PARLEY_TURN_URLS: 'turn:turn.example', PARLEY_TURN_SECRET: 'short' }, 'PARLEY_TURN_SECRET: at least 16'],
    [[], { PARLEY_TURN_URLS: 'stun:turn.example', PARLEY_TURN_SECRET: 'x'.repeat(16) }, '"stun:turn.example"'],
    [[], { PARLEY_TRUSTED_PROXIES: 'proxy.example' }, 'proxy.example'],
    [[], { PARLEY_METRICS_TOKEN: 'short' }, 'PARLEY_METRICS_TOKEN'],
  ])('%j %j is refused by name', (argv, env, named) => {
    const line = read(argv, env)
    expect(line).toMatchObject({ ok: false, error: { code: 'invalid' } })
    expect(line.ok ? '' : line.error.message).toContain(named)
  })

  test('ICE servers come as browsers take them, by flag or variable', () => {
    const stun = { urls: 'stun:stun.example:3478' }
    const turn = { urls: ['turn:turn.example', 'turns:turn.example:443?transport=tcp'], username: 'u', credential: 'p' }
    const handedOut = [{ urls: ['stun:stun.example:3478'] }, turn]
    expect(configOf([]).media.iceServers).toEqual([])
    expect(configOf(['--ice-servers', JSON.stringify([stun, turn])]).media.iceServers).toEqual(handedOut)
    expect(configOf([], { PARLEY_ICE_SERVERS: JSON.stringify([stun, turn]) }).media.iceServers).toEqual(handedOut)
  })

  test('a TURN server is named with its secret, both or neither, by variables alone', () => {
    const env = {
      PARLEY_TURN_URLS: 'turn:turn.example:3478?transport=udp, turns:turn.example:5349',
      PARLEY_TURN_SECRET: 'shared with the relay alone',
    }
    expect(configOf([]).media.turn).toBeNull()
    expect(configOf([], { PARLEY_TURN_URLS: '', PARLEY_TURN_SECRET: '' }).media.turn).toBeNull()
    expect(configOf([], env).media.turn).toEqual({
      urls: ['turn:turn.example:3478?transport=udp', 'turns:turn.example:5349'],
      secret: 'shared with the relay alone',
    })
    const line = read([], { ...env, PARLEY_TURN_URLS: 'http://turn.example' })
    expect(line.ok ? '' : line.error.message).toContain('"http://turn.example"')
    expect(line.ok ? '' : line.error.message).not.toContain('shared with')
  })

  test('what is wrong with ICE servers is said without repeating their secrets', () => {
    const line = read([], { PARLEY_ICE_SERVERS: '[{"urls":"turn:x","username":7,"credential":"hush-hush"}]' })
    expect(line.ok ? '' : line.error.message).toContain('--ice-servers')
    expect(line.ok ? '' : line.error.message).not.toContain('hush-hush')
  })

  test('proxies in front are named by address', () => {
    expect(configOf([], { PARLEY_TRUSTED_PROXIES: '127.0.0.1, 10.0.0.0/8, ::1' }).trustedProxies).toEqual([
      '127.0.0.1',
      '10.0.0.0/8',
      '::1',
    ])
  })

  test('adding a user takes a login and a name of several words', () => {
    expect(read(['user', 'add', 'zoe', 'Zoe', 'van', 'Dyk'])).toMatchObject({
      ok: true,
      value: { kind: 'addUser', login: 'zoe', name: 'Zoe van Dyk', role: 'user' },
    })
  })
})
