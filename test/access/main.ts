// `npm run test:access`: every screen of the gallery before axe, in both languages and themes; the whole way by keyboard alone; and what a screen
// reader hears of a ring. `--json` prints one object as its last line (see docs/, Measures).
import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { toolScript } from '../../scripts/lib/tools.mjs'
import { accessFigures } from '../support/accessNotes.ts'

const TESTS = ['test/gallery', 'test/browser/keyboard', 'test/browser/announcements']
const json = process.argv.includes('--json')

const folder = mkdtempSync(join(tmpdir(), 'parley-access-'))
const notes = join(folder, 'notes')
writeFileSync(notes, '')
try {
  const args = [toolScript('vitest'), 'run', '--project', 'gallery', '--project', 'browser', ...TESTS]
  const child = spawn(process.execPath, args, {
    env: { ...process.env, PARLEY_GALLERY: 'access', PARLEY_ACCESS_NOTES: notes },
    // With --json everything told goes to stderr, so that stdout carries the object alone.
    stdio: ['ignore', json ? 2 : 1, 2],
  })
  const code = await new Promise<number | null>((resolve) => child.once('exit', resolve))
  const figures = accessFigures(notes)
  process.exitCode = code === 0 && figures.violations === 0 && figures.screens > 0 ? 0 : 1
  const { screens, violations, announcementsPerRingMax } = figures
  if (json) console.log(JSON.stringify(figures))
  else
    console.log(`${screens} screens, ${violations} violations, at most ${announcementsPerRingMax} announcements a ring`)
} finally {
  rmSync(folder, { recursive: true, force: true })
}
