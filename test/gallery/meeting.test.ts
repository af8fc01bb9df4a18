// In a meeting: alone, ringing people in, with others, and all that lies over it or beside it.
import { test } from 'vitest'
import type { Person } from '../support/person.ts'
import { setGallery } from './stage.ts'

const { person, screen, look } = setGallery()

const button = ({ page }: Person, name: string | RegExp) => page.getByRole('button', { name })
/** With everything there is to see of it. */
async function hasTiles(on: Person, ...names: string[]): Promise<void> {
  for (const name of names) await on.seesMoving(name)
}

/** Home asks for what runs now and then. */
const running = ({ page }: Person, inside: string) =>
  page.getByRole('main').getByRole('listitem').filter({ hasText: inside }).waitFor()

/** Messages of one minute stand under one time. */
const earlyInAMinute = ({ page }: Person) =>
  page.waitForFunction(() => new Date().getSeconds() < 40, { timeout: 30_000 })

test('alone, adding people, who is being rung, and together', async () => {
  const [ann, ben, chloe] = [await person('ann'), await person('ben'), await person('chloe')]
  await ann.startMeeting()
  await ann.page.getByText('It is just you here').waitFor()
  await hasTiles(ann, 'Ann Kovač')
  await look(ann.page, 'meeting-alone')
  await ann.page.keyboard.press('a')
  await ann.page.getByRole('checkbox', { name: /^Ben Osei/ }).click()
  await ann.page.getByRole('checkbox', { name: /^Chloe Martin/ }).click()
  await ann.page.getByRole('checkbox', { name: /^Dan Kim/ }).click()
  await ann.page.getByRole('textbox', { name: 'Message' }).fill('5 minutes on the pricing page')
  await look(ann.page, 'add-people')
  await button(ann, /^Ring for/).click()
  await ann.page.getByRole('menuitemradio').last().click()
  await button(ann, 'Ring 3 people').click()
  await ben.card().getByText('5 minutes on the pricing page').waitFor()
  await running(ben, 'Ann is in')
  await look(ben.page, 'ring')
  await ben.answer('Video')
  await chloe.card().getByRole('button', { name: 'Decline with a reply' }).click()
  await chloe.card().getByRole('button', { name: 'In 5 minutes' }).waitFor()
  await running(chloe, 'Ann and Ben are in')
  await look(chloe.page, 'ring-reply')
  await ann.pendingRow('Dan Kim').getByText('May be offline').waitFor()
  await hasTiles(ann, 'Ben Osei', 'Ann Kovač')
  await look(ann.page, 'pending')
  await chloe.card().getByRole('button', { name: 'In 5 minutes' }).click()
  await ann.pendingRow('Chloe Martin').getByText('In 5 minutes').waitFor()
  await look(ann.page, 'pending-declined')
  await button(ann, 'Cancel ringing Dan Kim').click()
  await ann.pendingRow('Chloe Martin').getByRole('button', { name: /again/ }).click()
  await chloe.answer('Video')
  await hasTiles(ann, 'Ben Osei', 'Chloe Martin')
  await ann.page.getByRole('button', { name: 'Close' }).click()
  await look(ann.page, 'meeting')
  await ann.endForAll()
})

/** Ann's meeting with Ben and Chloe in it, all seen. */
async function together(): Promise<{ ann: Person; ben: Person; chloe: Person }> {
  const [ann, ben, chloe] = [await person('ann'), await person('ben'), await person('chloe')]
  await ann.startMeeting()
  await ann.ring(['Ben Osei', 'Chloe Martin'])
  await ben.answer('Video')
  await chloe.answer('Video')
  await hasTiles(ann, 'Ben Osei', 'Chloe Martin')
  await ann.page.getByRole('button', { name: 'Close' }).click()
  return { ann, ben, chloe }
}

test('the ways to look at it, its menus, and what is measured', async () => {
  const { ann } = await together()
  await button(ann, 'Layout').click()
  await ann.page.getByRole('menuitemradio', { name: /^Speaker/ }).waitFor()
  await look(ann.page, 'layout-menu')
  await ann.page.getByRole('menuitemradio', { name: /^Speaker/ }).click()
  await look(ann.page, 'meeting-speaker')
  await button(ann, 'More').last().click()
  await ann.page.getByRole('menuitem', { name: 'Meeting options' }).waitFor()
  await look(ann.page, 'more-menu')
  await ann.page.keyboard.press('Escape')
  await button(ann, 'Choose a microphone').click()
  await ann.page.getByText('Speaker', { exact: true }).waitFor()
  await look(ann.page, 'device-menu')
  await ann.page.keyboard.press('Escape')
  await ann.page.keyboard.press('i')
  await ann.page.getByRole('region', { name: 'Connection' }).waitFor()
  await ann.page.getByText('Measuring…').waitFor({ state: 'detached' })
  await look(ann.page, 'statistics')
  await ann.page.keyboard.press('i')
  await ann.endForAll()
})

test('the palette and the shortcuts in a meeting', async () => {
  const ann = await person('ann')
  await ann.startMeeting()
  await hasTiles(ann, 'Ann Kovač')
  await ann.page.keyboard.press('Control+k')
  await ann.page.getByRole('option').first().waitFor()
  await look(ann.page, 'palette-meeting')
  await ann.page.keyboard.press('Escape')
  await ann.page.getByRole('dialog').waitFor({ state: 'detached' })
  await ann.page.keyboard.press('?')
  await ann.page.getByRole('dialog', { name: 'Keyboard shortcuts' }).waitFor()
  await look(ann.page, 'shortcuts')
  await ann.page.keyboard.press('Escape')
  await ann.page.getByRole('dialog').waitFor({ state: 'detached' })
  await ann.endForAll()
})

