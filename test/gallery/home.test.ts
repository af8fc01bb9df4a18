// The screens of the rail: empty, in use, in the smallest window, and without a connection.
import { test } from 'vitest'
import type { TestDevice } from '../support/testDevice.ts'
import { galleryDevice } from './devices.ts'
import { setGallery } from './stage.ts'

const { server, person, look } = setGallery()
const device = (login: string, label: string) => galleryDevice(server, login, label)

test('nothing yet: home, calls, people and settings', async () => {
  const { page } = await person('grace')
  await page.getByText('No meeting is running').waitFor()
  await look(page, 'home')
  await page.getByRole('button', { name: /Your status$/ }).click()
  await page.getByRole('menuitem', { name: 'For 1 hour' }).waitFor()
  await look(page, 'status-menu')
  await page.keyboard.press('Escape')
  await page.getByRole('link', { name: 'Calls' }).click()
  await page.getByRole('heading', { name: 'Calls' }).waitFor()
  await look(page, 'calls-empty')
  await page.getByRole('link', { name: 'People' }).click()
  await page.getByRole('checkbox', { name: /Ann Kovač/ }).click()
  await page.getByRole('checkbox', { name: /Ben Osei/ }).click()
  await look(page, 'people')
  await page.getByRole('button', { name: 'More for Dan Kim' }).click()
  await page.getByRole('menuitem').first().waitFor()
  await look(page, 'people-menu')
  await page.keyboard.press('Escape')
  const notice = async () => {
    await page
      .getByRole('button', { name: /Dan Kim/ })
      .last()
      .click()
    // A contact now, and none in the other language.
    await page.getByRole('menuitem').first().click()
  }
  await look(page, 'people-notice', { notice })
  await page.getByRole('searchbox').fill('zzz')
  await page
    .getByText(/^Nobody/)
    .first()
    .waitFor()
  await look(page, 'people-nobody')
})

test('a new device, made ready to be rung', async () => {
  const { page, card } = await person('ann', { isNew: true })
  await page.getByText('No meeting is running').waitFor()
  await look(page, 'ready-card')
  await page.getByRole('button', { name: 'Get ready' }).click()
  await page.getByText('Step 1 of').waitFor()
  await look(page, 'ready-devices')
  await page.getByRole('button', { name: 'Next' }).click()
  await look(page, 'ready-ring')
  await page.getByRole('button', { name: 'Ring me now' }).click()
  await card().waitFor()
  await look(page, 'ready-ringing', { languages: ['en'] })
  await card().getByRole('button', { name: 'Decline with a reply' }).click()
  await card().getByRole('button', { name: 'In 5 minutes' }).click()
  await card().waitFor({ state: 'detached' })
  await look(page, 'ready-declined', { languages: ['en'] })
  await page.getByRole('button', { name: 'Next' }).click()
  await look(page, 'ready-quiet')
})

test('settings, from top to bottom', async () => {
  const { page } = await person('ann')
  await page.getByRole('link', { name: 'Settings' }).click()
  await page.getByRole('switch', { name: 'Ring tone' }).waitFor()
  await look(page, 'settings')
  await page.getByRole('button', { name: 'Show preview' }).click()
  await page.locator('video').first().waitFor()
  await look(page, 'settings-preview')
  const region = page.locator('main.screen')
  const sections = ['ringing', 'meetings', 'end'] as const
  for (const [number, name] of sections.entries()) {
    await region.evaluate(
      (node, part) => node.scrollTo(0, (node.scrollHeight - node.clientHeight) * part),
      (number + 1) / 3,
    )
    await look(page, `settings-${name}`)
  }
})

