// Screen readers hear at most three announcements a ring (interface.md): that it began, that ten seconds are left, how it ended.
import { expect, test } from 'vitest'
import { noteAccess } from '../support/accessNotes.ts'
import { announcements, listenToAnnouncements } from '../support/announcements.ts'
import { setBrowserStage } from '../support/browserStage.ts'
import type { Person } from '../support/person.ts'

const ANNOUNCEMENTS_MAX = 3
const { server, screen, person } = setBrowserStage()

async function heardPerson(login: string): Promise<Person> {
  const opened = await screen(login)
  await listenToAnnouncements(opened.page)
  await opened.signIn()
  return opened
}

const gone = (someone: Person) => someone.card().waitFor({ state: 'detached' })
const tenSecondsLeft = (someone: Person) =>
  someone.card().getByText('10 seconds left', { exact: true }).waitFor({ state: 'attached', timeout: 15_000 })
const last = (said: string[]) => said.at(-1)

type Ending = { name: string; end(): Promise<unknown>; said?: string | RegExp; after?(): Promise<unknown> }

// One meeting for all: signing in and coming together takes longer than a ring.
test('a ring, from its beginning to each of its endings', async () => {
  const ann = await person('ann')
  const desk = await heardPerson('ben')
  const sofa = await person('ben')
  const decline = (someone: Person) => someone.card().getByRole('button', { name: 'Decline', exact: true }).click()
  const free = () => desk.page.getByRole('button', { name: 'New meeting' }).waitFor()
  const endings: Ending[] = [
    { name: 'nobody answers', end: async () => {}, said: 'You missed a call from Ann Kovač' },
    {
      name: 'the caller cancels',
      end: () => ann.page.getByRole('button', { name: 'Cancel ringing Ben Osei' }).click(),
      said: 'Ann Kovač stopped calling',
    },
    { name: 'declined on another device', end: () => decline(sofa), said: /^Declined on / },
    { name: 'declined here', end: () => decline(desk) },
    {
      name: 'answered on another device',
      end: () => sofa.answer('Audio'),
      said: /^Answered on /,
      async after() {
        await desk.page.getByRole('button', { name: 'Move here' }).waitFor()
        await sofa.leave()
        await free()
      },
    },
    { name: 'answered here', end: () => desk.answer('Audio') },
  ]
  await ann.startMeeting()
  for (const { name, end, said: words, after } of endings) {
    await announcements(desk.page)
    await ann.ring(['Ben Osei'], { seconds: 15 })
    await desk.card().waitFor()
    await sofa.card().waitFor()
    await tenSecondsLeft(desk)
    await end()
    await gone(desk)
    await gone(sofa)
    // Whatever the end of a ring brings to the screen has come by then.
    if (words !== undefined)
      await desk.page
        .getByRole('button', { name: /^(Move here|New meeting)$/ })
        .first()
        .waitFor()
    const said = await announcements(desk.page)
    if (words !== undefined) {
      expect(said[0], name).toContain('Ann Kovač')
      expect(said[1], name).toBe('10 seconds left')
      expect(last(said), name).toMatch(words)
    }
    noteAccess({ announcements: said.length })
    expect(said.length, `${name}: ${said.join(' | ')}`).toBeLessThanOrEqual(ANNOUNCEMENTS_MAX)
    await after?.()
  }
})

test('calling one person who comes online late: the caller hears no more than three either', async () => {
  const ann = await heardPerson('ann')
  // Ready to sign in: a ring lasts 30 s, in which a busy machine may not even open a page.
  const ben = await screen('ben')
  await ben.page.goto(`${server().url}/?demo=ben`)
  await ann.page.getByRole('link', { name: 'People' }).click()
  await announcements(ann.page)
  await ann.page.getByRole('button', { name: 'Ring Ben Osei with audio' }).click()
  await ann.page.getByText('Ben Osei may be offline').first().waitFor()
  await ben.page.getByRole('button', { name: 'Sign in' }).click()
  await ann.page.getByText('Ringing at Ben Osei…').first().waitFor()
  await ben.card().getByRole('button', { name: 'Decline', exact: true }).click()
  await ann.page
    .getByText(/Ben Osei: Declined/)
    .first()
    .waitFor()
  const said = await announcements(ann.page)
  expect(last(said)).toContain('Declined')
  noteAccess({ announcements: said.length })
  expect(said.length, said.join(' | ')).toBeLessThanOrEqual(ANNOUNCEMENTS_MAX)
})
