// @vitest-environment happy-dom
// A password that will not do is said so in the reader's language, also where only the server has noticed it.
import { expect, test } from 'vitest'
import { ref } from 'vue'
import { createMessages } from '../../../renderer/i18n.ts'
import { passwordWords, refusedPasswordWords } from '../../../renderer/passwordWords.ts'

const { words: english } = createMessages(ref('en'))
const { words: chinese } = createMessages(ref('zh-CN'))
const owner = { login: 'ann', name: 'Ann Kovač' }

test('what is wrong with it is known here as the server knows it', () => {
  expect(passwordWords('short', owner, english)).toBe('At least 10 characters. Several words in a row make a good one.')
  expect(refusedPasswordWords('ann kovač 1', owner, chinese)).toBe(passwordWords('ann kovač 1', owner, chinese))
})

test('a server that asks for more is answered for too', () => {
  const good = 'seven purple kettles'
  expect(passwordWords(good, owner, english)).toBeUndefined()
  expect(refusedPasswordWords(good, owner, english)).toBe(
    'This server finds the password too easy to guess. Take several words that do not belong together.',
  )
  expect(refusedPasswordWords(good, owner, chinese)).toMatch(/^此服务器认为/)
})
