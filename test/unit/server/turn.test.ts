// Passwords for a TURN server, against what OpenSSL makes of the same secret and name.
import { describe, expect, test } from 'vitest'
import { iceServersFor, TURN_CREDENTIAL_MS, turnCredential } from '../../../server/media/turn.ts'

const SECRET = 'a secret shared with coturn'
const NOW = 1_700_000_000_000

describe('a password for a TURN server', () => {
  test('is the HMAC of a user name that says when it expires', () => {
    // printf %s 1700003600:5f0c | openssl dgst -sha1 -hmac "a secret shared with coturn" -binary | base64
    expect(turnCredential(SECRET, '5f0c', NOW)).toEqual({
      username: '1700003600:5f0c',
      credential: 'bw+a7ybdbB92Ui5o10Heu/t9VGM=',
    })
  })

  test('lasts an hour and no longer, in whole seconds', () => {
    expect(TURN_CREDENTIAL_MS).toBe(3_600_000)
    const [expiry] = turnCredential(SECRET, 'ann', NOW + 999).username.split(':')
    expect(Number(expiry)).toBe(NOW / 1000 + 3600)
  })

  test('is another one for each person, and each time it is asked for', () => {
    let now = NOW
    const servers = iceServersFor([], { urls: ['turn:turn.example'], secret: SECRET }, () => now)
    const [ann] = servers('ann')
    const [ben] = servers('ben')
    now += 1_000
    const [later] = servers('ann')
    expect(new Set([ann, ben, later].map((server) => server?.credential)).size).toBe(3)
    expect(JSON.stringify([ann, ben, later])).not.toContain(SECRET)
  })
})

test('servers that are the same for everybody come first; without a TURN server there are only those', () => {
  const stun = { urls: ['stun:stun.example'] }
  const urls = ['turn:turn.example:3478', 'turns:turn.example:5349']
  expect(iceServersFor([stun], null, () => NOW)('5f0c')).toEqual([stun])
  expect(iceServersFor([stun], { urls, secret: SECRET }, () => NOW)('5f0c')).toEqual([
    stun,
    { urls, username: '1700003600:5f0c', credential: 'bw+a7ybdbB92Ui5o10Heu/t9VGM=' },
  ])
})
