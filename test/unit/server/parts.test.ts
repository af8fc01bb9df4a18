// Small parts of the server that can be told apart from the rest.
import { scryptSync } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { z } from 'zod'
import { sayHowItEnded } from '../../../server/calls/endings.ts'
import { checkInput } from '../../../server/gateway/checkInput.ts'
import { isOwnOrigin } from '../../../server/gateway/origin.ts'
import { createLimiter } from '../../../server/gateway/rateLimit.ts'
import { limitsWith } from '../../../server/limits.ts'
import { createLog } from '../../../server/log.ts'
import { PASSWORD_COST_DEFAULT, checkPassword, hashPassword } from '../../../server/people/passwords.ts'
import { decodeCursor, encodeCursor } from '../../../server/storage/cursor.ts'
import { systemEntropy } from '../../../server/entropy.ts'
import { aCall, id } from '../../support/things.ts'

test('passwords: right ones match, wrong ones and broken hashes do not, equal ones hash differently', async () => {
  const [one, other] = [await hashPassword('parley', 4, systemEntropy), await hashPassword('parley', 4, systemEntropy)]
  expect(one).not.toBe(other)
  expect(await checkPassword('parley', one)).toBe(true)
  expect(await checkPassword('Parley', one)).toBe(false)
  expect(await checkPassword('parley', 'plain$parley')).toBe(false)
  // What a guess costs: https://cheatsheetseries.owasp.org asks for this much at least (N = 2^15, r = 8, p = 3).
  expect(one.split('$')[1]).toBe('4,3')
  expect(PASSWORD_COST_DEFAULT).toBeGreaterThanOrEqual(15)
  // Hashes from before the parallelisation was written down.
  const earlier =
    'scrypt$4$' +
    ['c2FsdHNhbHRzYWx0c2FsdA', scryptSync('parley', 'saltsaltsaltsalt', 32, { N: 16 }).toString('base64url')].join('$')
  expect(await checkPassword('parley', earlier)).toBe(true)
  // The same letters written in two ways of Unicode.
  expect(await checkPassword('Kova\u010d', await hashPassword('Kovac\u030c', 4, systemEntropy))).toBe(true)
})

const smallLimits = limitsWith({
  rates: { chatPerUser: { burst: 2, perMinute: 60 }, chatPerRoom: { burst: 3, perMinute: 30 } },
})

test('a bucket is each person’s own, and forgotten only when it is full again', () => {
  const limiter = createLimiter(smallLimits)
  const take = (who: string, now: number) => limiter.take([['chatPerUser', who]], now)
  expect([take('ann', 0), take('ann', 0), take('ann', 0)]).toEqual([0, 0, 1000])
  expect(take('ben', 0)).toBe(0)
  // Others coming and going do not give anybody new tokens.
  for (let at = 1; at < 1000; at += 100) take(`somebody ${at}`, at)
  expect(take('ann', 990)).toBeGreaterThan(0)
  expect(take('ann', 1_000)).toBe(0)
  expect([take('ann', 10_000), take('ann', 10_000), take('ann', 10_000)]).toEqual([0, 0, 1000])
})

test('bursts pass, then a steady rate, and the wait that is told is the one that is needed', () => {
  const limiter = createLimiter(smallLimits)
  const take = (now: number) => limiter.take([['chatPerRoom', 'room']], now)
  expect([take(0), take(0), take(0)]).toEqual([0, 0, 0])
  const waitMs = take(0)
  expect(waitMs).toBe(2_000)
  expect(take(waitMs - 1)).toBe(1)
  expect(take(waitMs)).toBe(0)
  expect(take(waitMs)).toBe(2_000)
  // A clock that was set back gives nothing, and takes nothing away.
  expect(take(0)).toBe(2_000)
})

test('of several buckets all give a token or none does, and one named twice gives two', () => {
  const limiter = createLimiter(smallLimits)
  const both = [['chatPerUser', 'ann'] as const, ['chatPerRoom', 'room'] as const]
  expect([limiter.take(both, 0), limiter.take(both, 0)]).toEqual([0, 0])
  expect(limiter.take(both, 0)).toBe(1000)
  // The refusal took nothing from the meeting: one token is left there, and then none.
  expect([limiter.take([['chatPerRoom', 'room']], 0), limiter.take([['chatPerRoom', 'room']], 0)]).toEqual([0, 2000])
  const twice = [['chatPerUser', 'ben'] as const, ['chatPerUser', 'ben'] as const]
  expect([limiter.take(twice, 0), limiter.take(twice, 0)]).toEqual([0, 2000])
})

test.each([
  [undefined, 'meet.example', true],
  ['https://meet.example', 'meet.example', true],
  ['http://127.0.0.1:4400', '127.0.0.1:4400', true],
  ['https://other.example', 'meet.example', false],
  ['https://meet.example.evil.example', 'meet.example', false],
  ['null', 'meet.example', false],
  ['https://meet.example', undefined, false],
  ['https://friend.example', 'meet.example', true],
])('origin %j at host %j: %j', (origin, host, allowed) => {
  expect(isOwnOrigin(origin, host, ['https://friend.example'])).toBe(allowed)
})

describe('what a schema found', () => {
  const schema = z.object({ list: z.array(z.object({ name: z.string().max(3) })).max(2), count: z.number().max(5) })
  test.each([
    [{ list: [{ name: 'abcd' }], count: 1 }, 'tooLarge', 'list.0.name'],
    [{ list: [{ name: 'a' }, { name: 'a' }, { name: 'a' }], count: 1 }, 'tooLarge', 'list'],
    [{ list: [], count: 6 }, 'invalid', 'count'],
    [{ list: [{}], count: 1 }, 'invalid', 'list.0.name'],
    [{ list: [{ name: 'abcd' }], count: 'x' }, 'tooLarge', 'list.0.name'],
  ])('%j is %s in %s', (input, code, field) => {
    expect(checkInput(schema, input)).toMatchObject({ ok: false, error: { code, field } })
  })
})

test('page markers read back; others are refused', () => {
  const position = { key: '王 "quoted"', id: id(7) }
  expect(decodeCursor(encodeCursor(position))).toEqual(position)
  for (const wrong of ['', 'x', Buffer.from('[1,2]').toString('base64url'), Buffer.from('{}').toString('base64url')]) {
    expect(decodeCursor(wrong)).toBeUndefined()
  }
})

test('whoever comes too late hears why', () => {
  const here = id(21)
  const say = (fields: Parameters<typeof aCall>[0]) => sayHowItEnded(aCall(fields), here)
  expect(say({ status: 'accepted', reason: 'answered', handledBy: id(22) })).toBe(
    'You answered this call on another device.',
  )
  expect(say({ status: 'accepted', reason: 'answered', handledBy: here })).toBe('You have answered this call already.')
  expect(say({ status: 'rejected', handledBy: id(22) })).toBe('You declined this call on another device.')
  expect(say({ status: 'cancelled', reason: 'byCaller' })).toBe('Ann Kovač has cancelled the call.')
  expect(say({ status: 'timeout' })).toBe('The call has run out.')
})

test('the log hides secrets, however they get into it', () => {
  let printed = ''
  const log = createLog('info', { write: (line) => void (printed += line) })
  log.info(
    {
      password: 'hunter2',
      tokens: { accessToken: 'hunter2', refreshToken: 'hunter2' },
      handshake: { auth: { x: 'hunter2' } },
    },
    'hello',
  )
  expect(printed).toContain('[hidden]')
  expect(printed).not.toContain('hunter2')
})
