// `node server/main.ts check`: says what clients will not reach, and what to do about it.
import { createSocket } from 'node:dgram'
import { createServer } from 'node:net'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { expect, test } from 'vitest'
import { readCommandLine, type ServerConfig } from '../../server/config.ts'
import { selfCheck } from '../../server/selfCheck.ts'

function configOf(argv: string[], env: Record<string, string> = {}): ServerConfig {
  const line = readCommandLine(['check', '--data', ':memory:', ...argv], { env, webDir: '', version: '0' })
  if (!line.ok || line.value.kind !== 'check') throw new Error(JSON.stringify(line))
  return line.value.config
}
const signs = async (config: ServerConfig) =>
  Object.fromEntries((await selfCheck(config, Date.now())).map(({ what, ok, words }) => [what, { ok, words }]))

test('on one’s own machine all is well', async () => {
  const checks = await signs(configOf(['--port', '0']))
  expect(Object.values(checks).map(({ ok }) => ok)).toEqual([true, true, true])
})

test('a data folder that cannot be, an address of another machine, and plain HTTP for everybody are told', async () => {
  const config = configOf(['--port', '0', '--host', '198.51.100.7', '--data', path.join('/dev/null', 'data')])
  const checks = await signs(config)
  expect(checks['the data folder']).toMatchObject({ ok: false })
  expect(checks['the web address']).toEqual({ ok: false, words: '198.51.100.7 is no address of this machine' })
  expect(checks['encryption']).toMatchObject({ ok: false, words: expect.stringContaining('PARLEY_TLS_CERT') as string })
  const missing = path.join(tmpdir(), 'no-such-certificate.pem')
  const withTls = await signs(configOf(['--port', '0'], { PARLEY_TLS_CERT: missing, PARLEY_TLS_KEY: missing }))
  expect(withTls['the certificate']).toEqual({ ok: false, words: `PARLEY_TLS_CERT: ${missing} cannot be read` })
})

test('a port that is taken is no fault: it may be this very server', async () => {
  const taken = createServer()
  await new Promise<void>((resolve) => taken.listen(0, '127.0.0.1', resolve))
  const { port } = taken.address() as AddressInfo
  const checks = await signs(configOf(['--port', String(port)]))
  expect(checks['the web address']).toMatchObject({ ok: null, words: expect.stringContaining('is taken') as string })
  await new Promise((resolve) => taken.close(resolve))
})

test('what is sent to the announced address has to come in here', async () => {
  const announced = async (address: string) =>
    (await signs(configOf(['--port', '0', '--media-ip', '127.0.0.1', '--media-address', address])))[
      'the announced address'
    ]
  expect(await announced('127.0.0.1')).toMatchObject({ ok: true })
  expect(await announced('no-such-name.invalid')).toMatchObject({ ok: false })
})

test('a TURN server that answers is told from one that does not', async () => {
  const stun = createSocket('udp4')
  await new Promise<void>((resolve) => stun.bind(0, '127.0.0.1', resolve))
  stun.on('message', (request, from) => {
    const answer = Buffer.from(request)
    answer.writeUInt16BE(0x0101, 0)
    stun.send(answer, from.port, from.address)
  })
  const url = `turn:127.0.0.1:${stun.address().port}`
  const config = configOf(['--port', '0'], { PARLEY_TURN_URLS: url, PARLEY_TURN_SECRET: 'a secret of some length' })
  expect((await signs(config))[url]).toEqual({ ok: true, words: 'it answers' })
  await new Promise<void>((resolve) => stun.close(resolve))
  expect((await signs(config))[url]).toMatchObject({ ok: false })
})
