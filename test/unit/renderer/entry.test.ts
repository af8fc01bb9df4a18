// Asking for a password in place, and what is said of changes about who gets in.
import { describe, expect, test } from 'vitest'
import { changesBetween } from '../../../renderer/meeting/entryNotices.ts'
import { suggestPassword } from '../../../renderer/meeting/password.ts'
import { createPasswordPrompt } from '../../../renderer/stores/passwordPrompt.ts'
import { failure, success, type Result } from '../../../shared/protocol/result.ts'
import { everythingAllowed } from '../../../shared/rights.ts'

const wrong = failure('wrongPassword', '')
const turn = () => new Promise((resolve) => setTimeout(resolve))

/** What a server with this password answers, and what it was asked. */
function door(password: string) {
  const tries: (string | undefined)[] = []
  const attempt = async (given?: string): Promise<Result<string>> => {
    tries.push(given)
    return given === password ? success('inside') : wrong
  }
  return { tries, attempt }
}

describe('asking for a password', () => {
  test('asks nothing where none is needed', async () => {
    const { question, withPassword } = createPasswordPrompt()
    expect(await withPassword(async () => success('inside'))).toEqual(success('inside'))
    expect(await withPassword(async () => failure('roomLocked', ''))).toMatchObject({ error: { code: 'roomLocked' } })
    expect(question.value).toBeNull()
  })

  test('asks until it is right, says that the last one was wrong, and is busy in between', async () => {
    const { question, withPassword } = createPasswordPrompt()
    const { tries, attempt } = door('sesame')
    const entering = withPassword(attempt)
    await turn()
    expect(question.value).toMatchObject({ problem: null, busy: false })
    question.value?.answer('guess')
    expect(question.value?.busy).toBe(true)
    await turn()
    expect(question.value).toMatchObject({ problem: { code: 'wrongPassword' }, busy: false })
    question.value?.answer('sesame')
    expect(await entering).toEqual(success('inside'))
    expect(question.value).toBeNull()
    expect(tries).toEqual([undefined, 'guess', 'sesame'])
  })

  test('stays where too many were wrong, ends with what a password does not cure, and with giving up', async () => {
    const { question, withPassword } = createPasswordPrompt()
    const answers = [wrong, failure('rateLimited', '', { retryAfterMs: 1_000 }), failure('roomLocked', '')]
    const entering = withPassword(async () => answers.shift() ?? wrong)
    await turn()
    question.value?.answer('guess')
    await turn()
    expect(question.value).toMatchObject({ problem: { code: 'rateLimited' }, busy: false })
    question.value?.answer('sesame')
    expect(await entering).toMatchObject({ error: { code: 'roomLocked' } })
    expect(question.value).toBeNull()
    const givenUp = withPassword(door('sesame').attempt)
    await turn()
    question.value?.answer(null)
    expect(await givenUp).toBeNull()
    expect(question.value).toBeNull()
  })
})

test('a suggested password can be read out, and every letter of it is as likely', () => {
  // 253 and more are thrown away: 23 letters go eleven times into a byte.
  const bytes = [255, 253, 0, 1, 22, 23, 45, 46, 229, 230, 252, 7, 8]
  const suggested = suggestPassword((count) => Uint8Array.from(bytes.splice(0, count)))
  expect(suggested).toBe('abzaz-azazh')
})

describe('what is said of a change', () => {
  const before = {
    whoMayInvite: 'everyone',
    membersMay: everythingAllowed,
    locked: false,
    lobby: true,
    guestsAllowed: false,
    guestsWait: true,
    hasPassword: false,
  } as const
  test.each([
    [{}, []],
    [{ locked: true }, ['lockedBy']],
    [{ lobby: false, hasPassword: true }, ['lobbyOffBy', 'passwordSetBy']],
    [{ whoMayInvite: 'admins' }, ['ringAdminsBy']],
    [{ guestsAllowed: true }, ['guestsOnBy']],
    [{ guestsWait: false }, []],
  ] as const)('%j', (change, said) => {
    expect(changesBetween(before, { ...before, ...change })).toEqual(said)
  })
})
