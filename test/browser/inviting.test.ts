// Ringing several people at once, taking it back, and who of those inside may: real Chromium, real server and SFU.
import { expect, test } from 'vitest'
import { setBrowserStage } from '../support/browserStage.ts'
import type { Person } from '../support/person.ts'

const { person } = setBrowserStage()

const decline = (callee: Person) => callee.card().getByRole('button', { name: 'Decline', exact: true }).click()
const cancelAll = ({ page }: Person) => page.getByRole('button', { name: 'Cancel all' })

/** Ann's meeting, with Ben inside as a member. */
async function meetingWithBen(): Promise<{ ann: Person; ben: Person }> {
  const [ann, ben] = [await person('ann'), await person('ben')]
  await ann.startMeeting()
  await ann.ring(['Ben Osei'])
  await ben.answer('Audio')
  await ben.page.getByRole('button', { name: /^People/ }).click({ trial: true })
  return { ann, ben }
}

async function makesAdmin({ page }: Person, name: string): Promise<void> {
  await page.getByRole('button', { name: `More for ${name}` }).click()
  await page.getByRole('menuitem', { name: 'Make admin' }).click()
}

test('all who did not come are rung again with one press', async () => {
  const ann = await person('ann')
  const others = [await person('ben'), await person('chloe')]
  await ann.startMeeting()
  await ann.ring(['Ben Osei', 'Chloe Martin'], { message: 'The pricing page' })
  for (const other of others) await decline(other)
  for (const name of ['Ben Osei', 'Chloe Martin']) await ann.pendingRow(name).getByText('Declined').waitFor()
  await ann.page.getByRole('button', { name: 'Ring all again' }).click()
  for (const other of others) await other.card().getByText('The pricing page').waitFor()
  for (const name of ['Ben Osei', 'Chloe Martin']) await ann.pendingRow(name).getByText('Ringing').waitFor()
  await others[1]!.answer('Audio')
  await ann.tile('Chloe Martin').waitFor()
})

test('the owner takes back every ring with one press, and the callees are told who stopped calling', async () => {
  const ann = await person('ann')
  const others = [await person('ben'), await person('chloe')]
  await ann.startMeeting()
  await ann.ring(['Ben Osei', 'Chloe Martin'])
  for (const other of others) await other.card().waitFor()
  await Promise.all([...others.map((other) => other.seesRingEnd('Ann Kovač stopped calling')), cancelAll(ann).click()])
  for (const name of ['Ben Osei', 'Chloe Martin'])
    await ann.pendingRow(name).getByText('Cancelled by Ann Kovač').waitFor()
})

test("an admin takes back everybody's rings, a member cannot", async () => {
  const { ann, ben } = await meetingWithBen()
  const chloe = await person('chloe')
  await ann.ring(['Chloe Martin', 'Dan Kim'])
  await ben.pendingRow('Chloe Martin').getByText('Ringing').waitFor()
  expect(await cancelAll(ben).count(), 'a member').toBe(0)
  await makesAdmin(ann, 'Ben Osei')
  await cancelAll(ben).click()
  await chloe.card().getByText('An admin took back the call').first().waitFor()
  for (const name of ['Chloe Martin', 'Dan Kim'])
    await ann.pendingRow(name).getByText('Cancelled by Ben Osei').waitFor()
})

test('who may ring people in: members are kept from it and told so, admins are not', async () => {
  const { ann, ben } = await meetingWithBen()
  const chloe = await person('chloe')
  const adds = ben.page.getByRole('button', { name: 'Add people' })
  await adds.first().click()
  await ben.page.getByRole('region', { name: 'Add people' }).waitFor()

  await ann.page.getByRole('button', { name: 'More', exact: true }).click()
  await ann.page.getByRole('menuitem', { name: 'Meeting options' }).click()
  await ann.page.getByRole('radio', { name: 'Owner and admins' }).click()
  await ann.page.getByRole('dialog').getByRole('button', { name: 'Done' }).click()
  // Whatever Ben was about to do is put away, with the reason in its place.
  await ben.page.getByText('Only the owner and admins may ring people in.').waitFor()
  await ben.page.getByRole('region', { name: 'Add people' }).waitFor({ state: 'detached' })
  for (const button of await adds.all()) expect(await button.isDisabled()).toBe(true)
  await ben.page.keyboard.press('a')
  expect(await ben.page.getByRole('region', { name: 'Add people' }).count()).toBe(0)

  await makesAdmin(ann, 'Ben Osei')
  await ben.ring(['Chloe Martin'])
  await chloe.card().getByText('Ben Osei').first().waitFor()
  await ann.pendingRow('Chloe Martin').getByText('Ringing').waitFor()
})
