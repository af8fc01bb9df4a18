// Sending a webhook over the network, to a real server; and where it must not lead.
import type { LookupAddress } from 'node:dns'
import { createServer as createTcp, type AddressInfo } from 'node:net'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { systemTimers } from '../../server/timers.ts'
import { checkUrl, guardedLookup, isPublicAddress } from '../../server/webhooks/addresses.ts'
import { createSender, type SendOutcome } from '../../server/webhooks/sender.ts'
import { openReceiver, type Receiver } from '../support/webhookReceiver.ts'

let receiver: Receiver
beforeEach(async () => {
  receiver = await openReceiver()
})
afterEach(() => receiver.close())

const open = { insecure: true, privateAddresses: true }
const guarded = { insecure: true, privateAddresses: false }
const common = { timers: systemTimers, userAgent: 'Parley/test' }
const still = new AbortController().signal
const post = (url: string, options: Partial<Parameters<typeof createSender>[0]> = {}): Promise<SendOutcome> =>
  createSender({ rules: open, ...common, ...options })({ url, headers: { 'webhook-id': 'msg_1' }, body: '{}' }, still)

const port = () => new URL(receiver.url).port
/** A name server that knows these addresses for every name. */
const naming =
  (...answers: string[]) =>
  (_hostname: string, done: (error: Error | null, addresses: LookupAddress[]) => void) =>
    done(
      null,
      answers.map((address) => ({ address, family: address.includes(':') ? 6 : 4 })),
    )

describe('sending', () => {
  test('posts the body with its headers, and gives the status', async () => {
    expect(await post(receiver.url)).toEqual({ status: 204 })
    expect(receiver.taken).toMatchObject([
      { body: '{}', headers: { 'webhook-id': 'msg_1', 'content-type': 'application/json', 'content-length': '2' } },
    ])
  })

  test.each([301, 302, 307, 308])('does not follow a %i', async (status) => {
    const elsewhere = await openReceiver()
    receiver.answer = (response) => response.writeHead(status, { location: elsewhere.url }).end()
    expect(await post(receiver.url)).toEqual({ status })
    expect(elsewhere.taken).toEqual([])
    await elsewhere.close()
  })

  test('of an answer that does not end a little is read', async () => {
    let open = true
    receiver.answer = (response) => {
      response.writeHead(200)
      response.on('close', () => (open = false))
      const more = () => open && response.write('x'.repeat(64 * 1024)) && setImmediate(more)
      response.on('drain', more)
      more()
    }
    expect(await post(receiver.url)).toEqual({ status: 200 })
    await expect.poll(() => open).toBe(false)
  })

  test('gives up when there is no answer in time, and when it is broken off', async () => {
    receiver.answer = () => {}
    expect(await post(receiver.url, { timeoutMs: 200 })).toEqual({ error: 'no answer within 0.2 s' })
    const stop = new AbortController()
    const under = createSender({ rules: open, ...common })({ url: receiver.url, headers: {}, body: '' }, stop.signal)
    await expect.poll(() => receiver.taken.length).toBe(2)
    stop.abort()
    expect(await under).toHaveProperty('error')
  })

  test('says what is wrong when nobody is there, and when it is no web server', async () => {
    const { url } = receiver
    await receiver.close()
    expect(await post(url)).toEqual({ error: expect.stringContaining('ECONNREFUSED') })
    const silent = createTcp((socket) => socket.end('220 mail.example.org\r\n'))
    await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve))
    const { port: mail } = silent.address() as AddressInfo
    expect(await post(`http://127.0.0.1:${mail}/`)).toHaveProperty('error')
    silent.close()
    receiver = await openReceiver()
  })
})