test('a day in use: meetings running and to come, missed rings, the list of calls', async () => {
  const ann = await device('ann', 'Ann’s laptop')
  const ben = await device('ben', 'Ben’s laptop')
  const dan = await device('dan', 'Dan’s phone')
  const farah = await device('farah', 'Farah’s laptop')
  const { page } = await person('chloe')
  const { user: chloe } = (await ann.does('people.list', { query: 'Chloe' })).people[0]!
  const card = page.getByRole('alertdialog')
  const ringInVain = async (caller: TestDevice, roomId: string, extension: string) => {
    const { results } = await caller.does('call.invite', { roomId, calleeIds: [chloe.id], media: 'video', extension })
    await card.waitFor()
    const [result] = results
    if (result?.outcome !== 'success') throw new Error('Chloe does not ring')
    await caller.does('call.cancel', { roomId, calleeIds: [chloe.id] })
    await card.waitFor({ state: 'detached' })
  }
  const roadmap = await ann.opensMeeting('Roadmap')
  await ringInVain(ann, roadmap.room.id, 'Which of the two dates?')
  // An empty meeting ends by itself after a while.
  await farah.joins(roadmap.room.id)
  await ann.does('room.leave', { roomId: roadmap.room.id })
  await ben.does('call.direct', { calleeId: chloe.id, media: 'audio', rtpCapabilities: null })
  await card.getByRole('button', { name: 'Decline', exact: true }).click()
  await card.waitFor({ state: 'detached' })
  const design = await ben.opensMeeting('Design review')
  await dan.joins(design.room.id)
  await ringInVain(ben, design.room.id, 'Can you look at the icons?')
  const at = (minutes: number) => {
    const startsAt = (Math.ceil((Date.now() + server().shiftMs) / 3_600_000) + minutes / 60) * 3_600_000
    return { startsAt, endsAt: startsAt + 45 * 60_000, remindBeforeMs: 0 }
  }
  const plan = (name: string, minutes: number) =>
    ann.does('room.schedule', { name, ...at(minutes), attendeeIds: [chloe.id, dan.id, ben.id] })
  await plan('Weekly planning', 180)
  await plan('Quarterly review with everybody who took part in it, and some who did not', 26 * 60)
  await page.getByText('Design review').first().waitFor()
  await page
    .getByText(/Quarterly review/)
    .first()
    .waitFor()
  // The notices of the invitations go by themselves.
  await page
    .getByText(/Ann Kovač invites you/)
    .first()
    .waitFor({ state: 'detached' })
  await look(page, 'home-day')
  await page.keyboard.press('Control+k')
  await page.getByRole('option').first().waitFor()
  await look(page, 'palette')
  await page.getByRole('dialog').getByRole('combobox').fill('an')
  await page.getByRole('option', { name: /Dan Kim/ }).waitFor()
  await look(page, 'palette-search')
  await page.keyboard.press('Escape')
  await page.getByRole('dialog').waitFor({ state: 'detached' })
  await page.getByRole('link', { name: /^Calls/ }).click()
  await page.getByRole('listitem').filter({ hasText: 'You declined' }).waitFor()
  await look(page, 'calls')
  await page.getByRole('link', { name: 'People' }).click()
  await page.getByRole('checkbox', { name: /Dan Kim, In a meeting/ }).waitFor()
  await look(page, 'people-presence')
  await page.getByRole('link', { name: 'Home' }).click()
  await page.setViewportSize({ width: 1920, height: 1080 })
  await look(page, 'home-large')
  for (const one of [ann, ben, dan, farah]) one.disconnects()
})

test('the smallest window', async () => {
  const { page } = await person('xiaoming')
  await page.setViewportSize({ width: 880, height: 560 })
  await page.getByText('Nothing is scheduled').waitFor()
  await look(page, 'home-small')
  await page.getByRole('link', { name: 'People' }).click()
  await page.getByRole('checkbox', { name: /Ann Kovač/ }).waitFor()
  await look(page, 'people-small')
  await page.getByRole('link', { name: 'Settings' }).click()
  await page.getByRole('switch', { name: 'Ring tone' }).waitFor()
  await look(page, 'settings-small')
})

test('the connection is lost', async () => {
  const { page, context } = await person('emil')
  await page.getByText('No meeting is running').waitFor()
  await context.setOffline(true)
  await page
    .getByText(/^Reconnecting/)
    .first()
    .waitFor({ timeout: 60_000 })
  await look(page, 'home-offline')
})
