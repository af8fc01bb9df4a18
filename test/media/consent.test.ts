// Consent (calls.md, rule 9) against a server gone bad: nothing is captured and nothing sent that its person did not ask for.
import type { Browser } from 'playwright'
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import { failure, success } from '../../shared/protocol/result.ts'
import type { MediaOffer } from '../../shared/protocol/media.ts'
import type { Sync } from '../../shared/protocol/session.ts'
import { fuzzConsent } from '../fuzz/consent.ts'
import { startMiddleman, type Middleman, type OnCommand } from '../fuzz/middleman.ts'
import { launchBrowser, until } from '../support/browsers.ts'
import { openPerson, type Person } from '../support/person.ts'
import { startServer, type ServerProcess } from '../support/serverProcess.ts'
import { TestDevice } from '../support/testDevice.ts'

const MESSAGES = 1_500

test(
  'thousands of hostile and role-swapped messages open no microphone, and a click still does',
  { timeout: 400_000 },
  async () => {
    const outcome = await fuzzConsent({ messages: MESSAGES, seed: 1, say: (line) => console.error(line) })
    expect(outcome.messages).toBeGreaterThanOrEqual(MESSAGES)
    expect(outcome).toMatchObject({ captures: 0, tracks: 0, sent: 0, answers: 0, crashes: 0 })
    expect(outcome.reached.seats, 'the page was made to think that it is seated').toBeGreaterThan(0)
    expect(outcome.reached.connected, 'media was warm').toBeGreaterThan(0)
    expect(outcome.afterClick?.captures).toBeGreaterThan(0)
    expect(outcome.afterClick?.sent).toBeGreaterThan(0)
  },
)

let browser: Browser
let server: ServerProcess
let middleman: Middleman
let onCommand: OnCommand
let ben: Person
let accomplice: TestDevice

beforeAll(async () => {
  browser = await launchBrowser()
})
afterAll(() => browser.close())
beforeEach(async () => {
  server = await startServer()
  middleman = await startMiddleman(server.url, (message, forward) => onCommand(message, forward))
  ben = await openPerson(browser, middleman.url, 'ben')
  accomplice = new TestDevice(() => server.url, 'chloe', 'Chloe’s laptop')
  await accomplice.signsIn()
  await accomplice.connects()
})
afterEach(async () => {
  await ben.close()
  await middleman.close()
  accomplice.disconnects()
  await server.stop()
})

test('a seat that only the server speaks of hears nothing: sound and picture stay with the meeting they were turned on for', async () => {
  await ben.signIn()
  await ben.startMeeting()
  await until('Ben sending', async () => (await ben.stats()).packetsSent > 0)
  // Both of them: one that is asked for a moment later would count as asked for in the other room.
  await until('microphone and camera', () => middleman.asked.get('media.produce') === 2)

  const other = await accomplice.does('room.create', { name: 'Elsewhere', rtpCapabilities: null })
  const otherId = other.snapshot.room.id
  let offer: MediaOffer | null = null
  onCommand = async ({ commandId, name, input }, forward) => {
    if (name === 'media.open') {
      offer = await accomplice.does('media.open', { roomId: otherId, rtpCapabilities: null })
      return { answer: success(offer) }
    }
    if (name.startsWith('media.')) {
      const answer = await accomplice.sends({ commandId, name, input }).catch(() => failure('unavailable', 'Late.'))
      return { answer }
    }
    const answer = await forward()
    if (name !== 'session.sync') return { answer }
    const { value } = answer as { value: Sync }
    const participant = { ...value.seat!.participants[0]!, roomId: otherId }
    return { answer: success({ ...value, seat: { room: other.snapshot.room, participants: [participant] } }) }
  }
  middleman.turn('hostile')
  const before = await ben.stats()
  const produced = middleman.asked.get('media.produce')
  await ben.page.evaluate(() => window.dispatchEvent(new Event('online')))
  await ben.page.getByRole('heading', { name: 'Elsewhere' }).waitFor()
  await until('media for the other room', () => offer !== null && (middleman.asked.get('media.consume') ?? 0) > 0)
  await ben.page.getByRole('button', { name: 'Unmute' }).waitFor()
  await ben.page.getByRole('button', { name: 'Turn camera on' }).waitFor()
  const { captures, tracksGiven } = await ben.stats()
  expect({ captures, tracksGiven }).toEqual({ captures: before.captures, tracksGiven: before.tracksGiven })
  expect(middleman.asked.get('media.produce')).toBe(produced)
  // A gesture there is a gesture there.
  await ben.page.getByRole('button', { name: 'Unmute' }).click()
  await until('Ben sending', () => (middleman.asked.get('media.produce') ?? 0) > (produced ?? 0))
})
