// Meetings with a time: the dialog, the lists, before joining, and who is not here yet.
import { test } from 'vitest'
import { joinChecked } from '../support/person.ts'
import { galleryDevice } from './devices.ts'
import { setGallery } from './stage.ts'

const { server, person, look } = setGallery()
const now = () => Date.now() + server().shiftMs

test('the dialog, the lists, the reminder, the check before joining, and those who are missing', async () => {
  const [chloe, dan] = [await person('chloe'), await person('dan')]
  await chloe.page.getByRole('button', { name: 'Schedule a meeting' }).click()
  const dialog = chloe.page.getByRole('dialog')
  await dialog.getByRole('button', { name: 'Schedule', exact: true }).click()
  await dialog.getByText('Give the meeting a name.').waitFor()
  await look(chloe.page, 'schedule-problem')
  await dialog.getByRole('textbox', { name: 'Name' }).fill('Weekly planning')
  for (const name of ['Dan Kim', 'Emil Roth', 'Farah Nasser'])
    await dialog.getByRole('checkbox', { name: new RegExp(`^${name}`) }).click()
  await look(chloe.page, 'schedule')
  await dialog.getByRole('combobox', { name: 'Repeats' }).selectOption({ label: 'Every week' })
  await look(chloe.page, 'schedule-repeating')
  await dialog.getByRole('button', { name: 'Cancel' }).click()
  await dialog.waitFor({ state: 'detached' })

  const device = await galleryDevice(server, 'chloe', 'Chloe’s phone')
  const { people } = await device.does('people.list', {})
  const ids = (names: RegExp) => people.filter(({ user }) => names.test(user.name)).map(({ user }) => user.id)
  const plan = (name: string, startsAt: number, attendeeIds: string[]) =>
    device.does('room.schedule', { name, startsAt, endsAt: startsAt + 45 * 60_000, attendeeIds, remindBeforeMs: 0 })
  const hour = Math.ceil(now() / 3_600_000) * 3_600_000
  await plan('Budget', hour + 26 * 3_600_000, ids(/^Dan/))
  await plan('Weekly planning', now() + 1_000, ids(/^(Dan|Emil|Farah)/))
  await dan.page.getByRole('region', { name: 'Starting soon' }).getByText('Weekly planning').waitFor()
  await dan.page.getByText('Budget').first().waitFor()
  await look(dan.page, 'reminder')
  await chloe.page.getByRole('region', { name: 'Starting soon' }).getByText('Weekly planning').waitFor()
  await chloe.page.getByRole('button', { name: 'More for Budget' }).click()
  await chloe.page.getByRole('menuitem', { name: 'Cancel meeting' }).waitFor()
  await look(chloe.page, 'scheduled-menu')
  await chloe.page.getByRole('menuitem', { name: 'Cancel meeting' }).click()
  await look(chloe.page, 'schedule-cancel')
  await chloe.page.getByRole('dialog').getByRole('button').first().click()
  await chloe.page.getByRole('button', { name: 'Join: Weekly planning' }).first().click()
  const check = chloe.page.getByRole('dialog', { name: 'Ready to join?' })
  await check.waitFor()
  await look(chloe.page, 'before-joining')
  await check.getByRole('button', { name: 'Show camera' }).click()
  await check.locator('video').waitFor()
  await chloe.page.waitForFunction(
    () => (document.querySelector<HTMLVideoElement>('[role=dialog] video')?.currentTime ?? 0) > 0,
  )
  await look(chloe.page, 'before-joining-camera')
  await joinChecked(chloe.page)
  await chloe.seesMoving('Chloe Martin')
  await chloe.page.getByRole('region', { name: /^Not here yet/ }).waitFor()
  await chloe.page.getByRole('button', { name: 'Ring Dan Kim' }).click()
  await chloe.pendingRow('Dan Kim').getByText('Ringing').waitFor()
  await look(chloe.page, 'not-here-yet')
  await chloe.endForAll()
  device.disconnects()
})
