// Calls between two, the Calls screen and "do not disturb", as people use them: real Chromium, real server and SFU.
import type { Locator } from 'playwright'
import { expect, test } from 'vitest'
import { setBrowserStage } from '../support/browserStage.ts'
import type { Person } from '../support/person.ts'

const { person } = setBrowserStage()

async function calls(caller: Person, name: string, how: 'audio' | 'video') {
  await caller.page.getByRole('link', { name: 'People' }).click()
  await caller.page.getByRole('button', { name: `Ring ${name} with ${how}` }).click()
}

test('Ann calls Ben: it rings at both ends, they see each other, and hanging up ends it for both', async () => {
  const ann = await person('ann')
  const ben = await person('ben')
  await calls(ann, 'Ben Osei', 'video')
  await ann.page.getByRole('status').filter({ hasText: 'Ringing at Ben Osei' }).waitFor()
  await ann.page.getByRole('heading', { name: 'Ben Osei' }).waitFor()
  await ben.card().getByText('Ann Kovač is calling you').first().waitFor()
  expect((await ben.stats()).captures).toBe(0)
  await ben.answer('Video')
  await ann.seesMoving('Ben Osei')
  await ben.seesMoving('Ann Kovač')
  await ann.hears()
  await ben.page.getByRole('button', { name: 'Hang up' }).click()
  await ann.page.getByText('The call with Ben Osei has ended').waitFor()
  await ann.page.getByRole('link', { name: 'People' }).waitFor()
})

test('Ben declines: Ann is told so and is out; both find it on their Calls screen, and Ben rings back from there', async () => {
  const ann = await person('ann')
  const ben = await person('ben')
  await calls(ann, 'Ben Osei', 'audio')
  await ben.declineWith('Can’t talk now')
  await ann.page.getByText('Ben Osei: Declined: “Can’t talk now”').waitFor()
  await ann.page.getByRole('link', { name: /^Calls/ }).click()
  const row = ann.page.getByRole('listitem').filter({ hasText: 'Ben Osei' })
  await row.getByText('Declined: “Can’t talk now”').waitFor()

  await ben.page.getByRole('link', { name: /^Calls/ }).click()
  await ben.page.getByRole('listitem').filter({ hasText: 'You declined: “Can’t talk now”' }).waitFor()
  await ben.page.getByRole('radio', { name: 'Missed' }).click()
  await ben.page.getByText('You missed nothing').waitFor()
  await ben.page.getByRole('radio', { name: 'All' }).click()
  await ben.page.getByRole('button', { name: 'Ring Ann Kovač', exact: true }).click()
  await ann.answer('Audio')
  await ann.hears()
})

test('a missed call counts on the rail until the Calls screen was looked at; its meeting can still be joined there', async () => {
  const ann = await person('ann')
  const ben = await person('ben')
  await ann.startMeeting()
  await ann.ring(['Ben Osei'])
  await ben.card().waitFor()
  await ann.page.getByRole('button', { name: 'Cancel ringing Ben Osei' }).click()
  await ben.page.getByRole('link', { name: 'Calls Missed: 1' }).click()
  await ben.page.getByRole('radio', { name: 'Missed' }).click()
  await ben.page.getByRole('listitem').filter({ hasText: 'Ann Kovač stopped calling' }).waitFor()
  await ben.page.getByRole('link', { name: 'Calls', exact: true }).waitFor()
  await ben.join(ben.page.getByRole('button', { name: 'Join Ann’s meeting' }))
  await ben.seesMoving('Ann Kovač')
})

test('do not disturb, from the picture on the rail: nothing rings, the caller is told declined, and it counts as missed', async () => {
  const ann = await person('ann')
  const ben = await person('ben')
  await ben.page.getByRole('button', { name: /Your status$/ }).click()
  await ben.page.getByRole('menuitem', { name: 'For 30 minutes' }).click()
  await ben.page.getByRole('button', { name: /Do not disturb. Your status$/ }).waitFor()
  await calls(ann, 'Ben Osei', 'audio')
  await ann.page.getByText('Ben Osei: Declined').waitFor()
  await ben.page.getByRole('link', { name: 'Calls Missed: 1' }).click()
  await ben.page.getByRole('listitem').filter({ hasText: 'Missed: do not disturb was on' }).waitFor()
  expect(await ben.card().count()).toBe(0)
})

test('both call each other at once: either answers, without a question, and nobody has missed a call', async () => {
  const ann = await person('ann')
  const ben = await person('ben')
  await calls(ann, 'Ben Osei', 'audio')
  await ben.card().waitFor()
  await calls(ben, 'Ann Kovač', 'audio')
  await ann.answer('Audio')
  await ann.hears()
  await ben.hears()
  await ben.card().waitFor({ state: 'detached' })
  await ann.page.getByRole('button', { name: 'Hang up' }).click()
  await ben.page.getByText('The call with Ann Kovač has ended').waitFor()
  await ben.page.getByRole('link', { name: 'Calls', exact: true }).click()
  await ben.page.getByRole('listitem').filter({ hasText: 'You called each other' }).waitFor()
})

/** Whether any part of one lies over the other. */
async function overlap(one: Locator, other: Locator): Promise<boolean> {
  const [a, b] = await Promise.all([one.boundingBox(), other.boundingBox()])
  if (!a || !b) throw new Error('one of the two is not on the screen')
  return a.x < b.x + b.width && b.x < a.x + a.width && a.y < b.y + b.height && b.y < a.y + a.height
}

test('a declined call is told of without a sign of success, and does not lie over the next one', async () => {
  const ann = await person('ann')
  const ben = await person('ben')
  await calls(ann, 'Ben Osei', 'audio')
  await ben.card().getByRole('button', { name: 'Decline', exact: true }).click()
  const notice = ann.page.getByText('Ben Osei: Declined')
  await notice.waitFor()
  const icon = ann.page.getByRole('status').filter({ has: notice }).locator('svg').first()
  expect(await icon.getAttribute('class')).toContain('lucide-phone-off')
  // Under the pointer it would stay: it goes because of the next call, and not because its own time is over.
  await notice.hover()
  await ann.page.getByRole('button', { name: 'Ring Ben Osei with audio' }).press('Enter')
  await ann.page.getByRole('status').filter({ hasText: 'Ringing at Ben Osei' }).waitFor()
  await notice.waitFor({ state: 'detached' })
})

test('a notice in a meeting covers neither its card nor its controls, nor the panel beside it', async () => {
  const ann = await person('ann')
  await ann.startMeeting()
  const copy = ann.page.getByRole('button', { name: 'Copy invite link' })
  const alone = ann.page.getByText('It is just you here').locator('xpath=../..')
  for (const width of [1180, 880]) {
    await ann.page.setViewportSize({ width, height: 560 })
    await copy.first().click()
    const notice = ann.page.getByText('Invite link copied').locator('xpath=..')
    await notice.waitFor()
    const others = [alone, ann.page.getByRole('toolbar'), ann.page.getByRole('region', { name: 'People' })]
    expect(await Promise.all(others.map((other) => overlap(notice, other)))).toEqual([false, false, false])
    await notice.getByRole('button', { name: 'Close' }).click()
    await notice.waitFor({ state: 'detached' })
  }
})
