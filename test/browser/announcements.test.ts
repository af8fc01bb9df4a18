// Screen readers hear at most three announcements a ring (interface.md): that it began, that ten seconds are left, how it ended.
import { describe, expect, test } from 'vitest'
import { announcements, listenToAnnouncements } from '../support/announcements.ts'
import { setBrowserStage } from '../support/browserStage.ts'
import type { Person } from '../support/person.ts'

const ANNOUNCEMENTS_MAX = 3
const { screen, person } = setBrowserStage()

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

describe('a ring, from its beginning to its end', () => {
  test.each([
    ['nobody answers', async () => {}, 'You missed a call from Ann Kovač'],
    [
      'the caller cancels',
      async (ann: Person) => {
        await ann.page.getByRole('button', { name: 'Cancel ringing Ben Osei' }).click()
      },
      'Ann Kovač stopped calling',
    ],
    [
      'answered on another device',
      async (_: Person, sofa: Person) => {
        await sofa.answer('Audio')
      },
      /^Answered on /,
    ],
    [
      'declined on another device',
      async (_: Person, sofa: Person) => {
        await sofa.card().getByRole('button', { name: 'Decline', exact: true }).click()
      },
      /^Declined on /,
    ],
  ])('%s', async (_, ending, words) => {
    const ann = await person('ann')
    const desk = await heardPerson('ben')
    const sofa = await person('ben')
    await ann.startMeeting()
    await announcements(desk.page)
    await ann.ring(['Ben Osei'], { seconds: 15 })
    await desk.card().waitFor()
    await sofa.card().waitFor()
    await tenSecondsLeft(desk)
    await ending(ann, sofa)
    await gone(desk)
    // Whatever the end of a ring brings to the screen has come by then.
    await desk.page
      .getByRole('button', { name: words instanceof RegExp ? /^(Move here|New meeting)$/ : 'New meeting' })
      .first()
      .waitFor()
    const said = await announcements(desk.page)
    expect(said[0]).toContain('Ann Kovač')
    expect(said[1]).toBe('10 seconds left')
    expect(last(said)).toMatch(words)
    expect(said.length, said.join(' | ')).toBeLessThanOrEqual(ANNOUNCEMENTS_MAX)
  })

  test.each([
    ['answered here', (ben: Person) => ben.answer('Audio')],
    ['declined here', (ben: Person) => ben.card().getByRole('button', { name: 'Decline', exact: true }).click()],
  ])('%s', async (_, ending) => {
    const ann = await person('ann')
    const ben = await heardPerson('ben')
    await ann.startMeeting()
    await announcements(ben.page)
    await ann.ring(['Ben Osei'], { seconds: 15 })
    await ben.card().waitFor()
    await tenSecondsLeft(ben)
    await ending(ben)
    await gone(ben)
    const said = await announcements(ben.page)
    expect(said.length, said.join(' | ')).toBeLessThanOrEqual(ANNOUNCEMENTS_MAX)
  })
})

test('calling one person who comes online late: the caller hears no more than three either', async () => {
  const ann = await heardPerson('ann')
  await ann.page.getByRole('link', { name: 'People' }).click()
  await announcements(ann.page)
  await ann.page.getByRole('button', { name: 'Ring Ben Osei with audio' }).click()
  await ann.page.getByText('Ben Osei may be offline').first().waitFor()
  const ben = await person('ben')
  await ann.page.getByText('Ringing at Ben Osei…').first().waitFor()
  await ben.card().getByRole('button', { name: 'Decline', exact: true }).click()
  await ann.page
    .getByText(/Ben Osei: Declined/)
    .first()
    .waitFor()
  const said = await announcements(ann.page)
  expect(last(said)).toContain('Declined')
  expect(said.length, said.join(' | ')).toBeLessThanOrEqual(ANNOUNCEMENTS_MAX)
})
