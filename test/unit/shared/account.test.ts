import { describe, expect, test } from 'vitest'
import { createAccountClient, serverAddress } from '../../../shared/client/account.ts'
import { utf8Bytes } from '../../../shared/call/limits.ts'
import { defaultSettings, readSettings } from '../../../shared/settings.ts'
import { id } from '../../support/things.ts'

describe('a typed server address', () => {
  test.each([
    ['parley.example', 'https://parley.example'],
    [' https://Parley.Example/ ', 'https://parley.example'],
    ['http://parley.example:8080', 'http://parley.example:8080'],
    ['localhost:4400', 'http://localhost:4400'],
    ['127.0.0.1:4400', 'http://127.0.0.1:4400'],
    ['[::1]:4400', 'http://[::1]:4400'],
    ['', null],
    ['javascript:alert(1)', null],
    ['user:secret@parley.example', null],
    ['parley.example/path', null],
    ['file:///etc/passwd', null],
  ])('%s becomes %s', (typed, whole) => expect(serverAddress(typed)).toBe(whole))
})

describe('answers of the account service are checked', () => {
  const input = { login: 'ann', password: 'x', device: { id: id(12), platform: 'web' as const, label: 'Chrome' } }
  const codeFor = async (answer: unknown) => {
    const result = await createAccountClient(async () => answer).signIn('http://server', input)
    return result.ok ? 'ok' : result.error.code
  }
  test.each([
    [null, 'unavailable'],
    ['<html>', 'unavailable'],
    [{ ok: true, value: { user: 'ann' } }, 'unavailable'],
    [{ ok: false, error: { code: 'unauthenticated', message: 'wrong', retryable: false } }, 'unauthenticated'],
    [{ ok: false, error: { code: 'made up', message: '', retryable: false } }, 'unavailable'],
  ])('%j gives %s', async (answer, code) => expect(await codeFor(answer)).toBe(code))

  test('a server of another protocol is named as such before a password is sent', async () => {
    const info = { name: 'Parley', version: '9.0.0', protocol: 9 }
    const result = await createAccountClient(async () => info).checkServer('http://server')
    expect(result.ok ? null : result.error.code).toBe('conflict')
  })
})

test('bytes of UTF-8 are counted as an encoder would', () => {
  for (const text of ['', 'plain', 'Kovač', '王小明', '👍🏽 ok'])
    expect(utf8Bytes(text)).toBe(new TextEncoder().encode(text).length)
})

test('broken settings fall back one by one, the rest is kept', () => {
  expect(readSettings('junk')).toEqual(defaultSettings)
  expect(readSettings({ theme: 'dark', ringVolume: 7, unknown: 1 })).toEqual({ ...defaultSettings, theme: 'dark' })
})