test('people and chat', async () => {
  const { ann, ben, chloe } = await together()
  await ben.page.keyboard.press('h')
  await chloe.page.keyboard.press('h')
  await button(ann, /^People/).click()
  await ann.page.getByText('Ben Osei').first().waitFor()
  await look(ann.page, 'meeting-people')
  await button(ann, 'More for Ben Osei').click()
  await ann.page.getByRole('menuitem', { name: 'Make owner' }).waitFor()
  await look(ann.page, 'moderation-menu')
  await ann.page.getByRole('menuitem', { name: 'Remove…' }).click()
  await ann.page.getByRole('dialog').waitFor()
  await look(ann.page, 'remove')
  await ann.page.getByRole('dialog').getByRole('button', { name: 'Cancel' }).click()

  await ann.page.keyboard.press('c')
  const field = ann.page.getByRole('textbox', { name: 'Message' })
  await look(ann.page, 'chat-empty')
  await earlyInAMinute(ann)
  for (const text of ['Here is the draft: https://example.org/pricing', 'Comments until noon, please.']) {
    await field.fill(text)
    await field.press('Enter')
  }
  await ben.page.keyboard.press('c')
  const answer = ben.page.getByRole('textbox', { name: 'Message' })
  await answer.fill('Looks good. 第三段我再看一下。')
  await answer.press('Enter')
  await ann.page.getByText('第三段').first().waitFor()
  await look(ann.page, 'chat')
  await ann.page.setViewportSize({ width: 880, height: 560 })
  await look(ann.page, 'meeting-small')
  await ann.page.setViewportSize({ width: 1180, height: 760 })
  await ann.page.keyboard.press('Escape')
  await field.waitFor({ state: 'detached' })
  const notice = async () => {
    await answer.fill('Shall we begin?')
    await answer.press('Enter')
  }
  await look(ann.page, 'meeting-notice', { notice })
  await ann.endForAll()
})

test('it ends', async () => {
  const { ann } = await together()
  await button(ann, /^Leave/).click()
  await ann.page.getByRole('menuitem', { name: 'End for all' }).waitFor()
  await look(ann.page, 'leave-menu')
  await ann.page.getByRole('menuitem', { name: 'End for all' }).click()
  await ann.page.getByRole('dialog').waitFor()
  await look(ann.page, 'end')
  await ann.page.getByRole('dialog').getByRole('button', { name: 'End for all' }).click()
  await button(ann, 'New meeting').waitFor()
})

/** Runs in the page before anything else: the screen that is shared is a page of figures. */
function sharesFigures() {
  navigator.mediaDevices.getDisplayMedia = () => {
    const canvas = Object.assign(document.createElement('canvas'), { width: 1280, height: 720 })
    const context = canvas.getContext('2d')!
    const draw = () => {
      context.fillStyle = '#fbfaf7'
      context.fillRect(0, 0, 1280, 720)
      context.fillStyle = '#1d2733'
      context.font = '600 44px "Inter Variable", sans-serif'
      context.fillText('Pricing: what people told us', 80, 112)
      const bars = [0.42, 0.58, 0.51, 0.74, 0.86, 0.93]
      for (const [place, share] of bars.entries()) {
        context.fillStyle = place === 5 ? '#0b7d70' : '#b9d9d4'
        context.fillRect(80 + place * 190, 620 - share * 420, 130, share * 420)
        context.fillStyle = '#55606f'
        context.font = '500 24px "Inter Variable", sans-serif'
        context.fillText(`Q${place + 1}`, 128 + place * 190, 660)
      }
    }
    draw()
    setInterval(draw, 200)
    return Promise.resolve(canvas.captureStream(10))
  }
}

test('a screen is shared', async () => {
  const [ann, ben] = [await screen('chloe'), await person('ben')]
  await ann.context.addInitScript(sharesFigures)
  await ann.signIn()
  await ann.startMeeting()
  await ann.ring(['Ben Osei'])
  await ben.answer('Video')
  await hasTiles(ben, 'Chloe Martin')
  await button(ann, 'Share screen').click()
  await button(ann, 'Stop sharing').first().waitFor()
  await ben.page.getByRole('figure', { name: 'Chloe Martin’s screen' }).waitFor()
  await hasTiles(ann, 'Chloe Martin', 'Ben Osei')
  await look(ben.page, 'presentation')
  await look(ann.page, 'sharing')
  await ann.endForAll()
})

test('removed by the owner, and a meeting whose owner has left', async () => {
  const [ann, dan] = [await person('ann'), await person('dan')]
  await ann.startMeeting()
  await hasTiles(ann, 'Ann Kovač')
  const ringDan = async () => {
    await ann.ring(['Dan Kim'])
    await dan.answer('Audio')
    await button(ann, 'More for Dan Kim').waitFor()
  }
  await ringDan()
  await button(ann, 'More for Dan Kim').click()
  await ann.page.getByRole('menuitem', { name: 'Make owner' }).click()
  await ann.page.getByRole('dialog').waitFor()
  await look(ann.page, 'make-owner')
  await ann.page.getByRole('dialog').getByRole('button', { name: 'Cancel' }).click()
  await ann.leave()
  await dan.page.getByText('The owner has left').waitFor()
  await look(dan.page, 'take-over')
  await dan.leave()
  await button(dan, 'New meeting').waitFor()
})

test('the connection is lost in a meeting', async () => {
  const ann = await person('ann')
  await ann.startMeeting()
  await hasTiles(ann, 'Ann Kovač')
  await ann.context.setOffline(true)
  await ann.page
    .getByText(/^Reconnecting/)
    .first()
    .waitFor({ timeout: 60_000 })
  await look(ann.page, 'meeting-offline')
})
