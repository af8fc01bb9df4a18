// What documents name is there: the tests for what they promise, links, pictures, commands, settings, keys.
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { expect, test } from 'vitest'
import { keysOf, shortcutIds } from '../../renderer/shortcuts/registry.ts'
import { ADMIN_USAGE } from '../../server/admin/commandLine.ts'
import { USAGE } from '../../server/config.ts'

const ROOT = path.join(import.meta.dirname, '..', '..')
const read = (file: string) => readFileSync(path.join(ROOT, file), 'utf8')
const promises = [...read('docs/security.md').matchAll(/`(test\/[\w/]+\.test\.ts)`: "([^"]+)"/g)]

test('docs/security.md names tests for its promises', () => {
  expect(promises.length).toBeGreaterThan(15)
  const rows = read('docs/security.md')
    .split('\n')
    .filter((line) => /^\| (?!promise|what happened|---)/.test(line))
  expect(
    rows.filter((row) => !row.includes('`test/')),
    'promises without a test',
  ).toEqual([])
})

test.each(promises.map(([, file = '', title = '']) => [file, title]))('%s has the test "%s"', (file, title) => {
  expect(read(file)).toContain(title)
})

const pages = [
  'README.md',
  'CONTRIBUTING.md',
  'SECURITY.md',
  ...readdirSync(path.join(ROOT, 'docs'), { recursive: true })
    .map((file) => path.posix.join('docs', String(file).split(path.sep).join('/')))
    .filter((file) => file.endsWith('.md') && !/\/(\.vitepress|screenshots)\//.test(file)),
]
const texts = new Map(pages.map((page) => [page, read(page)]))
const withoutCode = (text: string) => text.replace(/^```[\s\S]*?^```$/gm, '').replace(/`[^`\n]*`/g, '')
const everywhere = [...texts.values()].join('\n')

test('every link and picture of the documents leads to a file that is there', () => {
  const broken = [...texts].flatMap(([page, text]) => {
    const inText = [...withoutCode(text).matchAll(/\]\(([^)\s]+)\)/g)].map(([, target = '']) => target)
    const inHead = [...text.matchAll(/link: (\/[\w/-]+)/g)].map(([, target = '']) => `/docs${target}.md`)
    return [...inText, ...inHead]
      .filter((target) => !/^(https?:|mailto:|#)/.test(target))
      .map((target) => target.replace(/#.*$/, ''))
      .filter((target) =>
        target.startsWith('/')
          ? !existsSync(path.join(ROOT, target))
          : !existsSync(path.join(ROOT, path.dirname(page), target)),
      )
      .map((target) => `${page}: ${target}`)
  })
  expect(broken).toEqual([])
})

test('every page of the sidebar is there, and every page is in it', () => {
  const listed = [...read('docs/.vitepress/config.ts').matchAll(/text: '[^']+', link: '(\/[^']+)'/g)].map(
    ([, link = '']) => (link.endsWith('/') ? `docs${link}README.md` : `docs${link}.md`),
  )
  expect([...new Set(listed)].sort()).toEqual(
    pages.filter((page) => page.startsWith('docs/') && page !== 'docs/index.md').sort(),
  )
})

const allOf = (pattern: RegExp) => [...new Set([...everywhere.matchAll(pattern)].map(([, name = '']) => name))].sort()

test('every `npm run …` of the documents is a script', () => {
  const { scripts } = JSON.parse(read('package.json')) as { scripts: Record<string, string> }
  expect(allOf(/npm run ([\w:]+)/g).filter((name) => !(name in scripts))).toEqual([])
})

test('every environment variable of the documents is one that the code reads', () => {
  const code = ['server/config.ts', 'server/openid/settings.ts', 'electron-builder.yml', 'scripts/package.mjs']
    .concat('.github/workflows/release.yml')
    .map(read)
    .join('\n')
  const named = allOf(/\b(PARLEY_[A-Z_]*[A-Z])\b/g)
  expect(named.length).toBeGreaterThan(20)
  expect(named.filter((name) => !code.includes(name))).toEqual([])
})

test('every command and option of the server and of its administration is one that they know', () => {
  const lines = allOf(/npm run server -- ([^\n`#]+)/g)
  const asked = allOf(/npm run admin -- ([^\n`#]+)/g)
  expect(lines.length + asked.length).toBeGreaterThan(10)
  const options = (texts: string[]) => [...new Set(texts.flatMap((text) => text.match(/--[a-z][\w-]*/g) ?? []))]
  const known = (usage: string) => (option: string) =>
    option === '--help' || usage.includes(`${option} `) || usage.includes(`${option}]`)
  expect(options(lines).filter((option) => !known(USAGE)(option) && option !== '--administrator')).toEqual([])
  expect(options(asked).filter((option) => !known(ADMIN_USAGE)(option))).toEqual([])
  const verbs = asked.map((line) => line.split(' ').slice(0, 2).join(' ')).filter((line) => !line.startsWith('--'))
  expect(verbs.filter((verb) => !ADMIN_USAGE.includes(`  ${verb}`))).toEqual([])
})

test('docs/people/keys.md names every key, and no other', () => {
  const named = [...read('docs/people/keys.md').matchAll(/^\| (`[^|]+`) +\|/gm)].map(([, keys = '']) =>
    keys.replaceAll('`', ''),
  )
  expect(named.sort()).toEqual(shortcutIds.map((id) => keysOf(id, false).join(' ')).sort())
})
