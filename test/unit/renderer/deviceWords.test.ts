// @vitest-environment happy-dom
import { expect, test } from 'vitest'
import { ref } from 'vue'
import { deviceWords } from '../../../renderer/deviceWords.ts'
import { createRingWords } from '../../../renderer/words.ts'

const english = createRingWords(ref('en'))
const chinese = createRingWords(ref('zh-CN'))

test('a browser is called so in the reader’s language', () => {
  const labels = ['Chrome on Linux', 'Safari on iOS', 'Firefox', 'Browser on Windows', 'Browser', 'This computer']
  expect(labels.map((label) => deviceWords(label, english))).toEqual([
    'Chrome on Linux',
    'Safari on iOS',
    'Firefox',
    'Browser on Windows',
    'Browser',
    'Computer',
  ])
  expect(labels.map((label) => deviceWords(label, chinese))).toEqual([
    'Chrome（Linux）',
    'Safari（iOS）',
    'Firefox',
    '浏览器（Windows）',
    '浏览器',
    '电脑',
  ])
})

test('a name that somebody gave stays as it is', () => {
  for (const label of ['Ann’s laptop', 'marta-thinkpad', 'Chrome on the wall', 'Chromebook on Linux', '王小明的电脑'])
    expect(deviceWords(label, chinese)).toBe(label)
})
