// From the press of Answer until the server's word: the meeting is on screen already, and goes again when the word does not come or is a no.
import { expect, test } from 'vitest'
import { setBrowserStage } from '../support/browserStage.ts'
import type { Person } from '../support/person.ts'

declare global {
  interface Window {
    release(): void
  }
}

const { person } = setBrowserStage()

/** From now on nothing this page sends gets out, until it is released. */
const holdBack = ({ page }: Person) =>
  page.evaluate(() => {
    const { send } = WebSocket.prototype
    const held: (() => void)[] = []
    WebSocket.prototype.send = function (data) {
      held.push(() => send.call(this, data))
    }
    window.release = () => {
      WebSocket.prototype.send = send
      for (const go of held) go()
    }
  })

/** All at once, as it is on screen for a second only: the meeting, dark as meetings are, with nothing said of a microphone; no card. */
const seesMeetingAhead = ({ page }: Person) =>
  page.waitForFunction(() => {
    const visible = (found: Element | null) => found?.checkVisibility({ visibilityProperty: true }) ?? false
    const own = document.querySelector('article[aria-label^="Ben Osei"]')
    return (
      document.documentElement.dataset['theme'] === 'dark' &&
      visible(document.querySelector('article[aria-label^="Ann Kovač"]')) &&
      visible(own) &&
      own?.querySelector('[role="img"][aria-label="Muted"]') === null &&
      !visible(document.querySelector('[role="alertdialog"]'))
    )
  })

test('the meeting is there at the press, and the ring again with its reason when the answer comes to nothing', async () => {
  const ann = await person('ann')
  await ann.startMeeting()
  const ben = await person('ben')
  await ann.ring(['Ben Osei'])
  await ben.card().waitFor()
  await holdBack(ben)
  await Promise.all([seesMeetingAhead(ben), ben.card().getByRole('button', { name: 'Video' }).click()])
  const stillAnswering = ben.card().getByRole('button', { name: 'Video' })
  await stillAnswering.waitFor()
  expect(await stillAnswering.getAttribute('aria-busy')).toBe('true')
  expect(await ben.page.evaluate(() => document.documentElement.dataset['theme'])).toBe('light')
  const ended = ben.seesRingEnd('Ann Kovač stopped calling')
  await ann
    .pendingRow('Ben Osei')
    .getByRole('button', { name: /^Cancel ringing/ })
    .click()
  await ended
  await ben.page.evaluate(() => window.release())
  await ben.page.getByRole('button', { name: 'New meeting' }).waitFor()
})
