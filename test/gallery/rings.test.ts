// Ringing, from both sides: a call between two, a second ring while one is in a meeting, several at once, and how they end.
import { test } from 'vitest'
import { galleryDevice } from './devices.ts'
import { setGallery } from './stage.ts'

const { server, person, look } = setGallery()

test('a call between two', async () => {
  const [ann, ben] = [await person('ann'), await person('ben')]
  await ann.page.getByRole('link', { name: 'People' }).click()
  await ann.page.getByRole('button', { name: 'Ring Ben Osei with video' }).click()
  await ben.card().waitFor()
  await ann.page.getByRole('status').filter({ hasText: 'Ringing at Ben Osei' }).waitFor()
  await ann.seesMoving('Ann Kovač')
  await look(ann.page, 'calling')
  await look(ben.page, 'ring-direct')
  await ben.answer('Video')
  await ann.seesMoving('Ben Osei')
  await look(ann.page, 'call')
  await ann.page.getByRole('button', { name: 'Hang up' }).click()
  await ann.page.getByRole('link', { name: 'People' }).waitFor()
})

test('several rings at once, and one while in a meeting', async () => {
  const { page, startMeeting, seesMoving } = await person('chloe')
  const callers = [
    { device: await galleryDevice(server, 'emil', 'Emil’s laptop'), room: 'Hiring' },
    {
      device: await galleryDevice(server, 'farah', 'Farah’s laptop'),
      room: 'Quarterly review with everybody who took part in it',
    },
  ]
  const { user: chloe } = (await callers[0]!.device.does('people.list', { query: 'Chloe' })).people[0]!
  const seats: string[] = []
  const cards = page.getByRole('alertdialog')
  const ringing = async (number: number, extension?: string) => {
    const { device, room } = callers[number]!
    const roomId = seats[number] ?? (await device.opensMeeting(room)).room.id
    seats[number] = roomId
    await device.does('call.invite', {
      roomId,
      calleeIds: [chloe.id],
      media: 'video',
      timeoutSeconds: 60,
      ...(extension ? { extension } : {}),
    })
  }
  await ringing(
    0,
    'The second candidate is here. Have you ten minutes? She would like to hear how the team works together.',
  )
  await cards.waitFor()
  await ringing(1)
  await cards.nth(1).waitFor()
  await look(page, 'ring-two')
  for (const number of [0, 1]) {
    await cards.first().getByRole('button', { name: 'Decline', exact: true }).click()
    await page.waitForFunction((left) => document.querySelectorAll('[role=alertdialog]').length === left, 1 - number)
  }
  await startMeeting()
  await page.getByText('It is just you here').waitFor()
  await seesMoving('Chloe Martin')
  await ringing(0)
  await cards.waitFor()
  await look(page, 'ring-waiting')
  for (const { device } of callers) device.disconnects()
})
