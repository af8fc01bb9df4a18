// Looking after a meeting, with real sound: an admin mutes somebody and removes them, the owner hands over, and a meeting finds a new one.
import type { Locator } from 'playwright'
import { expect, test } from 'vitest'
import { until } from '../support/browsers.ts'
import { setBrowserStage } from '../support/browserStage.ts'
import type { Person } from '../support/person.ts'

const { person } = setBrowserStage({ shareByItself: true })

/** Looks at the count of packets so often, without finding a new one, that also the rare ones of silence would have come. */
const QUIET_LOOKS = 40

const notice = ({ page }: Person, text: string) => page.getByRole('status').getByText(text)
const microphone = ({ page }: Person, name: 'Mute' | 'Unmute') =>
  page.getByRole('toolbar', { name: 'Meeting controls' }).getByRole('button', { name, exact: true })

async function chooses({ page }: Person, name: string, entry: string): Promise<void> {
  await page.getByRole('button', { name: `More for ${name}` }).click()
  await page.getByRole('menuitem', { name: entry }).click()
}

/** Notices go by themselves: whoever waits for several waits for all at once. */
const all = (...waits: Promise<void>[]) => Promise.all(waits)

async function hearsNothing(listener: Person): Promise<void> {
  let before = -1
  let quiet = 0
  await until(`silence at ${listener.login}`, async () => {
    const { audioPacketsReceived } = await listener.stats()
    quiet = audioPacketsReceived === before ? quiet + 1 : 0
    before = audioPacketsReceived
    return quiet >= QUIET_LOOKS
  })
}

async function hearsMore(listener: Person): Promise<void> {
  const before = await listener.stats()
  await until(`new sound at ${listener.login}`, async () => {
    const now = await listener.stats()
    return (
      now.audioPacketsReceived > before.audioPacketsReceived + 10 &&
      now.audioEnergyReceived > before.audioEnergyReceived
    )
  })
}

/** The switch in the meeting options by which members may speak, or do something else. */
async function rightsOptions({ page }: Person, right = 'Speak'): Promise<Locator> {
  await page.getByRole('button', { name: 'More', exact: true }).click()
  await page.getByRole('menuitem', { name: 'Meeting options' }).click()
  return page.getByRole('dialog').getByRole('switch', { name: right })
}

/** Ann owns the meeting, Ben is an admin, and Chloe is the only one whose microphone is on. */
async function meetingOfThree(): Promise<{ ann: Person; ben: Person; chloe: Person }> {
  const [ann, ben, chloe] = [await person('ann'), await person('ben'), await person('chloe')]
  await ann.startMeeting()
  for (const [callee, name] of [
    [ben, 'Ben Osei'],
    [chloe, 'Chloe Martin'],
  ] as const) {
    await ann.ring([name])
    await callee.answer('Audio')
  }
  await microphone(ben, 'Mute').click()
  await microphone(ann, 'Mute').click()
  await chooses(ann, 'Ben Osei', 'Make admin')
  await ben.page.getByRole('button', { name: 'Mute all' }).waitFor()
  for (const listener of [ann, ben]) await hearsMore(listener)
  return { ann, ben, chloe }
}

test('an admin mutes somebody, who sees by whom and speaks again; and removes them for good', async () => {
  const { ann, ben, chloe } = await meetingOfThree()
  await all(chooses(ben, 'Chloe Martin', 'Mute'), notice(chloe, 'Ben Osei muted you').waitFor())
  await microphone(chloe, 'Unmute').waitFor()
  for (const listener of [ann, ben]) await hearsNothing(listener)
  const captures = (await chloe.stats()).captures
  await microphone(chloe, 'Unmute').click()
  for (const listener of [ann, ben]) await hearsMore(listener)
  expect((await chloe.stats()).captures, 'the microphone was not opened anew').toBe(captures)

  await all(
    ben.page.getByRole('button', { name: 'Mute all' }).click(),
    notice(ben, 'Everybody else is muted').waitFor(),
  )
  await microphone(chloe, 'Unmute').waitFor()

  await chooses(ben, 'Chloe Martin', 'Remove…')
  const sure = ben.page.getByRole('dialog')
  await sure.getByRole('switch', { name: 'Do not let them back in' }).click()
  await all(
    sure.getByRole('button', { name: 'Remove' }).click(),
    notice(chloe, 'Ben Osei removed you').waitFor(),
    notice(ann, 'Ben Osei removed Chloe Martin').waitFor(),
  )
  await ann.tile('Chloe Martin').waitFor({ state: 'detached' })
  await chloe.page.getByRole('textbox', { name: 'Code or link' }).fill(await ann.meetingCode())
  await chloe.join(chloe.page.getByRole('button', { name: 'Join', exact: true }))
  await chloe.page.getByText('You cannot join this meeting by yourself').waitFor()
  await ann.ring(['Chloe Martin'])
  await chloe.answer('Audio')
  await ann.tile('Chloe Martin').waitFor()
})

