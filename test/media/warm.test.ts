// Warm answers: media is ready before anybody answers, and nothing is captured, sent or received until somebody does.
import { describe, expect, test } from 'vitest'
import { until } from '../support/browsers.ts'
import { setBrowserStage } from '../support/browserStage.ts'
import type { Person } from '../support/person.ts'

const { person } = setBrowserStage()

/** Ann in a meeting with her camera on, ringing Ben. */
async function annRings(): Promise<Person> {
  const ann = await person('ann')
  await ann.startMeeting()
  await until('Ann sending', async () => (await ann.stats()).packetsSent > 50)
  return ann
}

const isWarm = (someone: Person) =>
  until(`${someone.login}'s warm media`, async () => (await someone.stats()).connected > 0)

describe('while it rings', () => {
  test('the receiving connection is up, and nothing has been captured, sent or received', async () => {
    const ann = await annRings()
    const ben = await person('ben')
    await ann.ring(['Ben Osei'])
    await ben.card().waitFor()
    await isWarm(ben)
    expect(await ben.stats()).toMatchObject({
      captures: 0,
      packetsSent: 0,
      audioPacketsReceived: 0,
      videoFramesDecoded: 0,
    })
    await ben.answer('Video')
    await ben.seesMoving('Ann Kovač')
    await ben.hears()
    await ann.seesMoving('Ben Osei')
    const warmAnswers = await ben.page.evaluate(() => performance.getEntriesByName('parley:warm', 'mark').length)
    expect(warmAnswers, 'the answer was warm').toBe(1)
    await ben.page.getByText(/^Answered in \d+\.\d secs? · picture after \d+\.\d secs?$/).waitFor()
  })

  test('only the device that answers keeps its warm media', async () => {
    const ann = await annRings()
    const desk = await person('ben')
    const sofa = await person('ben')
    await ann.ring(['Ben Osei'])
    await isWarm(desk)
    await isWarm(sofa)
    await desk.answer('Audio')
    await desk.seesMoving('Ann Kovač')
    await until('the other device without media', async () => (await sofa.stats()).connected === 0)
    expect(await sofa.stats()).toMatchObject({ captures: 0, packetsSent: 0, videoFramesDecoded: 0 })
  })

  test('with the setting off nothing is opened, and answering works the longer way', async () => {
    const ann = await annRings()
    const ben = await person('ben')
    await ben.page.getByRole('link', { name: 'Settings' }).click()
    await ben.page.getByRole('switch', { name: 'Warm up while ringing' }).click()
    await ann.ring(['Ben Osei'])
    await ben.card().waitFor()
    await ben.answer('Video')
    await ben.seesMoving('Ann Kovač')
    expect(await ben.page.evaluate(() => performance.getEntriesByName('parley:warm', 'mark').length)).toBe(0)
  })
})
