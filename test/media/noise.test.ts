// Strong noise suppression: what is no voice (the fake microphone's beeps) comes through much quieter, and where it cannot be had,
// the microphone is heard as it is.
import { expect, test } from 'vitest'
import { setBrowserStage } from '../support/browserStage.ts'
import { until } from '../support/browsers.ts'
import type { Person } from '../support/person.ts'

const { person } = setBrowserStage({ fullCamera: true })
/** Of 20 ms each: two of the beeps at least. */
const PACKETS = 120

/** How loud one packet is, on average, at whoever listens. */
async function loudness(listener: Person): Promise<number> {
  const before = await listener.stats()
  const after = await until(`${PACKETS} packets of sound`, async () => {
    const now = await listener.stats()
    return now.audioPacketsReceived - before.audioPacketsReceived >= PACKETS && now
  })
  return (
    (after.audioEnergyReceived - before.audioEnergyReceived) /
    (after.audioPacketsReceived - before.audioPacketsReceived)
  )
}

test('beeps are taken out when it is strong, and it is done without where it cannot be had', async () => {
  const ann = await person('ann')
  const ben = await person('ben')
  async function heard(): Promise<number> {
    await ann.startMeeting()
    await ann.ring(['Ben Osei'])
    await ben.answer('Audio')
    await ben.hears()
    const loud = await loudness(ben)
    await ann.endForAll()
    await ben.page.getByRole('button', { name: 'New meeting' }).waitFor()
    return loud
  }
  const standard = await heard()
  await ann.page.getByRole('link', { name: 'Settings' }).click()
  await ann.page.getByRole('radio', { name: 'Strong' }).click()
  await ann.page.getByRole('link', { name: 'Home' }).click()
  expect(await heard()).toBeLessThan(standard * 0.6)

  await ann.context.route('**/*.wasm', (route) => route.abort())
  await ann.page.reload()
  await ann.page.getByRole('button', { name: 'New meeting' }).waitFor()
  expect(await heard()).toBeGreaterThan(standard * 0.6)
})