test('an admin stops a camera and a share and turns microphones off; a member asks to speak, is let, and is heard', async () => {
  const { ann, ben, chloe } = await meetingOfThree()
  const toolbar = chloe.page.getByRole('toolbar', { name: 'Meeting controls' })
  const press = (name: string) => toolbar.getByRole('button', { name, exact: true }).click()
  const row = (on: Person) => on.page.getByRole('listitem').filter({ hasText: 'Chloe Martin' })
  await press('Turn camera on')
  await press('Share screen')
  await row(ben).getByRole('img', { name: 'Shares a screen' }).waitFor()
  await ben.seesMoving('Chloe Martin')
  await all(chooses(ben, 'Chloe Martin', 'Stop camera'), notice(chloe, 'Ben Osei stopped your camera').waitFor())
  await row(ann).getByText('Camera stopped by Ben Osei').waitFor()
  await toolbar.getByRole('button', { name: 'Turn camera on', exact: true }).waitFor()
  await all(chooses(ben, 'Chloe Martin', 'Stop sharing'), notice(chloe, 'Ben Osei stopped your sharing').waitFor())
  await row(ann).getByRole('img', { name: 'Shares a screen' }).waitFor({ state: 'detached' })

  const speak = await rightsOptions(ben)
  await all(speak.click(), notice(chloe, 'Ben Osei turned off microphones for members').waitFor())
  await ben.page.getByRole('dialog').getByRole('button', { name: 'Done' }).click()
  await microphone(chloe, 'Unmute').waitFor()
  for (const listener of [ann, ben]) await hearsNothing(listener)
  const requests = (on: Person) => on.page.getByRole('group', { name: 'Requests' })
  await chloe.page.keyboard.press('Space')
  await requests(chloe).getByRole('button', { name: 'Not now' }).click()
  await microphone(chloe, 'Unmute').click()
  await requests(chloe).getByRole('button', { name: 'Ask to speak' }).click()
  await requests(chloe).getByText('You asked to speak').waitFor()
  await requests(ann).getByText('Chloe Martin asks to speak').waitFor()
  await all(
    requests(ben).getByRole('button', { name: 'Allow' }).click(),
    notice(chloe, 'Ben Osei lets you speak').waitFor(),
  )
  await requests(ann).getByText('Chloe Martin asks to speak').waitFor({ state: 'detached' })
  for (const listener of [ann, ben]) await hearsNothing(listener)
  await microphone(chloe, 'Unmute').click()
  for (const listener of [ann, ben]) await hearsMore(listener)
})

test('the chat is turned off for members, and one of them is let write again', async () => {
  const { ann, ben, chloe } = await meetingOfThree()
  const chat = async (on: Person) => {
    await on.page.getByRole('toolbar', { name: 'Meeting controls' }).getByRole('button', { name: /^Chat/ }).click()
    return on.page.getByRole('region', { name: 'Chat' })
  }
  const chatOfChloe = await chat(chloe)
  const field = chatOfChloe.getByRole('textbox')
  await field.waitFor()
  const mayWrite = await rightsOptions(ben, 'Chat')
  await all(mayWrite.click(), chatOfChloe.getByText('Ben Osei turned off the chat for members').waitFor())
  await ben.page.getByRole('dialog').getByRole('button', { name: 'Done' }).click()
  await field.waitFor({ state: 'detached' })
  await chatOfChloe.getByText('What is written to everybody will be here').waitFor()
  await chooses(ben, 'Chloe Martin', 'Let them write in the chat')
  await field.fill('Thanks')
  await field.press('Enter')
  await (await chat(ann)).getByText('Thanks').waitFor()
  await chooses(ben, 'Chloe Martin', 'No longer let them write in the chat')
  await field.waitFor({ state: 'detached' })
})

test('the owner hands over; and when the new one leaves, whoever is first in line takes over', async () => {
  const { ann, ben, chloe } = await meetingOfThree()
  await chooses(ann, 'Ben Osei', 'Make owner')
  await all(
    ann.page.getByRole('dialog').getByRole('button', { name: 'Make owner' }).click(),
    notice(ben, 'You are the owner now').waitFor(),
    ...[ann, chloe].map((other) => notice(other, 'Ben Osei is the owner now').waitFor()),
  )
  await ben.leave()
  await ann.page.getByText('The owner has left').waitFor()
  expect(await chloe.page.getByText('The owner has left').count(), 'Ann, an admin, comes first').toBe(0)
  await ann.page.getByRole('button', { name: 'Take over' }).click()
  await notice(ann, 'You are the owner now').waitFor()
  await ann.endForAll()
  await notice(chloe, 'has ended').waitFor()
})
