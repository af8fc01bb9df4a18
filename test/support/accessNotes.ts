// What `npm run test:access` adds up: a line for every screen that axe has looked at, and for every ring that was listened to.
import { appendFileSync, readFileSync } from 'node:fs'

type AccessNote = { screen: string; violations: number } | { announcements: number }

/** Does nothing in any other run. */
export function noteAccess(note: AccessNote): void {
  const file = process.env.PARLEY_ACCESS_NOTES
  if (file) appendFileSync(file, JSON.stringify(note) + '\n')
}

/** The figures of measures.md. */
export function accessFigures(file: string): {
  screens: number
  violations: number
  announcementsPerRingMax: number | null
} {
  const notes = readFileSync(file, 'utf8')
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line) as AccessNote)
  const screens = notes.filter((note) => 'screen' in note)
  const rings = notes.filter((note) => 'announcements' in note).map(({ announcements }) => announcements)
  return {
    screens: screens.length,
    violations: screens.reduce((sum, { violations }) => sum + violations, 0),
    announcementsPerRingMax: rings.length > 0 ? Math.max(...rings) : null,
  }
}
