// A server from its first start on, what administrators see, and names of all kinds.
import type { Page } from 'playwright'
import { test } from 'vitest'
import { GOOD_PASSWORD } from '../support/accounts.ts'
import { accepts } from '../support/administrator.ts'
import type { TestDevice } from '../support/testDevice.ts'
import { setGallery } from './stage.ts'

const { server, screen, look } = setGallery({ demo: false })
const button = (page: Page, name: string | RegExp) => page.getByRole('button', { name, exact: true })
const field = (page: Page, name: string) => page.getByRole('textbox', { name, exact: true })

/** As long and as different as names are. */
const NAMES = [
  ['abd', 'محمد عبد الرحمن الخطيب'],
  ['avi', 'אברהם בן־דוד'],
  ['wolf', 'Maximiliana Wolfeschlegelsteinhausen-Bergerdorff van der Westhuizen'],
  ['ouyang', '欧阳娜娜'],
  ['bo', 'Bo'],
] as const

test('set up, invited, and what administrators see', async () => {
  const { page } = await screen('ada')
  await page.goto(/\S+\/setup\/\S+/.exec(server().output())?.[0] ?? '')
  await page.getByRole('heading', { name: 'Set up this server' }).waitFor()
  await look(page, 'set-up')
  await button(page, 'Create account').click()
  await page.getByText('Enter your name.').waitFor()
  await look(page, 'set-up-problem')
  await field(page, 'Your name').fill('Ada Park')
  await field(page, 'User name').fill('ada')
  await field(page, 'Password').fill(GOOD_PASSWORD)
  await button(page, 'Create account').click()
  await button(page, 'New meeting').waitFor()

  await page.getByRole('navigation').getByRole('link', { name: 'Admin' }).click()
  const invite = async () => {
    await button(page, 'Invite').click()
    await button(page, 'Make link').waitFor()
  }
  await invite()
  await look(page, 'invite')
  await button(page, 'Make link').click()
  const link = page.getByRole('dialog').getByRole('textbox', { name: 'Link' })
  await link.waitFor()
  await look(page, 'invite-link')
  const address = await link.inputValue()
  await button(page, 'Done').click()
  const zoe = await screen('zoe')
  await zoe.page.goto(address)
  await zoe.page.getByRole('heading', { name: 'Welcome to Parley' }).waitFor()
  await look(zoe.page, 'invitation')
  await zoe.page.goto(server().url)
  await zoe.page.goto(`${address}x`)
  await zoe.page.getByRole('heading', { name: 'This link does not work' }).waitFor()
  await look(zoe.page, 'invitation-used')

  const devices: TestDevice[] = []
  for (const [login, name] of NAMES) {
    await invite()
    await button(page, 'Make link').click()
    await link.waitFor()
    const token = new URL(await link.inputValue()).pathname.split('/').at(-1) ?? ''
    await button(page, 'Done').click()
    devices.push(await accepts(server(), token, login, name))
  }
  await page.getByRole('tab', { name: 'Activity' }).click()
  await page.getByRole('tab', { name: 'People' }).click()
  await page.getByText('wolf · 1 device').waitFor()
  await look(page, 'administration')
  await button(page, 'More for Bo').click()
  await page.getByRole('menuitem', { name: 'Disable account' }).click()
  await look(page, 'administration-disable')
  await page.getByRole('dialog').getByRole('button', { name: 'Cancel' }).click()
  await page.getByRole('tab', { name: 'Activity' }).click()
  await page.getByRole('tabpanel').getByRole('listitem').nth(5).waitFor()
  await look(page, 'administration-activity')
  await page.getByRole('tab', { name: 'Who may ring' }).click()
  await page.getByRole('radio', { name: 'Contacts, and a few who ring everyone' }).click()
  await page.getByText('Nobody is named yet').waitFor()
  // It comes with the server's answer; the look waits for its going.
  await page.getByText('The rule is changed').first().waitFor()
  await look(page, 'administration-ringing')
  await button(page, 'Choose people').click()
  await page.getByRole('dialog').getByRole('checkbox').nth(3).waitFor()
  await look(page, 'administration-choose')
  await page.getByRole('dialog').getByRole('button', { name: 'Cancel' }).click()
  await page.getByRole('radio', { name: 'Everyone rings everyone' }).click()
  await page.getByText('The rule is changed').first().waitFor()
  await page.getByRole('tab', { name: 'Programs' }).click()
  await page.getByText('No program has a token.').waitFor()
  await look(page, 'administration-programs')
  await button(page, 'New token').click()
  await button(page, 'Make token').click()
  await page.getByText('Enter a name.').waitFor()
  await look(page, 'administration-token')
  await page.getByRole('dialog').getByRole('button', { name: 'Cancel' }).click()

  await page.getByRole('navigation').getByRole('link', { name: 'People' }).click()
  await page.getByRole('checkbox', { name: /Bo/ }).waitFor()
  await look(page, 'people-names')
  await page.getByRole('navigation').getByRole('link', { name: 'Home' }).click()
  const wolf = devices[2]!
  const roomId = (
    await wolf.opensMeeting('Besprechung der Donaudampfschifffahrtsgesellschaftskapitäne und ihrer Stellvertretungen')
  ).room.id
  const { user } = (await wolf.does('people.list', { query: 'Ada' })).people[0]!
  await wolf.does('call.invite', {
    roomId,
    calleeIds: [user.id],
    media: 'video',
    timeoutSeconds: 60,
    extension: 'مرحبا، هل لديك خمس دقائق؟',
  })
  await page.getByRole('alertdialog').waitFor()
  await look(page, 'ring-names')
  for (const device of devices) device.disconnects()
})