describe('where it must not lead', () => {
  const forbidden = [
    '127.0.0.1',
    '127.8.8.8',
    '0.0.0.0',
    '10.1.2.3',
    '172.16.0.1',
    '192.168.1.1',
    '169.254.169.254',
    '100.64.0.1',
    '192.0.0.8',
    '192.0.2.1',
    '198.18.0.1',
    '224.0.0.1',
    '255.255.255.255',
    '::',
    '::1',
    '::127.0.0.1',
    '::ffff:127.0.0.1',
    '::ffff:10.0.0.1',
    '64:ff9b::7f00:1',
    '2002:7f00:1::',
    '2001:db8::1',
    '2001::1',
    'fc00::1',
    'fd12:3456::1',
    'fe80::1',
    'fec0::1',
    'ff02::1',
    'fe80::1%eth0',
    'nonsense',
    '',
  ]
  test.each(forbidden)('%s is not public', (address) => {
    expect(isPublicAddress(address)).toBe(false)
  })
  test.each(['93.184.215.14', '1.1.1.1', '172.15.0.1', '172.32.0.1', '2606:2800:21f:cb07:6820:80da:af6b:8b2c'])(
    '%s is',
    (address) => {
      expect(isPublicAddress(address)).toBe(true)
    },
  )

  test.each([
    'https://127.0.0.1/',
    'https://127.1/',
    'https://2130706433/',
    'https://0x7f000001/',
    'https://0x7f.0.0.1/',
    'https://0177.0.0.1/',
    'https://[::1]/',
    'https://[::ffff:127.0.0.1]/',
    'https://[::ffff:7f00:1]/',
    'https://[fe80::1]/',
    'https://169.254.169.254/latest/meta-data',
    'https://10.0.0.1/',
    'https://192.168.0.1:8443/',
    'https://127。0。0。1/',
  ])('%s is refused where it is typed', (url) => {
    expect(checkUrl(url, { insecure: false, privateAddresses: false })).toMatchObject({
      ok: false,
      error: { code: 'invalid', field: 'url', message: expect.stringContaining('PARLEY_WEBHOOK_PRIVATE') },
    })
    expect(checkUrl(url, { insecure: false, privateAddresses: true }).ok).toBe(true)
  })

  test('plain http is refused unless it is allowed', () => {
    expect(checkUrl('http://example.org/', { insecure: false, privateAddresses: true })).toMatchObject({
      error: { message: expect.stringContaining('https://') },
    })
    expect(checkUrl('http://example.org/#part', open)).toEqual({ ok: true, value: 'http://example.org/' })
  })

  test.each(['127.0.0.1', '127.1', '2130706433', '0x7f000001', '[::1]', '[::ffff:127.0.0.1]', '[::ffff:7f00:1]'])(
    'an address that stands in the link, %s, is not connected to',
    async (host) => {
      expect(await post(`http://${host}:${port()}/`, { rules: guarded })).toEqual({
        error: expect.stringContaining('not a public address'),
      })
      expect(receiver.taken).toEqual([])
    },
  )

  test.each([
    ['loopback', ['127.0.0.1']],
    ['loopback in IPv6', ['::1']],
    ['loopback as a mapped address', ['::ffff:127.0.0.1']],
    ['a private network', ['10.0.0.1']],
    ['the metadata of a cloud', ['169.254.169.254']],
    ['a public address and loopback', ['93.184.215.14', '127.0.0.1']],
  ])('a name that means %s is not connected to', async (_, answers) => {
    const lookup = guardedLookup(guarded, naming(...answers))
    const answer = await post(`http://hook.example.org:${port()}/`, { rules: guarded, lookup })
    expect(answer).toEqual({ error: expect.stringContaining('not a public address') })
    expect(receiver.taken).toEqual([])
  })

  test('a name of this machine, as the system knows it, is not connected to', async () => {
    const answer = await post(`http://localhost:${port()}/`, { rules: guarded })
    expect(answer).toEqual({ error: expect.stringContaining('not a public address') })
    expect(receiver.taken).toEqual([])
  })

  test('it is the address in use that counts: a look-up that says otherwise changes nothing', async () => {
    // As if the check had been passed with one answer and the connection made with another.
    const lookup = guardedLookup(open, naming('127.0.0.1'))
    const answer = await post(`http://hook.example.org:${port()}/`, { rules: guarded, lookup })
    expect(answer).toEqual({ error: '127.0.0.1 is not a public address' })
    await new Promise((resolve) => setTimeout(resolve, 100))
    expect(receiver.taken, 'nor afterwards').toEqual([])
  })

  test('allowed, all of them are', async () => {
    const lookup = guardedLookup(open, naming('127.0.0.1'))
    expect(await post(`http://hook.example.org:${port()}/`, { lookup })).toEqual({ status: 204 })
    expect(await post(`http://localhost:${port()}/`, { rules: open })).toEqual({ status: 204 })
  })

  test('a redirect to this machine leads nowhere', async () => {
    const inner = await openReceiver()
    receiver.answer = (response) => response.writeHead(302, { location: inner.url }).end()
    await post(receiver.url)
    expect(inner.taken).toEqual([])
    await inner.close()
  })
})
