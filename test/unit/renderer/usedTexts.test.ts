// Every text can be shown, and every text that is asked for exists.
import path from 'node:path'
import { expect, test } from 'vitest'
import { allWords } from '../../../renderer/locales/all.ts'
import { errorTexts } from '../../../renderer/locales/errors.ts'
import { ringCardWords } from '../../../renderer/locales/ringCard.ts'
import { sharedWords } from '../../../shared/locales/translate.ts'
import { openProgram, usedKeys } from '../support/usedKeys.ts'

const ROOT = path.join(import.meta.dirname, '..', '..', '..')
const LONG_MS = 120_000
type Tree = Record<string, Record<string, string>>
const keysOf = (tree: Tree) =>
  Object.entries(tree).flatMap(([section, texts]) => Object.keys(texts).map((name) => `${section}.${name}`))

test('no text is unused, and none is missing', { timeout: LONG_MS }, () => {
  const all = new Set(
    [allWords, sharedWords, ringCardWords, errorTexts].flatMap((words) => [
      ...keysOf(words.en),
      ...keysOf(words['zh-CN']),
    ]),
  )
  const program = openProgram([
    path.join(ROOT, 'renderer', 'tsconfig.json'),
    path.join(ROOT, 'electron', 'tsconfig.json'),
    path.join(ROOT, 'server', 'tsconfig.json'),
  ])
  const used = usedKeys(program, all, keysOf(sharedWords.en).length)
  expect([...all].filter((key) => !used.has(key)).sort(), 'unused').toEqual([])
  expect([...used].filter((key) => !all.has(key)).sort(), 'missing').toEqual([])
})

test('an unused text and a missing one are found, also where keys are put together', { timeout: LONG_MS }, () => {
  const all = new Set(['plain.said', 'plain.shown', 'part.one', 'part.two', 'part.three', 'plain.unused', 'plain.wide'])
  const program = openProgram([path.join(ROOT, 'test', 'unit', 'support', 'texts-fixture', 'tsconfig.json')])
  const used = usedKeys(program, all, all.size)
  expect([...all].filter((key) => !used.has(key))).toEqual(['part.three', 'plain.unused', 'plain.wide'])
  expect([...used].filter((key) => !all.has(key))).toEqual(['plain.missing'])
})
